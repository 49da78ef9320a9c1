import type { Cell } from "@consensus-playground/engine/types.ts";

/** What one replica has of a structure. */
export interface Holding {
  id: string;
  cells: readonly Cell[];
  /** Whether it may lie about it. */
  lies: boolean;
  /** Whether it leads the others. */
  leads: boolean;
  /** How many replicas with the same value choose it, where all are shown and somebody counts. */
  needed?: number | undefined;
}
