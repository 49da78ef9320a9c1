/** How much of a playground is shown. Each view is loaded when it is the one that is wanted. */
import { css, type CSSResult, type TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Wish } from "../header/header.ts";
import type { Drawer } from "../page/drawers.ts";

/** What a view shows, and what only the element around it can do. */
export interface Setting {
  readonly run: Run;
  /** The panel that is open, and how one is opened and closed. */
  readonly panel: Wish | null;
  wish(wish: Wish): void;
  close(): void;
  /** The drawers that are open, and how one is opened and closed. */
  readonly drawers: ReadonlySet<Drawer>;
  readonly toggle: (drawer: Drawer) => void;
  /** Whether the challenge's page is beside this one. */
  readonly near: boolean;
  /** Puts a link into the page's address and gives the address; left out where the address isn't ours. */
  readonly written: ((link: string) => string) | undefined;
  /** The attributes of that name, as they stand there. */
  readonly controls: string | undefined;
  readonly caption: string | undefined;
}

export interface View {
  readonly styles: CSSResult;
  render(setting: Setting): TemplateResult;
}

export type ViewName = "full" | "lesson" | "compact";

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
