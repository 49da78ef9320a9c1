import { room } from "../english.ts";

export const outcome = room({
  "outcome.predicted": "As predicted, {property} broke: {text}",
  "outcome.broken": "{property} is broken. {text}",
  "outcome.badge-broken": "{property} broken at event {event}",
  "outcome.badge-expected": "{property} broken at event {event}, as predicted",
  "outcome.also": "Also broken: {properties}.",
  "outcome.end": "The scenario has ended. Everything that it expected came true.",
  "outcome.goes-on": "You can play on from here.",
  "outcome.concerned": "Affected: {nodes}.",
});
