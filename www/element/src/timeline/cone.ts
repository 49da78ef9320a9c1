/** The causal past and future of an event, in Lamport's sense: along messages and timers, and along each node's own time. */
import type { EventView, MessageView } from "@consensus-playground/engine/types.ts";

export interface Cone {
  /** The event in question. */
  of: number;
  has: (event: number) => boolean;
  /** Whether a message was sent by what led to the event, or by what followed from it. */
  arrow: (message: MessageView) => boolean;
}

/** Computed among the events given, which come in order; what lies outside them plays no part. */
export function coneOf(of: number, events: readonly EventView[]): Cone | undefined {
  const place = events.findIndex((event) => event.id === of);
  const centre = events[place];
  if (!centre) return undefined;
  const past = reach(centre, events.slice(0, place).reverse(), true);
  const future = reach(centre, events.slice(place + 1), false);
  const has = (id: number) => past.events.has(id) || future.events.has(id);
  const arrow = ({ id, cause }: MessageView) => past.messages.has(id) || future.events.has(cause);
  return { of, has, arrow };
}

/** What is connected to an event, going away from it in one direction. */
function reach(centre: EventView, away: readonly EventView[], back: boolean) {
  const events = new Set([centre.id]);
  const messages = new Set(centre.message ? [centre.message] : []);
  const causes = new Set([centre.cause]);
  const nodes = new Set([centre.node]);
  for (const event of away) {
    const linked = back ? causes.has(event.id) : events.has(event.cause);
    if (!linked && !(event.node && nodes.has(event.node))) continue;
    events.add(event.id);
    causes.add(event.cause);
    if (event.message) messages.add(event.message);
    nodes.add(event.node);
  }
  return { events, messages };
}
