/** Numbers over time for the charts. Each event and each message is looked at once; asking again costs only what is new. */
import type { Playground } from "../wasm/consensus_playground.js";

/** Numbers over a window of time, in pieces of equal length. Times are virtual microseconds. */
export interface SeriesView {
  /** The middle of each piece. */
  at: number[];
  piece: number;
  /** Messages in each piece, by kind, kinds in the order of their first message. */
  messages: { kind: string; counts: number[] }[];
  /** Mean time from a request to its decision, of those decided in the piece; `null` where nothing was. */
  latency: (number | null)[];
  /** The highest epoch so far; `null` before anything happened. */
  epoch: (number | null)[];
  /** Whether the record holds more than was looked at; ask again. */
  behind: boolean;
}

const PIECES = 50;
/** The longest window, in microseconds. */
const WINDOW = 10_000_000;
/** How many events or messages are looked at in one go. */
const GULP = 4000;

export class Series {
  private events = 0;
  private messages = 0;
  private readonly sent = new Map<string, number[]>();
  private readonly requests: number[] = [];
  /** When the k-th slot was decided first. A node decides slots in order, and requests are decided in theirs. */
  private readonly decisions: number[] = [];
  private readonly decided = new Map<string, number>();
  private readonly epochs: { at: number; epoch: number }[] = [];

  constructor(private readonly run: Playground) {}

  /** How many events were looked at. */
  get reach(): number {
    return this.events;
  }

  view(event: number, messages: number, now: number): SeriesView {
    this.read(event, messages);
    const from = Math.max(0, now - WINDOW);
    const piece = Math.max(1, (now - from) / PIECES);
    const at = Array.from({ length: PIECES }, (_, place) => from + (place + 0.5) * piece);
    const bounds = at.map((middle) => [middle - piece / 2, middle + piece / 2] as const);
    return {
      at,
      piece,
      messages: [...this.sent].map(([kind, times]) => ({
        kind,
        counts: bounds.map(([low, high]) => until(times, high) - until(times, low)),
      })),
      latency: bounds.map(([low, high]) => this.latency(until(this.decisions, low), until(this.decisions, high))),
      epoch: bounds.map(([, high]) => this.epochs.findLast((one) => one.at <= high)?.epoch ?? null),
      behind: this.events < event || this.messages < messages,
    };
  }

  private latency(first: number, end: number): number | null {
    const spans = this.decisions.slice(first, end).flatMap((at, place) => {
      const asked = this.requests[first + place];
      return asked !== undefined && asked <= at ? [at - asked] : [];
    });
    return spans.length === 0 ? null : spans.reduce((sum, span) => sum + span, 0) / spans.length;
  }

  private read(event: number, messages: number): void {
    for (const one of this.run.events(this.events + 1, Math.max(0, Math.min(GULP, event - this.events)))) {
      this.events = one.id;
      if (one.what === "request") this.requests.push(one.at);
      if (one.epoch > (this.epochs.at(-1)?.epoch ?? -1)) this.epochs.push({ at: one.at, epoch: one.epoch });
      if (one.decided === 0 || !one.node) continue;
      const slots = (this.decided.get(one.node) ?? 0) + one.decided;
      this.decided.set(one.node, slots);
      while (this.decisions.length < slots) this.decisions.push(one.at);
    }
    for (const one of this.run.messages(this.messages + 1, Math.max(0, Math.min(GULP, messages - this.messages)))) {
      this.messages = one.id;
      const times = this.sent.get(one.kind) ?? [];
      this.sent.set(one.kind, times);
      times.push(one.sent);
    }
  }
}

/** How many of the times, which rise, lie before a moment or at it. */
function until(times: readonly number[], moment: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
