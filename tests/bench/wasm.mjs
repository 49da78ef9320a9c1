// The core's speed in wasm, in Node: the same set-ups as the native ones. Prints events a second
// of processor time, and the memory.
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { longRun, told } from "./long.mjs";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
const bytes = await readFile(new URL("consensus_playground_bg.wasm", folder));
const started = performance.now();
const { memory } = core.initSync({ module: bytes });

/** Milliseconds of this process's own time on the processor: whatever else the machine does meanwhile counts for nothing. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

console.log(`start: ${bytes.length} bytes in ${(performance.now() - started).toFixed(1)} ms`);

/** The better of two times, in milliseconds: the engine compiles what is called often a second time. */
function measured(work) {
  const times = [0, 1].map(() => {
    const start = spent();
    work();
    return spent() - start;
  });
  return Math.min(...times);
}

// The clients' histories are checked in every run; what that costs is the difference between a line and the one below it.
for (const [place, name] of core.benchNames().entries()) {
  for (const unwatched of name.includes("requests") ? [false, true] : [false]) {
    let events = 0;
    const took = measured(() => (events = core.benchRun(place, unwatched)));
    const rate = Math.round((events / took) * 1000);
    const used = (memory.buffer.byteLength / 2 ** 20).toFixed(1);
    console.log(
      `${(unwatched ? "  histories unchecked" : name).padEnd(28)} ${events} events in ${(took / 1000).toFixed(2)} s: ${rate} events/s, ${used} MiB of wasm memory`,
    );
  }
}

// The target is 0.4 s: fourteen concurrent writes and a read that none of them explains.
for (const told of [false, true]) {
  const start = spent();
  if (!core.benchImpossibleRead(14, told)) throw new Error("the impossible read was not found out");
  const took = spent() - start;
  console.log(
    `14 concurrent writes${told ? ", each read by somebody," : ""} and an impossible read: ${took.toFixed(1)} ms`,
  );
  if (took > 400) throw new Error("that is more than 0.4 s");
}

console.log(told("a million events in Node", longRun(core, spent), memory.buffer.byteLength));
