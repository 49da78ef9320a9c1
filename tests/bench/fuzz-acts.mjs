// Does things at random by hand, to everybody, through the WebAssembly module: so many seconds, all protocols in turn.
import { readFile } from "node:fs/promises";
import { byHand } from "./act-lines.mjs";

const seconds = Number(process.argv[2] ?? 60);
const folder = new URL("../../www/engine/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });

const protocols = core.protocols();
const ways = core.byzantineKinds();
const end = performance.now() + seconds * 1_000;
let seed = 1;
for (; performance.now() < end; seed += 1) byHand(core, protocols[seed % protocols.length], ways, seed);
console.log(`${seed - 1} runs by hand in ${seconds} s: nothing found`);
