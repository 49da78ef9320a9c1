import type { Cell } from "@consensus-playground/engine/types.ts";

/** What one replica has of a structure. */
export interface Holding {
  id: string;
  cells: readonly Cell[];
  /** Whether it leads the others. */
  leads: boolean;
}
