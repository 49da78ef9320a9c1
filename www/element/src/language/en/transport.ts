import { room } from "../english.ts";

export const transport = room({
  "transport.pace": "Pace",
  "transport.by-meaning": "By meaning",
  "transport.true-time": "True time",
  "transport.about-meaning": "New things get about a second each; what only repeats is passed over quickly.",
  "transport.about-time": "Everything at its true proportions, so many times slower or faster than real time.",
  "transport.speed": "Speed",
  "transport.of-usual": "{factor} × the usual pace",
  "transport.of-real-time": "{factor} real time",
  "transport.repeats": { one: "… {count} {name}", other: "… {count} {name}s" },
  "transport.restart": "Restart",
  "transport.previous": "Previous milestone",
  "transport.back": "Step back",
  "transport.play": "Play",
  "transport.pause": "Pause",
  "transport.by-space": "{act} (space)",
  "transport.step": "Step",
  "transport.next": "Next milestone",
  "transport.undo": "Undo",
  "transport.redo": "Redo",
  "transport.where": "Time and event",
});
