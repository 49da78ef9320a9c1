/** Windows on a record that may hold millions of events: found by halving, and sampled where they hold too much. */
import type { Playground } from "../wasm/consensus_playground.js";
import type { Part } from "./protocol.ts";
import type { EventView, MessageView } from "./types.ts";

/** Most events and most messages of one window that are looked at; in a crowd few of them are of those in focus. */
const MOST = 3000;
const MOST_OF_A_CROWD = 30_000;
/** How many pieces a sample is made of: side by side within a piece, so that its arrows have both ends. */
const PIECES = 60;
/** How many messages before a window are looked at for arrows that reach into it. */
const BEFORE = 400;

/** How many things, numbered from 1, come at or before a time; `at` gives `undefined` past the last. */
export function countUntil(at: (id: number) => number | undefined, time: number): number {
  let [low, high] = [0, 1];
  const holds = (id: number) => (at(id) ?? Infinity) <= time;
  while (holds(high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

export function part(
  run: Playground,
  by: "time" | "event",
  from: number,
  to: number,
  focus: Uint16Array | undefined,
): Part {
  const most = focus ? MOST_OF_A_CROWD : MOST;
  const eventAt = (id: number) => run.events(id, 1)[0]?.at;
  const [low, high] =
    by === "event" ? [Math.floor(from), Math.ceil(to)] : [from, to].map((t) => countUntil(eventAt, t));
  const [first, last] = [Math.max(1, low ?? 1), Math.max(1, high ?? 1)];
  const sentIn = (id: number) => run.messages(id, 1)[0]?.cause;
  const [firstSent, lastSent] = [countUntil(sentIn, first - 1) + 1 - BEFORE, countUntil(sentIn, last)];
  const events: EventView[] = [];
  const messages: MessageView[] = [];
  const shown = pieces(first, last, most);
  for (const [start, count] of shown) events.push(...run.events(start, count, focus));
  for (const [start, count] of pieces(Math.max(1, firstSent), lastSent, most))
    messages.push(...run.messages(start, count, focus));
  const looked = shown.reduce((sum, [, count]) => sum + count, 0);
  return { from, to, all: last - first + 1, looked, events, messages };
}

/** The numbers from first to last, as they are or, where they are too many, in pieces spread evenly. */
function pieces(first: number, last: number, most: number): [start: number, count: number][] {
  const all = last - first + 1;
  if (all <= 0) return [];
  if (all <= most) return [[first, all]];
  return Array.from({ length: PIECES }, (_, piece) => [first + Math.floor((all * piece) / PIECES), most / PIECES]);
}
