/** Which lessons a person has been through, kept in the browser where storage is allowed. The site's pages read it, too. */
import { keeping } from "../page/keeping.ts";

export const KEY = "consensus-playground.lessons";

export interface Kept {
  /** Whether the last card was reached. */
  done: boolean;
  /** The chapter at which the person is, from 0. */
  at: number;
}

/** All lessons, by name. What somebody else wrote there is checked. */
export function progress(): Record<string, Kept> {
  try {
    const all: unknown = JSON.parse(keeping().getItem(KEY) ?? "{}");
    if (typeof all !== "object" || all === null) return {};
    return Object.fromEntries(
      Object.entries(all as Record<string, Partial<Kept> | null>).flatMap(([id, kept]) =>
        typeof kept?.at === "number" && kept.at >= 0
          ? [[id, { done: kept.done === true, at: Math.floor(kept.at) }]]
          : [],
      ),
    );
  } catch {
    return {};
  }
}

/** Keeps where a person is. A lesson that was done stays done. */
export function keep(lesson: string, { done, at }: Kept): void {
  const all = progress();
  all[lesson] = { done: done || (all[lesson]?.done ?? false), at };
  try {
    keeping().setItem(KEY, JSON.stringify(all));
  } catch {
    // Storage is closed or full: the lesson goes on all the same.
  }
}
