// The wasm's measurements, in Node. For now how long the module takes to compile and start.
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";

const folder = new URL("../../www/src/wasm/", import.meta.url);
const module = await readFile(new URL("consensus_playground_bg.wasm", folder));
const { initSync } = await import(new URL("consensus_playground.js", folder).href);
const started = performance.now();
const exports = initSync({ module });
const spent = performance.now() - started;
console.log(
  `start: ${module.length} bytes in ${spent.toFixed(1)} ms, memory ${exports.memory.buffer.byteLength} bytes`,
);
