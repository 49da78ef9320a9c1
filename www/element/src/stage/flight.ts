/** Where messages are at a moment. */
import { Fate, type Flights } from "@consensus-playground/engine/types.ts";
import { nodeId } from "@consensus-playground/engine/format.ts";
import type { Layout, LinkPlace, Place } from "./layout.ts";

/** A message on the stage. */
export interface Shown {
  id: number;
  /** Its row in the flights. */
  row: number;
  x: number;
  y: number;
  /** The way it flies, in radians. */
  angle: number;
  /** Where its trail begins. */
  tail: { x: number; y: number };
  from: Place;
  to: Place;
  /** How far it is broken: 0 whole, 1 gone. */
  broken: number;
  /** How far it has come along its way, in pixels. */
  along: number;
  /** How many are in its place, itself among them; 0 where another one says so. */
  pile: number;
}

/** How far a lost message comes, as a part of its way, before it dies. */
const DEATH = 0.5;
/** How far one comes that has no link to its receiver. */
const NO_WAY = 0.1;
/** Messages keep to the right of their line, by so many pixels, so that answers do not run into them. */
const LANE = 8;
/** Messages on the same way that are nearer to each other than this fan out, by so many pixels each, and at most so far. */
const NEAR = 13;
const FAN = 5;
const WIDEST_FAN = 15;
/** Nearer than this, they look like one. */
const SAME = 9;
/** More messages than these are specks, and no longer told apart. */
const MOST_FANNED = 300;

/**
 * All messages that can be drawn. `still` puts each at the middle of its arrow (for reduced motion). `shown` is an earlier
 * answer to be filled again: a thousand messages a picture are not allocated anew, so whoever keeps one copies it.
 */
export function place(flights: Flights, layout: Layout, now: number, still: boolean, shown: Shown[] = []): Shown[] {
  let filled = 0;
  const queues = new Map<number, number>();
  const places = new Map<number, Place | undefined>();
  // A name is put together once for each node, not for each message.
  const at = (raw: number) => {
    if (!places.has(raw)) places.set(raw, layout.places.get(nodeId(raw)));
    return places.get(raw);
  };
  for (let row = 0; row < flights.id.length; row += 1) {
    const [rawFrom, rawTo] = [flights.from[row] ?? 0, flights.to[row] ?? 0];
    const [from, to] = [at(rawFrom), at(rawTo)];
    if (!from || !to) continue;
    const link = rawFrom * 0x10000 + rawTo;
    const ahead = queues.get(link) ?? 0;
    queues.set(link, ahead + 1);
    const { part, broken } = progress(flights, row, now, still, ahead);
    if (broken >= 1) continue;
    const one = (shown[filled] ??= fresh(row, from, to));
    one.id = flights.id[row] ?? 0;
    one.row = row;
    one.from = from;
    one.to = to;
    one.broken = broken;
    put(one, part, LANE + (flights.twin[row] ? 9 : 0));
    filled += 1;
  }
  shown.length = filled;
  if (filled <= MOST_FANNED && !layout.crowded) fanOut(shown);
  return shown;
}

function fresh(row: number, from: Place, to: Place): Shown {
  return { id: 0, row, x: 0, y: 0, angle: 0, tail: { x: 0, y: 0 }, from, to, broken: 0, along: 0, pile: 1 };
}

/** Parts those that are in one place on one way, the newer ones to the outside: the nearer, the further, so that none jumps. */
function fanOut(shown: readonly Shown[]): void {
  const ways = new Map<Place, Map<Place, Shown[]>>();
  for (const one of shown) {
    const from = ways.get(one.from) ?? new Map<Place, Shown[]>();
    const before = from.get(one.to) ?? [];
    ways.set(one.from, from.set(one.to, before));
    let aside = 0;
    for (const other of before) {
      const gap = Math.abs(other.along - one.along);
      aside += FAN * Math.max(0, 1 - gap / NEAR);
      if (gap >= SAME || other.pile === 0 || one.pile === 0) continue;
      other.pile += 1;
      one.pile = 0;
    }
    before.push(one);
    aside = Math.min(aside, WIDEST_FAN);
    one.x -= Math.sin(one.angle) * aside;
    one.y += Math.cos(one.angle) * aside;
  }
}

function progress(
  flights: Flights,
  row: number,
  now: number,
  still: boolean,
  ahead: number,
): { part: number; broken: number } {
  const [sent, due, fate] = [flights.sent[row] ?? 0, flights.due[row] ?? 0, (flights.fate[row] ?? 0) as Fate];
  // In a manual network nobody knows when: they wait in a queue not far from their sender.
  const waiting = Math.max(0.12, 0.42 - 0.1 * ahead);
  if (!Number.isFinite(due)) return { part: waiting, broken: 0 };
  const way = due > sent ? (now - sent) / (due - sent) : 1;
  const end = fate === Fate.Dead ? 1 : fate === Fate.Unlinked ? NO_WAY : DEATH;
  const dies = fate !== Fate.Flying && fate !== Fate.Delivered;
  if (dies && way >= end) return { part: still ? 0.5 : end, broken: Math.min(1, Math.max(0.01, (way - end) * 1.4)) };
  return { part: still ? 0.5 : Math.min(1, Math.max(0, way)), broken: 0 };
}

/** Puts a message so far along its way, beside the line by `lane` pixels. */
function put(one: Shown, part: number, lane: number): void {
  const { from, to, tail } = one;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  // Between neighbours that stand close, there is less room beside and at the ends of the line.
  const beside = Math.min(lane, length / 4);
  const free = Math.max(0, length - from.r - to.r);
  const margin = Math.min(15, free / 4);
  const [ox, oy] = [from.x - uy * beside, from.y + ux * beside];
  const span = free - 2 * margin;
  const along = from.r + margin + span * Math.max(0, part);
  const behind = from.r + margin + span * Math.max(0, part - 0.16);
  one.x = ox + ux * along;
  one.y = oy + uy * along;
  one.along = along;
  one.pile = 1;
  one.angle = Math.atan2(dy, dx);
  tail.x = ox + ux * behind;
  tail.y = oy + uy * behind;
}

/** How near to a link a pointer has to come. */
const LINK_REACH = 8;

/** The link under a pointer: where several cross, the nearest; none among dots, whose links are a web. */
export function nearestLink({ links, crowded }: Layout, x: number, y: number): LinkPlace | undefined {
  let best: LinkPlace | undefined;
  let least = LINK_REACH;
  for (const link of crowded ? [] : links) {
    const [dx, dy] = [link.to.x - link.from.x, link.to.y - link.from.y];
    const part = ((x - link.from.x) * dx + (y - link.from.y) * dy) / (dx * dx + dy * dy || 1);
    const within = Math.min(1, Math.max(0, part));
    const distance = Math.hypot(link.from.x + within * dx - x, link.from.y + within * dy - y);
    if (distance < least) [best, least] = [link, distance];
  }
  return best;
}

/** The nearest message within reach of a pointer. */
export function nearest(shown: readonly Shown[], x: number, y: number, reach: number): Shown | undefined {
  let best: Shown | undefined;
  let least = reach;
  for (const one of shown) {
    const distance = Math.hypot(one.x - x, one.y - y);
    if (distance <= least) [best, least] = [one, distance];
  }
  return best;
}
