/**
 * Of a crowd the panels show one replica and those it is linked to. What each of hundreds holds would be too much to tell, and
 * their lanes would be one grey patch.
 */
import { isClient, nodeName } from "./format.ts";
import { CROWD } from "./limits.ts";
import type { Descriptor, NodeView, Topology } from "./types.ts";

/** How many replicas are shown at most, and how many clients beside them. */
const MOST = 12;
const MOST_CLIENTS = 4;

/** A replica, and others beside it, in the order of their numbers. */
export interface Near {
  middle: string;
  ids: readonly string[];
  /** Whether the others are all that it is linked to; else they are only some. */
  whole: boolean;
}

/** All nodes of a run, and who of them is shown. */
interface All {
  near: Near | undefined;
  nodes: ReadonlyMap<string, NodeView>;
  replicas: NodeView[];
}

/** Who is shown around a replica; `undefined` where all can be. */
export function nearTo(middle: string, replicas: number, topology: Topology | undefined): Near | undefined {
  if (replicas <= CROWD) return undefined;
  const linked = topology && topology.kind !== "full" ? neighbors(Number(middle), topology.links) : undefined;
  const others = linked ?? Array.from({ length: MOST }, (_, place) => place + 1);
  const shown = others.filter((other) => other !== Number(middle)).slice(0, MOST - 1);
  const ids = [...shown, Number(middle)].sort((a, b) => a - b).map(String);
  return { middle, ids, whole: shown.length === (linked?.length ?? replicas - 1) };
}

function neighbors(middle: number, links: readonly number[]): number[] {
  const found: number[] = [];
  for (let place = 0; place + 1 < links.length; place += 2) {
    const [a, b] = [links[place], links[place + 1]];
    if (a === middle) found.push(b ?? 0);
    else if (b === middle) found.push(a ?? 0);
  }
  return found.sort((a, b) => a - b);
}

/** The lanes of the space-time diagram, of all nodes or of those that are near. */
export function lanesNear(near: Near | undefined, ids: Iterable<string>): readonly string[] {
  return near ? [...near.ids, ...[...ids].filter(isClient).slice(0, MOST_CLIENTS)] : [...ids];
}

/** The replicas that panels show: all, or of a crowd those near the chosen one. */
export function shownReplicas({ near, nodes, replicas }: All): NodeView[] {
  return near ? near.ids.map((id) => nodes.get(id)).filter((node) => node !== undefined) : replicas;
}

/** How others come to be shown. */
export const ANOTHER = "Choose another in the picture.";

/** Who is shown, in words. */
export function nearText({ middle, ids, whole }: Near, replicas: number, about: Descriptor | undefined): string {
  const others = ids.length - 1;
  const beside =
    others === 0
      ? "alone"
      : whole
        ? `and its ${others === 1 ? "neighbor" : `${others} neighbors`}`
        : `and ${others} others`;
  return `${nodeName(middle, about)} ${beside}, of ${replicas.toLocaleString("en-US")}.`;
}
