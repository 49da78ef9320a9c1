// What a hundred replicas cost the core in wasm, in Node: events a second of processor time at n = 100 must be at least a
// third of those at n = 4, for every protocol whose costs the lab can measure. `node tests/bench/replicas.mjs`
import { readFile } from "node:fs/promises";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });

const SIZES = [4, 100];
/** How many events each run has, at least. */
const EVENTS = 300_000;
const LEAST = 1 / 3;

function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Events a second: the better of some tries, for the engine compiles what is called often a second time. */
function speed(protocol, replicas) {
  const text = `protocol ${protocol}\nreplicas ${replicas}\nseed 1\nworkload clients 2 rate 20/s keys 5\n`;
  const rates = [0, 1, 2].map(() => {
    const run = new core.Playground();
    run.open(text);
    const started = spent();
    let event = 0;
    while (event < EVENTS) ({ event } = run.run("20ms"));
    const rate = (event / (spent() - started)) * 1000;
    run.free();
    return rate;
  });
  return Math.max(...rates);
}

let slow = 0;
for (const protocol of new Set(core.costCourses().map(({ protocol }) => protocol))) {
  const [few, many] = SIZES.map((replicas) => speed(protocol, replicas));
  const part = many / few;
  slow += Number(part < LEAST);
  const told = [few, many].map((rate, place) => `${Math.round(rate)} events/s with ${SIZES[place]}`).join(", ");
  console.log(`${protocol}: ${told}: ${(100 * part).toFixed(0)} %${part < LEAST ? ", TOO SLOW" : ""}`);
}
process.exitCode = slow > 0 ? 1 : 0;
