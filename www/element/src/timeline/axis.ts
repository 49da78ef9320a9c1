/** The one axis that scrubber, branches and space-time diagram share, and the window on it. */
import type { EventView, Frame, MessageView } from "@consensus-playground/engine/types.ts";
import type { Part, Record } from "@consensus-playground/engine/protocol.ts";
import type { Run } from "@consensus-playground/engine/run.ts";

/** Room for the lanes' names left of the axis, and room right of it, in pixels. */
export const LEFT = 30;
export const RIGHT = 8;
/** How many pixels stand for a mean latency at first. */
const LATENCY = 27;
/** How many pixels stand for an event at first, where the network is moved by hand and time stands still. */
const EVENT = 20;
/** Where the present stands, as a part of the width, while the window follows it. */
const PRESENT = 0.84;
const NARROWEST = 20;

/** How much of a run suits so many pixels, by the latency. */
export function suited(frame: Frame, wide: number): number {
  const [low, high] = frame.network.latency;
  return frame.manual ? wide / EVENT : Math.max(1000, (((low + high) / 2) * wide) / LATENCY);
}

/** The window of a run: it follows the present until somebody moves it. */
export class View {
  /** How much is shown; without it, what suits the latency. */
  private wanted: number | undefined;
  private start: number | undefined;
  private seen = -1;

  constructor(private readonly run: Run) {}

  /** Time in microseconds, or, where time stands still, event by event. */
  get by(): "time" | "event" {
    return this.run.frame?.manual ? "event" : "time";
  }

  axis(width: number): Axis {
    const frame = this.run.frame;
    const wide = Math.max(40, width - LEFT - RIGHT);
    if (!frame) return new Axis("time", 0, 1, wide, 0, 0);
    const now = this.by === "event" ? this.run.event : frame.now;
    const end = this.by === "event" ? frame.last : Math.max(frame.lastAt, frame.now);
    const span = this.span(frame, wide, end);
    // A window that was moved stays, until the present moves out of it.
    const out = this.start !== undefined && (now < this.start || now > this.start + span);
    if (this.seen !== now && (out || this.run.playing)) this.start = undefined;
    this.seen = now;
    return new Axis(this.by, this.start ?? Math.max(0, now - span * PRESENT), span, wide, now, end);
  }

  private span(frame: Frame, wide: number, end: number): number {
    const first = suited(frame, wide);
    return Math.min(Math.max(this.wanted ?? first, NARROWEST), Math.max(end * 1.1, first * 8));
  }

  /** Shows more time (below 1) or less, around a place of the axis that stays where it is. */
  zoomBy(factor: number, axis: Axis, around?: number): void {
    this.wanted = axis.span / factor;
    const { span } = this.axis(axis.wide + LEFT + RIGHT);
    this.wanted = span;
    if (around !== undefined) this.start = Math.max(0, around - ((around - axis.start) / axis.span) * span);
    this.tell();
  }

  /** Keeps the window where it is, so that what is under a finger stays there while the present moves. */
  pin(axis: Axis): void {
    this.start = axis.start;
    this.wanted = axis.span;
  }

  /** Shows the whole run. */
  fit(axis: Axis): void {
    this.wanted = Math.max(NARROWEST, axis.end * 1.02);
    this.start = 0;
    this.tell();
  }

  panBy(distance: number, axis: Axis): void {
    this.start = Math.min(Math.max(0, axis.start + distance), Math.max(0, axis.end - axis.span / 10));
    this.tell();
  }

  private tell(): void {
    this.run.dispatchEvent(new CustomEvent("frame"));
  }
}

const views = new WeakMap<Run, View>();

/** The window that everything which draws this run shares. */
export function viewOf(run: Run): View {
  const view = views.get(run) ?? new View(run);
  views.set(run, view);
  return view;
}

/** Places on the axis (microseconds or events) and their x, in pixels. */
export class Axis {
  private readonly ends = new Map<number, number>();

  constructor(
    readonly by: "time" | "event",
    readonly start: number,
    readonly span: number,
    readonly wide: number,
    private readonly now: number,
    readonly end: number,
  ) {}

  /** Where the present stands, in pixels. */
  get present(): number {
    return this.x(this.now);
  }

  x(place: number): number {
    return LEFT + ((place - this.start) / this.span) * this.wide;
  }

  /** Whether an x is in view. */
  holds(x: number): boolean {
    return x >= LEFT && x <= LEFT + this.wide;
  }

  place(x: number): number {
    return this.start + ((x - LEFT) / this.wide) * this.span;
  }

  event(event: EventView): number {
    return this.x(this.by === "event" ? event.id : event.at);
  }

  /** Must be told of the events before arrows are asked for: where time stands still, they end in an event. */
  read(record: Record): void {
    if (this.by === "time") return;
    for (const { id, message, what } of record.events)
      if (message && (what === "deliver" || what === "lose")) this.ends.set(message, id);
  }

  /** Where a message's arrow begins and ends. */
  message({ id, cause, sent, due }: MessageView): { start: number; end: number; landed: boolean } {
    if (this.by === "time") {
      const end = Number.isFinite(due) ? due : this.now;
      return { start: this.x(sent), end: this.x(end), landed: due <= this.now };
    }
    const end = this.ends.get(id);
    const landed = end !== undefined && end <= this.now;
    return { start: this.x(cause), end: this.x(landed ? end : this.now), landed };
  }

  /** Whether a part of the record reaches over all that is in view. */
  covered({ from, to }: Part): boolean {
    return from <= this.start && to >= Math.min(this.start + this.span, this.end);
  }
}
