import type { outcome as english } from "../en/outcome.ts";

export const outcome: typeof english = {
  "outcome.predicted": "Wie vorhergesagt, ist {property} verletzt: {text}",
  "outcome.broken": "{property} ist verletzt. {text}",
  "outcome.badge-broken": "{property} verletzt bei Ereignis {event}",
  "outcome.badge-expected": "{property} verletzt bei Ereignis {event}, wie vorhergesagt",
  "outcome.also": "Ebenfalls verletzt: {properties}.",
  "outcome.end": "Das Szenario ist zu Ende; alles Erwartete ist eingetreten.",
  "outcome.goes-on": "„Abspielen“ spielt von hier aus weiter.",
  "outcome.concerned": "Betroffen: {nodes}.",
};
