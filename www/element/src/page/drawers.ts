/** The two drawers beside the picture: one with what a person can do to the run, one to look into it. */
import { say } from "../language/language.ts";

export type Drawer = "break" | "inspect";

export const DRAWERS: readonly Drawer[] = ["break", "inspect"];

const KEY = "consensus-playground.drawers";

/** The code of what is in a drawer is loaded when that is first opened. */
export const contents: Readonly<Record<Drawer, () => Promise<unknown>>> = {
  break: () => import("../faults/palette.ts"),
  inspect: () => import("../inspector/inspector.ts"),
};

export function drawerName(drawer: Drawer): string {
  return say(`page.${drawer}`);
}

/** The drawers of a list of names, separated by spaces; other words name none. */
export function named(names = ""): Drawer[] {
  const words = names.split(/\s+/);
  return DRAWERS.filter((drawer) => words.includes(drawer));
}

/** Which drawers were open when the playground was left, where that is known. */
export function remembered(): Drawer[] | undefined {
  const kept = stored();
  return kept === null ? undefined : named(kept);
}

export function remember(open: ReadonlySet<Drawer>): void {
  try {
    localStorage.setItem(KEY, [...open].join(" "));
  } catch {
    // Where nothing may be kept, they are closed the next time.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
