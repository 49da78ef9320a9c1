// The core's speed in wasm, in Node: the same set-ups as the native ones. Prints events a second, and the memory.
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { longRun, told } from "./long.mjs";

const folder = new URL("../../www/src/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
const bytes = await readFile(new URL("consensus_playground_bg.wasm", folder));
const started = performance.now();
const { memory } = core.initSync({ module: bytes });
console.log(`start: ${bytes.length} bytes in ${(performance.now() - started).toFixed(1)} ms`);

for (const [place, name] of core.benchNames().entries()) {
  const start = performance.now();
  const events = core.benchRun(place);
  const seconds = (performance.now() - start) / 1000;
  const rate = Math.round(events / seconds);
  const used = (memory.buffer.byteLength / 2 ** 20).toFixed(1);
  console.log(
    `${name.padEnd(28)} ${events} events in ${seconds.toFixed(2)} s: ${rate} events/s, ${used} MiB of wasm memory`,
  );
}

console.log(
  told(
    "a million events in Node",
    longRun(core, () => performance.now()),
    memory.buffer.byteLength,
  ),
);
