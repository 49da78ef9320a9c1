import { byId, type Merged } from "./merge.ts";
import type { Shown } from "./panels.ts";

/** A block with its place: how far from the root, and in which row. */
export interface Placed extends Merged {
  depth: number;
  row: number;
}

/**
 * Lays a tree out: a chain runs to the right in one row, the decided branch first, else the one that reaches farthest; each
 * further branch of a fork opens a row of its own.
 */
export function layOut(shown: readonly Shown[]): Placed[] {
  const merged = byId(shown);
  const { roots, children } = family(merged);
  const reach = reaches(roots, children);
  const committed = (id: number) => Number(merged.get(id)?.cell.status === "committed");
  const first = (a: number, b: number) =>
    committed(b) - committed(a) || (reach.get(b) ?? 0) - (reach.get(a) ?? 0) || a - b;
  const placed: Placed[] = [];
  let row = -1;
  // What still waits for its place, the next one last.
  const open = roots
    .sort(first)
    .reverse()
    .map((id) => ({ id, depth: 0, continues: false }));
  for (let next = open.pop(); next; next = open.pop()) {
    const block = merged.get(next.id);
    if (!block) continue;
    if (!next.continues) row++;
    const depth = next.depth;
    placed.push({ ...block, depth, row });
    const below = (children.get(next.id) ?? []).sort(first);
    below.reverse().forEach((id, at) => open.push({ id, depth: depth + 1, continues: at === below.length - 1 }));
  }
  return placed;
}

/** Which blocks stand on which; a block whose parents nobody shows any more is a root. */
function family(merged: ReadonlyMap<number, Merged>) {
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  for (const [id, { cell }] of merged) {
    const parent = cell.parents?.find((one) => one !== id && merged.has(one));
    if (parent === undefined) roots.push(id);
    else children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  return { roots, children };
}

/** How many blocks the longest chain from each block on has. */
function reaches(roots: readonly number[], children: ReadonlyMap<number, number[]>): Map<number, number> {
  const order = [...roots];
  for (let at = 0; at < order.length; at++) order.push(...(children.get(order[at] ?? 0) ?? []));
  const reach = new Map<number, number>();
  for (const id of order.reverse()) {
    reach.set(id, 1 + Math.max(0, ...(children.get(id) ?? []).map((child) => reach.get(child) ?? 0)));
  }
  return reach;
}
