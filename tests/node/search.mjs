// A search in the page: its workers together, and what is read in what they find.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { Hunt } = await page("element/search/hunt");
const { megabytes, oneIn, stepsOf, written } = await page("element/search/words");

const WANTED = { text: "protocol raft", strategy: "swarm", wanted: "any", bounds: "", seed: 1 };

/** A worker that says one thing after the other, and remembers what it was asked. */
function worker(...told) {
  const asked = [];
  let stopped = false;
  const call = async (op, ...args) => {
    assert.ok(!stopped, "nobody asks a worker that was ended");
    asked.push([op, ...args]);
    await new Promise((resolve) => setImmediate(resolve));
    if (op === "search") return "3 crashes";
    const next = told.length > 1 ? told.shift() : told[0];
    if (next instanceof Error) throw next;
    return next;
  };
  return { call, asked, stop: () => (stopped = true), stopped: () => stopped };
}

/** How far a worker is. */
function at(phase, walk, more = {}) {
  const progress = {
    phase,
    states: 10,
    transitions: 20,
    walks: 3,
    depth: 5,
    frontier: 0,
    bytes: 0,
    collisions: 0,
    steps: 0,
  };
  return { progress, walk, text: phase === "found" ? `found in ${walk}` : undefined, sentence: undefined, ...more };
}

async function hunted(...workers) {
  const left = [...workers];
  const hunt = new Hunt(WANTED, workers.length, () => left.shift());
  await hunt.start();
  return hunt;
}

test("of several findings that of the earliest walk counts, whoever is first", async () => {
  const quick = worker(at("shrinking", 9), at("found", 9));
  const slow = worker(at("searching", 2), at("searching", 4), at("shrinking", 6), at("found", 6));
  const hunt = await hunted(quick, slow);
  assert.equal(hunt.finding.text, "found in 6");
  assert.equal(hunt.bounds, "3 crashes");
  assert.equal(hunt.total.states, 20);
  assert.ok(hunt.answered && quick.stopped() && slow.stopped());
  assert.deepEqual(
    [quick, slow].map(({ asked }) => asked[0][1]),
    [0, 1].map((one) => ({ ...WANTED, worker: one, workers: 2 })),
  );
});

test("who is beyond the earliest walk looks no further", async () => {
  const quick = worker(at("shrinking", 3), at("shrinking", 3), at("shrinking", 3), at("found", 3));
  const slow = worker(at("searching", 2), at("searching", 8));
  const hunt = await hunted(quick, slow);
  assert.equal(hunt.finding.text, "found in 3");
  assert.equal(slow.asked.length, 3);
});

test("it rests and goes on, and is ended at once", async () => {
  const one = worker(at("searching", 1));
  const hunt = new Hunt(WANTED, 1, () => one);
  let rounds = 0;
  hunt.addEventListener("change", () => {
    rounds += 1;
    if (rounds === 3) hunt.pause();
  });
  const over = hunt.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(one.asked.length, 4);
  hunt.goOn();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(one.asked.length > 4);
  hunt.cancel();
  assert.ok(one.stopped() && hunt.over && !hunt.answered);
  await over;
  assert.equal(hunt.mistake, undefined);
});

test("a refusal is its mistake, and ends it", async () => {
  const hunt = await hunted(worker(new Error("`x` is no condition")));
  assert.equal(hunt.mistake.message, "`x` is no condition");
  assert.ok(hunt.over && !hunt.answered);
});

test("the steps of a found scenario are its lines with what is said above them", () => {
  const text = `# Raft: broken in 2 steps
# It is broken.
protocol raft
set quorum-of-half on
network manual
# Replica 4 stands for election.
fire election-timeout of 4
deliver request-vote from 4 to 2
expect violation election-safety
`;
  assert.deepEqual(stepsOf(text), [
    { line: "fire election-timeout of 4", about: "Replica 4 stands for election." },
    { line: "deliver request-vote from 4 to 2", about: "" },
  ]);
});

test("an empty field is open, or none, or says nothing of its own", () => {
  const fields = { crashes: "", timers: "", "election-timeout": "", steps: " 40 ", liars: "1" };
  assert.equal(written(fields), "crashes=0 timers=any steps=40 liars=1");
});

test("chances and bytes are told in round numbers", () => {
  assert.equal(oneIn(0), undefined);
  assert.equal(oneIn(2.1e-12), 480_000_000_000);
  assert.equal(oneIn(0.004), 250);
  assert.equal(oneIn(1), 1);
  assert.equal(megabytes(1_234_567), 1.2);
  assert.equal(megabytes(123_456_789), 123);
});
