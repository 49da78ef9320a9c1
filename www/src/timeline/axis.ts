/** What the space-time diagram shows, and where on it a moment lies. */
import type { EventView, Frame, MessageView } from "../engine/types.ts";
import type { Record } from "../engine/protocol.ts";

export interface Axis {
  /** The x of an event, in pixels. */
  event: (event: EventView) => number;
  /** Where a message's arrow begins and ends; `undefined` where it can't be seen. */
  message: (message: MessageView) => { start: number; end: number; landed: boolean } | undefined;
  now: number;
  /** The last event at or before an x. */
  at: (x: number) => number;
}

/** How many pixels stand for a mean latency. */
const LATENCY = 27;
/** How many pixels stand for an event where time stands still. */
const EVENT = 20;
/** Where the present stands, as a part of the width. */
const PRESENT = 0.84;

/** Chooses between an axis of time and, where the network is moved by hand and time stands still, one of events. */
export function axisFor(frame: Frame, record: Record, left: number, width: number, zoom: number): Axis {
  return frame.manual ? byEvent(frame, record, left, width, zoom) : byTime(frame, record, left, width, zoom);
}

function byTime(frame: Frame, record: Record, left: number, width: number, zoom: number): Axis {
  const [low, high] = frame.network.latency;
  const span = Math.max(1000, (((low + high) / 2) * width) / LATENCY) / zoom;
  const start = Math.max(0, frame.now - span * PRESENT);
  const x = (time: number) => left + ((time - start) / span) * width;
  return {
    event: (event) => x(event.at),
    message: ({ sent, due }) => ({
      start: x(sent),
      end: x(Number.isFinite(due) ? due : frame.now),
      landed: due <= frame.now,
    }),
    now: x(frame.now),
    at: (place) => last(record.events, (event) => x(event.at) <= place),
  };
}

function byEvent(frame: Frame, record: Record, left: number, width: number, zoom: number): Axis {
  const span = width / EVENT / zoom;
  const start = Math.max(0, frame.event - span * PRESENT);
  const x = (id: number) => left + ((id - start) / span) * width;
  const ends = new Map<number, number>();
  for (const event of record.events)
    if (event.message && (event.what === "deliver" || event.what === "lose")) ends.set(event.message, event.id);
  return {
    event: (event) => x(event.id),
    message: ({ id, cause }) => {
      const end = ends.get(id);
      const landed = end !== undefined && end <= frame.event;
      return { start: x(cause), end: x(landed ? end : frame.event), landed };
    },
    now: x(frame.event),
    at: (place) => last(record.events, (event) => x(event.id) <= place),
  };
}

function last(events: readonly EventView[], holds: (event: EventView) => boolean): number {
  return events.findLast(holds)?.id ?? 0;
}
