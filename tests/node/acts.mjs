// What can be done by hand, to everybody, through the WebAssembly module: done or refused, and never the end of it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { byHand } from "../bench/act-lines.mjs";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
let core;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
});

test("a client where a replica is meant is refused, and the run goes on", () => {
  for (const { id, commands } of core.protocols()) {
    const run = new core.Playground();
    run.open(`protocol ${id}\nreplicas 4\nrun 1s\n`);
    run.finish();
    assert.throws(() => run.act(`request ${commands[0].example} to c8`), /a replica is meant here, and c8 is a client/);
    assert.throws(() => run.open(`protocol ${id}\nrequest ${commands[0].example} to c8\n`), { line: 2 });
    assert.equal(run.run(100_000).now, 1_100_000);
  }
});

test("acts at random are done or refused, and their script leads to the same run", () => {
  const ways = core.byzantineKinds();
  for (const protocol of core.protocols()) for (let seed = 1; seed <= 12; seed += 1) byHand(core, protocol, ways, seed);
});

test("what nobody could decide is told as such", () => {
  const run = new core.Playground();
  run.open("protocol raft\nworkload clients 64 rate 1000/s keys 1\nrun 1s\nexpect all\n");
  run.finish();
  const { properties, expects } = run.state();
  const open = properties.filter(({ undecided }) => undecided > 0).map(({ name, broken }) => [name, broken]);
  assert.deepEqual(open, [["linearizability", null]]);
  assert.ok(expects.every(({ ok, undecided }) => ok !== undecided));
});
