// The pace by meaning on the real core: how long stories take, what is compressed, and that it changes nothing that happens.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { before, test } from "node:test";
import { page } from "./modules/page.mjs";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const scenarios = new URL("../scenarios/", import.meta.url);
/** One picture, in ms. */
const PICTURE = 16;
let core;
let Paced;
let pace;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
  ({ Paced } = await page("engine/paced"));
  pace = await page("engine/pace");
});

/** Plays a scenario as the page does, up to its end or a question. `see` hears of each event and of what is said to repeat. */
function plays(text, see = () => {}, most = 900_000, picture = PICTURE) {
  const run = new core.Playground();
  const { protocol } = run.open(text);
  const { messages } = core.protocols().find(({ id }) => id === protocol);
  const paced = new Paced(messages.map(({ name }) => name));
  let frame = run.frame(true);
  paced.begin(frame);
  let real = 0;
  while (real < most && !frame.finished && frame.questions.length === 0) {
    const moved = paced.play(run, frame, picture, () => run.frame(false));
    real += picture;
    frame = moved.frame;
    see(real, frame.recent, paced.repetition, frame);
  }
  const { event, now, finished, questions } = frame;
  return { run, real, event, now, over: finished || questions.length > 0 };
}

const raft = () => core.protocols().find(({ id }) => id === "raft").firstScenario;

test("Raft's first election takes 8 to 15 s, from time 0 on with the timers running down", () => {
  const seen = new Map();
  plays(raft(), (real, events) => {
    for (const event of events) if (event.milestone && event.at > 0) seen.set(event.id, { real, ...event });
  });
  const [stands, won] = [...seen.values()];
  assert.equal(stands.what, "fire");
  assert.ok(stands.real >= 2000 && stands.real <= 5000, `the timers run down for ${stands.real} ms`);
  assert.equal(won.role, "leader");
  assert.ok(won.real >= 8000 - 1500 && won.real + 1300 <= 15000, `won after ${won.real} ms`);
  // The beat belongs to it: the picture stands still for the winner.
  const after = [...seen.values()].find(({ id }) => id > won.id);
  assert.ok(won.real + pace.beatOf(1) >= 8000, `with its beat, ${won.real + pace.beatOf(1)} ms`);
  assert.ok(after.real - won.real >= pace.beatOf(1));
});

test("each event is told once, in its order, though the picture stands still at milestones", () => {
  const ids = [];
  const { event } = plays(raft(), (_real, events) => ids.push(...events.map(({ id }) => id)));
  assert.equal(ids.at(-1), event);
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, place) => (ids[0] ?? 0) + place),
  );
});

test("20 heartbeats after it take at most 3 s, and it is said that they repeat", () => {
  const beats = [];
  const told = [];
  plays("protocol raft\nreplicas 5\nseed 2\nnetwork latency 10ms..25ms\nrun 3s", (real, events, repetition) => {
    for (const { what, kind } of events) if (what === "fire" && kind === "heartbeat") beats.push(real);
    if (repetition?.name === "heartbeat") told.push(repetition.count);
  });
  assert.ok(beats.length > 40, `${beats.length} heartbeats`);
  const [first, last] = [beats[0], beats[20]];
  assert.ok(last - first <= 3000, `20 heartbeats take ${last - first} ms`);
  assert.ok(told.includes(9) && told.includes(20), "… 9 heartbeats");
});

test("a new message is in sight for at least 250 ms", () => {
  const flights = new Map();
  const landed = [];
  plays(raft(), (real, events, _repetition, frame) => {
    const { id, fate } = frame.flights;
    for (const [row, one] of id.entries()) if (fate[row] === 0 && !flights.has(one)) flights.set(one, real);
    for (const { what, message, kind } of events)
      if (what === "deliver" && flights.has(message)) landed.push({ kind, real: real - flights.get(message) });
  });
  for (const kind of ["request-vote", "vote", "request"]) {
    const least = Math.min(...landed.filter((one) => one.kind === kind).map((one) => one.real));
    assert.ok(least >= 250, `${kind}: ${least} ms`);
  }
});

test("the pace changes nothing that happens: equal hashes at any frame rate, and in true time", () => {
  for (const { firstScenario } of core.protocols()) {
    const plain = new core.Playground();
    plain.open(firstScenario);
    plain.finish();
    const { now } = plain.frame(true);
    for (const picture of [16, 7, 90]) {
      const { run } = plays(firstScenario, undefined, 900_000, picture);
      assert.equal(run.frame(true).now, now);
      assert.equal(run.traceHash(), plain.traceHash());
    }
  }
});

test("every scenario is told within a few minutes, and none is over before it was seen", async () => {
  const files = (await readdir(scenarios)).filter((name) => name.endsWith(".scenario"));
  const table = [];
  for (const name of files) {
    const { real, event, over } = plays(await readFile(new URL(name, scenarios), "utf8"));
    table.push(`${(real / 1000).toFixed(0).padStart(5)} s  ${String(event).padStart(4)} events  ${name}`);
    assert.ok(over, `${name} does not end`);
    assert.ok(real >= 3000, `${name} is over after ${real} ms`);
    assert.ok(real <= 420_000, `${name} takes ${real} ms`);
  }
  console.log(table.sort().join("\n"));
});

/** A scene in which nothing is to be seen. */
const empty = { now: 0, next: Infinity, last: 0, fresh: [], old: [], timers: [], rounds: 0, beat: 0 };

test("a beat holds everything, then time goes on", () => {
  const scene = { ...empty, next: 1000, fresh: [{ sent: 0, due: 1000, times: 1 }], beat: 50 };
  assert.deepEqual(pace.paced(scene, 20), { now: 0, speed: 0, beat: 30 });
  const after = pace.paced(scene, 60);
  assert.equal(after.beat, 0);
  assert.ok(after.now > 0 && after.now < 1000);
});

test("time never passes the next event, nor runs backward", () => {
  assert.equal(pace.paced({ ...empty, now: 500, last: 500, next: 501, old: [{ sent: 0, due: 501 }] }, 5000).now, 501);
  assert.equal(pace.paced({ ...empty, now: 500, last: 500, next: 400 }, 10).now, 500);
});

test("what is seen again takes less time, down to what can still be seen", () => {
  const speed = (times) => pace.rate({ ...empty, next: 1000, fresh: [{ sent: 0, due: 1000, times }] });
  assert.ok(speed(1) < speed(2) && speed(2) < speed(4));
  assert.equal(speed(15), speed(40));
  assert.ok(1000 / speed(40) >= 250);
  // What a crowd says again and again is hurried past, and still seen for three pictures.
  assert.ok(speed(40) < speed(80) && speed(80) < speed(160));
  assert.equal(speed(400), speed(4000));
  assert.ok(1000 / speed(4000) >= 50);
});
