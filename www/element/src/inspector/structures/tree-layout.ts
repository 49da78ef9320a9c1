import { byId, type Merged } from "./merge.ts";
import type { Holding } from "./holding.ts";

/** A block with its place: how far from the root, and in which row. */
export interface Placed extends Merged {
  depth: number;
  row: number;
}

/**
 * Lays a tree out: a chain runs to the right in one row, the decided branch first, else the one that reaches farthest; each
 * further branch of a fork takes the next row below that is free where it runs.
 */
export function layOut(shown: readonly Holding[]): Placed[] {
  const merged = byId(shown);
  const { roots, children } = family(merged);
  const reach = reaches(roots, children);
  const committed = (id: number) => Number(merged.get(id)?.cell.status === "committed");
  const first = (a: number, b: number) =>
    committed(b) - committed(a) || (reach.get(b) ?? 0) - (reach.get(a) ?? 0) || a - b;
  for (const below of children.values()) below.sort(first);
  const placed: Placed[] = [];
  const rows: Row[] = [];
  // Where a branch begins that still waits for its place, and below which row; the next one last.
  const open = roots
    .sort(first)
    .reverse()
    .map((id) => ({ id, depth: 0, below: -1 }));
  for (let branch = open.pop(); branch; branch = open.pop()) {
    const chain = straight(branch.id, children);
    const row = freeRow(rows, branch.below + 1, branch.depth, branch.depth + chain.length);
    const forks = chain.flatMap((id, at) => {
      const block = merged.get(id);
      const depth = branch.depth + at;
      if (block) placed.push({ ...block, depth, row });
      return (children.get(id) ?? []).slice(1).map((fork) => ({ id: fork, depth: depth + 1, below: row }));
    });
    open.push(...forks.reverse());
  }
  return placed;
}

/** The columns of a row that are taken: from, and up to. */
type Row = [from: number, to: number][];

/** Takes these columns in the first row from this one on where they are free, with one column between two branches. */
function freeRow(rows: Row[], least: number, from: number, to: number): number {
  let row = least;
  while (rows[row]?.some(([start, end]) => start <= to && from <= end)) row++;
  while (rows.length <= row) rows.push([]);
  rows[row]?.push([from, to]);
  return row;
}

/** The chain that goes straight on from a block. */
function straight(from: number, children: ReadonlyMap<number, number[]>): number[] {
  const chain: number[] = [];
  for (let id: number | undefined = from; id !== undefined; id = children.get(id)?.[0]) chain.push(id);
  return chain;
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
