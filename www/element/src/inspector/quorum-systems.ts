/** How near to a quorum a set of replicas comes: the engine's reckoning, for votes that may still come. */
import type { QuorumSystem, Tally } from "@consensus-playground/engine/types.ts";

/** How much of what a tally needs these replicas have: by number, by weight, or in the fullest line of a grid. */
export function have(tally: Tally, ids: readonly number[]): number {
  return tally.quorum ? count(tally.quorum, new Set(ids)).have : ids.length;
}

/** Whether these replicas are enough. */
export function enough(tally: Tally, ids: readonly number[]): boolean {
  if (!tally.quorum) return ids.length >= tally.needed;
  const { have, need } = count(tally.quorum, new Set(ids));
  return have >= need;
}

interface Count {
  have: number;
  need: number;
}

function count(system: QuorumSystem, ids: ReadonlySet<number>): Count {
  switch (system.kind) {
    case "simple":
      return { have: system.members.filter((id) => ids.has(id)).length, need: system.need };
    case "weighted":
      return {
        have: system.members.reduce((sum, id, at) => sum + (ids.has(id) ? (system.weights[at] ?? 0) : 0), 0),
        need: system.need,
      };
    case "grid": {
      const counts = lines(system.members, system.columns, system.line).map((line) => ({
        have: line.filter((id) => ids.has(id)).length,
        need: line.length,
      }));
      return counts.reduce(nearer, { have: 0, need: Infinity });
    }
    case "joint": {
      const counts = system.systems.map((one) => count(one, ids));
      return counts.find(({ have, need }) => have < need) ?? counts.at(-1) ?? { have: 0, need: 0 };
    }
  }
}

const nearer = (a: Count, b: Count) => (b.need - b.have < a.need - a.have ? b : a);

/** The lines of a grid that are quorums. A last row that is not full is no row. */
function lines(members: readonly number[], columns: number, line: "row" | "column" | "row-and-column"): number[][] {
  const full = Math.floor(members.length / columns);
  const rows = Array.from({ length: full }, (_, row) => members.slice(row * columns, (row + 1) * columns));
  const downs = Array.from({ length: Math.min(columns, members.length) }, (_, column) =>
    members.filter((_, at) => at % columns === column),
  );
  if (line === "row") return rows;
  if (line === "column") return downs;
  return rows.flatMap((row) => downs.map((down) => [...new Set([...row, ...down])]));
}
