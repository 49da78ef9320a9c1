// The package that the page loads is the package for Node: the same file, its bytes handed over.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const folder = new URL("../../www/engine/wasm/", import.meta.url);

test("the module loads in Node from its bytes", async () => {
  const { initSync } = await import(new URL("consensus_playground.js", folder).href);
  const exports = initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
  assert.ok(exports.memory instanceof WebAssembly.Memory);
  assert.ok(exports.memory.buffer.byteLength > 0);
});

test("the scenarios' texts are beside the module, not in it", async () => {
  const module = (await readFile(new URL("consensus_playground_bg.wasm", folder))).toString("latin1");
  assert.ok(module.includes("protocol raft"), "the first scenario of each protocol is in it");
  const scenarios = new URL("../scenarios/", import.meta.url);
  for (const name of readdirSync(scenarios).filter((one) => one.endsWith(".scenario"))) {
    const [title] = (await readFile(new URL(name, scenarios), "latin1")).split("\n");
    assert.ok(title.startsWith("# ") && !module.includes(title), name);
  }
});
