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
  "lab.growth.about":
    "One request in a network where nothing fails and every message takes the same time. Rings are what was counted in the run; dashed lines are the papers' formulas.",
  "lab.growth.protocols": "Protocols",
  "lab.growth.proof": "Replicas prove who said what by",
  "lab.growth.done": "Runs done",
  "lab.growth.messages": "Messages between replicas",
  "lab.growth.proofs": "Bytes of proofs in these messages",
  "lab.growth.delays": "Message delays until the last replica has decided",
  "lab.growth.share": "Share of the messages that the busiest replica sends or receives",
  "lab.growth.table": "As a table",
  "lab.growth.replicas": "Replicas",
  "lab.growth.counted": "counted",
  "lab.growth.formula": "formula",
  "lab.proof.signatures": "signatures, 64 bytes each (Ed25519)",
  "lab.proof.codes": "a code for each receiver, 10 bytes each (Castro, Liskov 1999)",
  "lab.proof.combined": "signatures that a quorum puts into one of 48 bytes (Boneh, Lynn, Shacham 2001)",
});
