import type { Cell } from "@consensus-playground/engine/types.ts";
import { say } from "../../language/language.ts";
import type { Holding } from "./holding.ts";

/** How many replicas are named at most; of more, their number is said. */
const NAMED = 8;

/** A cell as far as any replica has come with it. */
export interface Merged {
  cell: Cell;
  /** The replicas that have it. */
  at: string[];
  /** Those for which it is the last. */
  last: string[];
  /** Who has marked it, by mark. */
  marks: Map<string, string[]>;
}

const STATUSES = ["pending", "prepared", "committed"];

/** All replicas' cells by number. */
export function byId(shown: readonly Holding[]): Map<number, Merged> {
  const merged = new Map<number, Merged>();
  for (const { id, cells } of shown) {
    for (const cell of cells) {
      const found = merged.get(cell.id) ?? { cell, at: [], last: [], marks: new Map<string, string[]>() };
      if (STATUSES.indexOf(cell.status) > STATUSES.indexOf(found.cell.status)) found.cell = cell;
      found.at.push(id);
      for (const mark of cell.marks ?? []) found.marks.set(mark, [...(found.marks.get(mark) ?? []), id]);
      if (cell === cells.at(-1)) found.last.push(id);
      merged.set(cell.id, found);
    }
  }
  return merged;
}

/** Who has it, of so many: `1, 2, 3`, `all`, `12 of 40`. */
export function who(ids: readonly string[], of: number): string {
  if (ids.length === of) return say("faults.all");
  return ids.length <= NAMED ? ids.join(", ") : say("inspector.have-of", { have: ids.length, needed: of });
}
