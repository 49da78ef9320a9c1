/** The views by their names, each loaded when it is the one that is wanted. */
import { css } from "lit";
import type { View, ViewName } from "./view.ts";

/** How each view is loaded. */
export const views: Readonly<Record<ViewName, () => Promise<View>>> = {
  full: async () => (await import("./full.ts")).full,
  lesson: async () => (await import("./lesson.ts")).lesson,
  compact: async () => (await import("./compact.ts")).compact,
};

/** How high the small views are, also before what stands in them has come. */
export const viewStyles = css`
  .app.compact,
  .app.lesson {
    height: var(--consensus-playground-height, min(420px, 240px + 45cqw));
    min-height: 0;
    flex: 1 1 auto;
    display: flex;
    flex-direction: column;
    overflow: hidden;
  }
  .app.lesson {
    height: var(--consensus-playground-height, min(600px, 330px + 45cqw));
  }
`;

/** The view of this name; `undefined` where there is none. */
export function viewName(name: string): ViewName | undefined {
  return Object.hasOwn(views, name) ? (name as ViewName) : undefined;
}
