// How soon a search in wasm finds each known bug, one worker: the switches in tests/explore/found.txt, and what else was set as a
// goal. `node tests/bench/goals.mjs tendermint` measures what has that in its name.
import { readFile } from "node:fs/promises";

const here = (place) => new URL(place, import.meta.url);
const folder = here("../../www/engine/wasm/");
const core = await import(new URL("consensus_playground.js", folder).href);
core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });

/** After so many steps of walks it counts as not found. */
const MOST = 30_000_000;

/** Seconds of this process on the processor: whatever else the machine does meanwhile counts for nothing. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The scenario with which a switch is found: one that is shipped, a bare one, or lines that stand in the list themselves. */
async function scenario(protocol, name, file) {
  const bare = `protocol ${protocol}\nset ${name} on\n`;
  if (file === "-") return bare;
  return readFile(here(`../scenarios/${file}.scenario`), "utf8").catch(() => heads.get(`${protocol} ${name}`) ?? bare);
}

const elections = "timers=0 election-timeout=2 epochs=1 crashes=1";
const terms = "timers=0 election-timeout=2 epochs=2 crashes=0";
/** Goals that no switch stands for, or that all states are gone through for: what it is, scenario, strategy, what is wanted, bounds. */
const OTHERS = [
  [
    "two-phase-commit decide-alone-on-timeout",
    "two-phase-commit\nreplicas 3\nset decide-alone-on-timeout on\nrequest transaction a",
    "breadth",
    "any",
    "",
  ],
  [
    "two-phase-commit decision-not-durable",
    "two-phase-commit\nreplicas 3\nset decision-not-durable on\nrequest transaction a",
    "breadth",
    "any",
    "",
  ],
  [
    "two-phase-commit always-abort",
    "two-phase-commit\nreplicas 3\nset always-abort on\nrequest transaction a",
    "breadth",
    "any",
    "",
  ],
  ["raft quorum-of-half", "raft\nreplicas 4\nset quorum-of-half on\nrequest put x 1", "breadth", "any", elections],
  ["raft vote-not-durable", "raft\nreplicas 3\nset vote-not-durable on\nrequest put x 1", "breadth", "any", elections],
  [
    "raft vote-without-log-check",
    "raft\nreplicas 3\nset vote-without-log-check on\nrequest put x 1",
    "breadth",
    "any",
    terms,
  ],
  [
    "paxos quorums-miss",
    "paxos\nreplicas 4\nset phase-2-quorum 1\nset quorums-miss on\nrequest propose red to 1\nrequest propose green from c2 to 2",
    "breadth",
    "any",
    "crashes=0 timers=0",
  ],
  [
    "raft Figure 8",
    "raft\nreplicas 3\nset commit-old-terms on\nrequest put x 1\nrequest put y 2 from c2",
    "swarm",
    "any",
    "",
  ],
  ["pbft f + 1 collude", "pbft\nreplicas 4", "swarm", "agreement", "liars=2"],
  ["tendermint no-lock, twins", "tendermint\nreplicas 4\nset no-lock on", "swarm", "agreement", "twins=1 crashes=0"],
].map(([name, text, ...rest]) => [name, `protocol ${text}\n`, ...rest]);

const lines = (await readFile(here("../explore/found.txt"), "utf8")).trim().split("\n");
const heads = new Map(
  (await readFile(here("../explore/heads.txt"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split(": "))
    .map(([name, head]) => [name, `${head.split(" | ").join("\n")}\n`]),
);
const switches = await Promise.all(
  lines.map(async (line) => {
    const [protocol, name, bounds, file, property] = line.split(" ");
    const wanted = bounds.includes("blank") ? property : "any";
    const text = await scenario(protocol, name, file);
    return [`${protocol} ${name}`, text, "swarm", wanted, bounds === "-" ? "" : bounds.replaceAll(",", " ")];
  }),
);

let missing = 0;
const only = process.argv[2] ?? "";
for (const [name, text, strategy, wanted, bounds] of [...OTHERS, ...switches].filter(([name]) => name.includes(only)))
  missing += measured(name, text, strategy, wanted, bounds);
if (missing > 0) process.exitCode = 1;

/** Says what was found, and gives 1 where nothing was. */
function measured(name, text, strategy, wanted, bounds) {
  const search = new core.ScheduleSearch(text, strategy, wanted, bounds, 1, 0, 1);
  const since = spent();
  let [progress, first] = [search.runFor(0), undefined];
  while (["searching", "shrinking"].includes(progress.phase) && progress.transitions < MOST) {
    progress = search.runFor(500);
    if (progress.phase !== "searching") first ??= { ...progress, took: spent() - since };
  }
  const all = spent() - since;
  const found = progress.phase === "found";
  const bytes = strategy === "swarm" || !first ? "" : `, ${Math.round(first.bytes / first.states)} bytes a state`;
  const what = strategy === "swarm" ? "steps of walks" : "states";
  const came = found
    ? `${first.states} ${what}, found after ${first.took.toFixed(2)} s, ${progress.steps} steps long after ${all.toFixed(2)} s${bytes}`
    : `NOT FOUND (${progress.phase}) in ${progress.states} ${what}, ${all.toFixed(1)} s`;
  console.log(`${name}; ${strategy} ${bounds || "-"}: ${came}`);
  search.free();
  return found ? 0 : 1;
}
