import { room } from "../english.ts";

export const lab = room({
  "lab.about":
    "The leader crashes right after its heartbeats. How long until there is another one? {trials} simulated crashes for each range of election timeouts (Ongaro, Ousterhout 2014, Figure 16).",
  "lab.done": "Trials done",
  "lab.cancel": "Cancel",
  "lab.measure": "Measure",
  "lab.again": "Measure again",
  "lab.share": "{group}: share of elections that are over by a time, in per cent",
  "lab.table": "{group}, as a table",
  "lab.timeouts": "Timeouts",
  "lab.median": "median",
  "lab.mean": "mean",
  "lab.worst": "worst, ms",
  "lab.paper": "paper",
});
