// A million recorded events in Chromium: the memory of the whole page, and what a seek costs.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { chromium, launchOptions } from "../browser/playground.mjs";

const wasm = new URL("../../www/engine/wasm/", import.meta.url);
const files = {
  "/consensus_playground.js": [new URL("consensus_playground.js", wasm), "text/javascript"],
  "/consensus_playground_bg.wasm": [new URL("consensus_playground_bg.wasm", wasm), "application/wasm"],
  "/long.mjs": [new URL("long.mjs", import.meta.url), "text/javascript"],
};
// Isolated from other origins a page may measure all of its memory, and has a fine clock.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const server = createServer(async (request, response) => {
  const [file, type] = files[request.url] ?? [];
  response.writeHead(200, { ...headers, "Content-Type": type ?? "text/html" });
  response.end(file ? await readFile(file) : "<!doctype html><title>bench</title>");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const browser = await chromium.launch(launchOptions);
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const line = await page.evaluate(async () => {
    const core = await import("/consensus_playground.js");
    const { memory } = await core.default();
    const { longRun, told } = await import("/long.mjs");
    const run = longRun(core, () => performance.now());
    const all = await performance.measureUserAgentSpecificMemory?.();
    // The browser's own count leaves the wasm's memory out (measured): both together are what the page holds.
    return told("a million events in Chromium", run, memory.buffer.byteLength + (all?.bytes ?? 0));
  });
  console.log(line);
} finally {
  await browser.close();
  server.close();
}
