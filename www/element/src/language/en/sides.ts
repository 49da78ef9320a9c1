import { room } from "../english.ts";

export const sides = room({
  "sides.runs": "Runs on one clock",
  "sides.run": "Run {number}",
  "sides.change": "Change one thing…",
  "sides.bugs": "Bugs",
  "sides.switches": "Options",
  "sides.as-first": "As run 1",
  "sides.differs": "Only here",
  "sides.add": "Add a run",
  "sides.remove": "Remove run {number}",
  "sides.copy": "Copy link",
  "sides.copied": "The link is in the clipboard. It opens these runs at this time.",
  "sides.not-copied": "The link stands in the address bar.",
  "sides.damaged": "This link is damaged: it may have been cut off on its way. Ask for it once more.",
  "sides.unknown": "There is no scenario called {name}.",
  "sides.time": "Time",
  "sides.cost": "What it has cost so far",
  "sides.messages": "Messages between replicas",
  "sides.decided": "Decided",
  "sides.last": "Messages of the last decision",
  "sides.delays": "Message delays of the last decision",
});
