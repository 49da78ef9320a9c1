// The search in wasm, in Node: the states of the specification of two-phase commit with 8 resource managers, and how many
// states or steps of walks a second, and how many bytes, other protocols take. Times are of this process on the processor.
import { readFile } from "node:fs/promises";

const folder = new URL("../../target/two-phase/engine/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
const bytes = await readFile(new URL("consensus_playground_bg.wasm", folder));
const { memory } = core.initSync({ module: bytes });

/** Seconds of this process on the processor: whatever else the machine does meanwhile counts for nothing. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A search to its end, or to about so many steps. */
function search(text, strategy, bounds, steps) {
  const look = new core.ScheduleSearch(text, strategy, "any", bounds, 1, 0, 1);
  let most = 0;
  let progress;
  do {
    progress = look.runFor(5_000);
    most = Math.max(most, progress.bytes);
  } while (progress.phase === "searching" && progress.transitions < steps);
  look.free();
  return { ...progress, most };
}

const published = "crashes=0 requests=0 duplicates=any timers=any";
for (const [name, text, strategy, bounds, wanted] of [
  ["TwoPhase, 8 resource managers", "protocol two-phase\nreplicas 9\n", "breadth", published, 1_745_408],
  ["TwoPhase, 8 resource managers", "protocol two-phase\nreplicas 9\n", "depth", published, 1_745_408],
  [
    "Raft, 3 servers, terms up to 2",
    "protocol raft\nreplicas 3\nrequest put x 1\n",
    "breadth",
    "timers=0 election-timeout=2 epochs=2 crashes=0",
  ],
  [
    "the same up to the servers' names",
    "protocol raft\nreplicas 3\nrequest put x 1\n",
    "breadth",
    "timers=0 election-timeout=2 epochs=2 crashes=0 symmetry=on",
  ],
  [
    "TwoPhase, 6 resource managers, up to their names",
    "protocol two-phase\nreplicas 7\n",
    "breadth",
    `${published} symmetry=on`,
    553,
  ],
  ["Raft, 3 servers", "protocol raft\nreplicas 3\nrequest put x 1\n", "swarm", ""],
  ["Paxos, 3 processes", "protocol paxos\nreplicas 3\n", "swarm", ""],
  ["PBFT, 4 replicas, one lies", "protocol pbft\nreplicas 4\nbyzantine 1 silent\nrequest put x 1\n", "swarm", ""],
]) {
  const since = spent();
  const found = search(text, strategy, bounds, strategy === "swarm" ? 1_000_000 : Infinity);
  const took = spent() - since;
  if (wanted !== undefined && found.states !== wanted) throw new Error(`${name}: ${found.states}, not ${wanted}`);
  const rate = (found.states / took / 1e6).toFixed(2);
  const each = strategy === "swarm" ? "" : `, ${(found.most / found.states).toFixed(1)} bytes a state at most`;
  const what = strategy === "swarm" ? "steps of walks" : "states";
  const used = (memory.buffer.byteLength / 2 ** 20).toFixed(0);
  console.log(
    `${name}, ${strategy}: ${found.states} ${what} in ${took.toFixed(2)} s, ${rate} million a second${each}, ${found.phase}, ${used} MiB of wasm memory so far`,
  );
}
