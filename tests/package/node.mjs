// The package in Node, as npm packs it: what is in it, what importing it does, and what each way in weighs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { folder, hosts, install } from "./installed.mjs";

const json = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** What a module of somebody who has installed the package prints. */
const prints = (script) =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: hosts, encoding: "utf8" }).trim();

before(() => install());

test("all that its manifest names is packed, and none of it leads out of it", () => {
  const told = json("package.json");
  const files = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(files));
  const named = [
    told.types,
    told.unpkg,
    told.jsdelivr,
    told.customElements,
    ...files(told.exports),
    ...told.sideEffects,
  ];
  for (const name of named) assert.ok(readFileSync(join(folder, name)).length > 0, name);
  assert.equal(
    told.version,
    /^version = "(.+)"/m.exec(readFileSync(new URL("../../Cargo.toml", import.meta.url), "utf8"))[1],
  );
  assert.equal(told.private, undefined);
  const ts = createRequire(new URL("../../www/package.json", import.meta.url))("typescript");
  for (const name of readdirSync(folder, { recursive: true }).filter((one) => /\.(?:js|d\.ts)$/.test(one)))
    for (const { fileName } of ts.preProcessFile(readFileSync(join(folder, name), "utf8"), true, true).importedFiles)
      assert.match(fileName, /^\.|^node:/, name);
});

test("scripts that define elements are kept by bundlers; the engine's are dropped where nothing of them is used", () => {
  const { sideEffects } = json("package.json");
  const defining = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith(".js") && /customElements/.test(readFileSync(join(folder, name), "utf8")),
  );
  assert.ok(defining.length > 1);
  for (const name of defining) assert.ok(sideEffects.includes(`./${name}`), name);
  assert.ok(sideEffects.every((name) => !name.startsWith("./core")));
});

test("importing the elements in Node does nothing and throws nothing", () => {
  for (const way of ["", "/multi", "/lesson", "/challenge"]) {
    const script = `const before = Object.getOwnPropertyNames(globalThis).length;
      const found = await import("consensus-playground${way}");
      console.log(JSON.stringify([Object.values(found).map(String), Object.getOwnPropertyNames(globalThis).length - before]));`;
    assert.equal(prints(script), '[["undefined","undefined"],0]');
  }
});

test("the engine runs in Node without a word of set-up, and leaves the trace that is on record", () => {
  const script = `import init, { Playground, version } from "consensus-playground/core";
    import { readFileSync } from "node:fs";
    const run = new Playground();
    run.open(readFileSync(process.env.SCENARIO, "utf8"));
    run.finish();
    await init();
    console.log(run.traceHash());`;
  const tests = new URL("../", import.meta.url);
  const [, hash] = /^raft-minority (\w+)$/m.exec(readFileSync(new URL("scenario-hashes.txt", tests), "utf8"));
  process.env.SCENARIO = new URL("scenarios/raft-minority.scenario", tests).pathname;
  assert.equal(prints(script), hash);
});

test("the wasm and the elements' description can be asked for by name", () => {
  const script = `import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const at = (name) => readFileSync(fileURLToPath(import.meta.resolve("consensus-playground/" + name)));
    const module = await WebAssembly.compile(at("core.wasm"));
    const { modules } = JSON.parse(at("custom-elements.json"));
    console.log(JSON.stringify([WebAssembly.Module.exports(module).length > 10, modules.map(({ path }) => path)]));`;
  assert.equal(prints(script), '[true,["element.js","element.js"]]');
});

test("types say what there is", () => {
  const types = readFileSync(join(folder, "element.d.ts"), "utf8");
  for (const { declarations } of json("custom-elements.json").modules)
    for (const { name, members, attributes = [] } of declarations) {
      const [, own] = new RegExp(`class ${name} [^{]*\\{([\\s\\S]*?)\\n\\}`).exec(types);
      for (const one of members) assert.match(own, new RegExp(`\\b${one.name}\\b`), `${name}.${one.name}`);
      assert.ok(attributes.length > 3);
    }
});

test("each way in keeps to its weight, gzipped", () => {
  const weigh = (name) => gzipSync(readFileSync(join(folder, name))).length;
  const multi = readdirSync(join(folder, "multi")).filter((name) => name.endsWith(".js"));
  const weights = {
    "element.js": weigh("element.js"),
    "core.wasm": weigh("core.wasm"),
    "core in Node": weigh("core/node.js") + weigh("core/consensus_playground.js"),
    "multi, all of it": multi.reduce((sum, name) => sum + weigh(`multi/${name}`), 0),
    "multi/worker.js": weigh("multi/worker.js"),
  };
  console.log(weights);
  // The wasm has its budget where it is built; in one file it is a third heavier, as text. The worker may grow by a tenth.
  const most = { "element.js": 1_300_000, "multi/worker.js": 11_000 };
  for (const [name, limit] of Object.entries(most)) assert.ok(weights[name] < limit, `${name}: ${weights[name]}`);
});
