// What the bar at the picture offers to do to a node or a link: the core carries it out, and it is offered where it changes something.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { page } from "./modules/page.mjs";

const { clientActs, lies, linkActs, neighbours, replicaActs } = await page("element/faults/acts");
const folder = new URL("../../www/engine/wasm/", import.meta.url);
let core;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
});

/** A run as the page shows it. */
function opened(descriptor) {
  const run = new core.Playground();
  run.open(`protocol ${descriptor.id}\nreplicas 4\nrun 1s\n`);
  run.run(50_000);
  const shown = () => {
    const frame = run.frame(true);
    const replicas = frame.nodes.filter(({ replica }) => replica);
    return { frame, replicas, descriptor, library: { kinds: core.byzantineKinds() }, topology: undefined };
  };
  const node = (id) => shown().frame.nodes.find((one) => one.id === id);
  return { run, shown, node };
}

const labels = (acts) => acts.map(({ label }) => label);

test("every act that is offered is carried out, in every protocol and whatever has been done before", () => {
  let done = 0;
  for (const descriptor of core.protocols()) {
    const first = opened(descriptor);
    for (const before of [
      [],
      ["crash 2"],
      ["pause 2"],
      ["partition 2 | 1 3 4"],
      ["cut all -> 2"],
      ["byzantine 2 silent"],
    ]) {
      const state = () => {
        const at = opened(descriptor);
        for (const line of before) at.run.act(line);
        return at;
      };
      const { shown, node } = state();
      const links = linkActs(shown().frame, "2", "3");
      const all = [...replicaActs(shown(), node("2")), ...(lies(shown(), node("2"))?.acts ?? []), ...links];
      const client = shown().frame.nodes.find(({ replica }) => !replica);
      if (client) all.push(...clientActs(shown(), client.id));
      for (const { label, lines } of all) {
        const { run } = state();
        for (const line of lines) assert.doesNotThrow(() => run.act(line), `${descriptor.id}, ${before}: ${label}`);
        done += 1;
      }
    }
    assert.deepEqual(
      neighbours(first.shown(), "2").map(({ id }) => id),
      ["1", "3", "4"],
    );
  }
  assert.ok(done > 500, `${done} acts`);
});

test("a cut is offered until all is cut, and taken back by one button", () => {
  const { run, shown, node } = opened(core.protocols()[0]);
  const of = () => replicaActs(shown(), node("2"));
  const press = (label) =>
    of()
      .find((one) => one.label === label)
      .lines.forEach((line) => run.act(line));
  press("Cut all incoming");
  assert.equal(shown().frame.cuts.length, 3);
  assert.ok(!labels(of()).includes("Cut all incoming") && labels(of()).includes("Cut all outgoing"));
  press("Undo the cuts here");
  assert.equal(shown().frame.cuts.length, 0);
  press("Isolate");
  assert.deepEqual(shown().frame.groups, [["2"], ["1", "3", "4"]]);
  assert.ok(!labels(of()).includes("Isolate"));
  press("Heal the network");
  assert.equal(shown().frame.groups.length, 0);
});

test("a link is cut one way or both, slowed down, and set back", () => {
  const { run, shown } = opened(core.protocols()[0]);
  const of = () => linkActs(shown().frame, "1", "3");
  const press = (label) =>
    of()
      .find((one) => one.label === label)
      .lines.forEach((line) => run.act(line));
  press("Cut 3 → 1");
  assert.deepEqual(shown().frame.cuts, [["3", "1"]]);
  press("Undo the cuts here");
  press("Cut both ways");
  assert.equal(shown().frame.cuts.length, 2);
  press("Undo the cuts here");
  press("Make 5 times slower");
  const { links, network } = shown().frame;
  assert.deepEqual(
    links.map(([, , { latency }]) => latency),
    Array(2).fill(network.latency.map((one) => 5 * one)),
  );
  press("Reset");
  assert.equal(shown().frame.links.length, 0);
});
