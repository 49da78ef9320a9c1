// The headless API in Node 20: what the README says of it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const scenarios = new URL("../scenarios/", import.meta.url);
const scenarioNames = readdirSync(scenarios).filter((name) => name.endsWith(".scenario"));
let core;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
});

const raft = "protocol raft\nreplicas 5\nseed 7\nat 0s request put x 1\nrun 2s\nexpect committed 1\n";

function opened(text = raft) {
  const playground = new core.Playground();
  playground.open(text);
  return playground;
}

test("every scenario leaves the trace that is on record", async () => {
  const hashes = (await readFile(new URL("../scenario-hashes.txt", import.meta.url), "utf8")).trim().split("\n");
  const firsts = new Map(core.protocols().map(({ id, firstScenario }) => [id, firstScenario]));
  const lines = hashes.map((line) => {
    const [file] = line.split(" ");
    const playground = opened(firsts.get(file) ?? readFileSync(new URL(`${file}.scenario`, scenarios), "utf8"));
    playground.finish();
    const found = `${file} ${playground.traceHash()}`;
    playground.free();
    return found;
  });
  assert.deepEqual(lines, hashes);
  assert.equal(lines.length, firsts.size + scenarioNames.length);
});

test("a run can be driven and looked at", () => {
  const playground = opened();
  assert.equal(playground.step().kind, "line");
  const tick = playground.run("500ms");
  assert.equal(tick.now, 500_000);
  assert.equal(playground.run(1_500_000).finished, true);
  const state = playground.state();
  assert.equal(state.nodes.length, 5);
  assert.ok(state.nodes.some((node) => node.replica.role === "leader"));
  assert.equal(state.progress.committed, 1);
  assert.ok(state.properties.every((property) => !property.broken));
  assert.deepEqual(
    state.expects.map((expect) => expect.ok),
    [true],
  );
  assert.match(playground.traceHash(), /^[0-9a-f]{16}$/);
  const events = playground.events(1);
  assert.equal(events.at(-1).id, tick.event > events.length ? tick.event : events.length);
  const milestone = events.find((event) => event.milestone);
  assert.ok(playground.explain(milestone.id).sentences.length > 0);
});

test("what is done by hand is in the script, and the script runs again", () => {
  const playground = opened();
  playground.run("700ms");
  playground.act("crash leader");
  playground.finish();
  const again = opened(playground.script());
  again.finish();
  assert.equal(again.traceHash(), playground.traceHash());
});

test("going back gives the state that was", () => {
  const playground = opened();
  playground.run("1s");
  const there = playground.state();
  playground.run("500ms");
  playground.seek(there.event);
  assert.deepEqual(playground.state().nodes, there.nodes);
  assert.equal(playground.frame(true).event, there.event);
});

test("a frame brings messages as typed arrays and only what changed", () => {
  const playground = opened();
  playground.run("400ms");
  const first = playground.frame(false);
  assert.ok(first.flights.id instanceof Uint32Array && first.flights.due instanceof Float64Array);
  assert.equal(first.flights.id.length, first.flights.sent.length);
  assert.equal(playground.frame(false).nodes.length, 0);
  assert.ok(playground.frame(true).nodes.length >= 5);
});

test("of some replicas alone it tells in full, and of what they did", () => {
  const playground = new core.Playground();
  playground.open("protocol raft\nreplicas 5\nseed 7\nat 0s request put x 1\nrun 1s");
  playground.finish();
  const [whole, some] = [playground.frame(true), playground.frame(true, new Uint16Array([2]))];
  const shown = ({ nodes }) => nodes.filter(({ replica }) => replica?.fields.length > 0).map(({ id }) => id);
  assert.deepEqual([shown(whole), shown(some)], [["1", "2", "3", "4", "5"], ["2"]]);
  const outline = ({ nodes }) => nodes.map(({ id, health, replica }) => [id, health, replica?.role, replica?.epoch]);
  assert.deepEqual(outline(some), outline(whole));
  // Another choice is news of these two alone.
  assert.deepEqual(
    playground.frame(false, new Uint16Array([3])).nodes.map(({ id }) => id),
    ["2", "3"],
  );
  const events = playground.events(1, 1000, new Uint16Array([2]));
  const at = (node) => node === undefined || node === "2" || node.startsWith("c");
  assert.deepEqual(
    events,
    playground.events(1, 1000).filter(({ node }) => at(node)),
  );
  const messages = playground.messages(1, 1000, new Uint16Array([1, 2]));
  const between = (node) => node === "1" || at(node);
  assert.deepEqual(
    messages,
    playground.messages(1, 1000).filter(({ from, to }) => between(from) && between(to)),
  );
  assert.ok(messages.length > 0);
  assert.throws(() => playground.frame(true, [2]), /`whole` must be a Uint16Array, not an object/);
});

test("mistakes throw an Error with a message, and the run goes on", () => {
  const empty = new core.Playground();
  assert.throws(() => empty.step(), /no scenario is open/);
  const playground = opened();
  playground.run("300ms");
  const hash = playground.traceHash();
  const thrown = (text) => {
    try {
      playground.open(text);
    } catch (error) {
      assert.ok(error instanceof Error, String(error));
      return error;
    }
    return assert.fail(`this was opened: ${text.slice(0, 40)}`);
  };
  assert.deepEqual([thrown("protocol rafft").line, thrown("protocol rafft").column], [1, 10]);
  assert.match(thrown("protocol rafft").message, /did you mean `raft`\?/);
  assert.match(thrown("protocol raft\nreplicas 0").message, /line 2, column 10/);
  assert.match(thrown("protocol raft\nreplicas 1000000").message, /line 2, column 10/);
  assert.match(thrown("x".repeat(10_000_000)).message, /may have 1048576/);
  assert.throws(() => playground.act("crash 99"), /there is no replica `99`/);
  assert.throws(() => playground.run("soon"), /a duration needs a unit/);
  assert.throws(() => playground.run(-1), /between 0 and/);
  assert.throws(() => playground.run(Number.NaN), /between 0 and/);
  assert.throws(() => playground.run({}), /`span` must be a duration/);
  assert.equal(playground.explain(4_000_000_000), undefined);
  assert.equal(playground.traceHash(), hash);
  playground.act("crash 2");
  assert.throws(() => playground.act("fire election-timeout of 2"), /is crashed: its timers don't run/);
});

test("a random seed is another one each time", () => {
  const seeds = new Set(Array.from({ length: 20 }, () => core.randomSeed()));
  assert.ok(seeds.size > 15);
});
