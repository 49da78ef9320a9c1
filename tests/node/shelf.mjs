// A person's own runs in the browser's storage: bounded, checked, and nothing is lost without a word.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { page } from "./modules/page.mjs";

const { MOST_LETTERS, MOST_RUNS, keepRun, keeps, keptRuns, removeRun, renameRun } = await page("element/page/shelf");

const KEY = "consensus-playground.runs";
const RUN = { name: "A", protocol: "Raft", event: 3, link: "#s1=AA" };
let stored = new Map();

/** A storage as a browser has it; `refuse` is thrown at each use, or only where something is written. */
function storage({ refuse, write } = {}) {
  const get = () => {
    if (refuse) throw refuse;
    return {
      getItem: (key) => stored.get(key) ?? null,
      setItem(key, value) {
        if (write) throw write;
        stored.set(key, value);
      },
    };
  };
  Object.defineProperty(globalThis, "localStorage", { get, configurable: true });
}

beforeEach(() => {
  stored = new Map();
  storage();
});

const names = () => keptRuns().map(({ name }) => name);

test("the newest comes first, and no two have the same name", () => {
  for (let times = 0; times < 3; times += 1) keepRun(RUN);
  keepRun({ ...RUN, name: " \n " });
  assert.deepEqual(names(), ["Unnamed run", "A (3)", "A (2)", "A"]);
  assert.equal(new Set(keptRuns().map(({ id }) => id)).size, 4);
  const [{ id }] = keptRuns();
  assert.equal(renameRun(id, "A"), "A (4)");
  assert.equal(renameRun(id, "A (4)"), "A (4)");
  assert.equal(renameRun(id, "x".repeat(500)).length, 120);
});

test("what was deleted is put back where it was, once", () => {
  for (const name of ["1", "2", "3"]) keepRun({ ...RUN, name });
  const putBack = removeRun(keptRuns()[1].id);
  assert.deepEqual(names(), ["3", "1"]);
  putBack();
  putBack();
  assert.deepEqual(names(), ["3", "2", "1"]);
  removeRun(99);
  assert.deepEqual(names(), ["3", "2", "1"]);
});

test("a full shelf refuses one more, with a sentence, and keeps what it holds", () => {
  for (let count = 0; count < MOST_RUNS; count += 1) keepRun(RUN);
  assert.throws(() => keepRun(RUN), /You already keep 60 runs/);
  const putBack = removeRun(keptRuns()[0].id);
  keepRun(RUN);
  assert.throws(putBack, /You already keep 60 runs/);
  assert.equal(keptRuns().length, MOST_RUNS);
});

test("long runs fill it, too", () => {
  keepRun({ ...RUN, link: `#s1=${"A".repeat(MOST_LETTERS / 2)}` });
  assert.throws(() => keepRun({ ...RUN, link: `#s1=${"A".repeat(MOST_LETTERS / 2)}` }), /no more room/);
  assert.equal(keptRuns().length, 1);
});

test("where the browser refuses, that is said", () => {
  storage({ write: new DOMException("", "QuotaExceededError") });
  assert.throws(() => keepRun(RUN), /no more room/);
  storage({ refuse: new DOMException("", "SecurityError") });
  assert.equal(keeps(), false);
  assert.deepEqual(keptRuns(), []);
  assert.throws(() => keepRun(RUN), /keeps nothing for this page/);
});

test("what others wrote into the storage harms nothing", () => {
  const good = { ...RUN, id: 1, kept: 1e12 };
  const odd = [
    null,
    7,
    { id: -1 },
    { ...good, link: "javascript:alert(1)" },
    { ...good, name: 3 },
    { ...good, kept: -1 },
  ];
  stored.set(KEY, JSON.stringify([...odd, good]));
  assert.deepEqual(keptRuns(), [good]);
  for (const text of ["{", "7", '{"a":1}', "null", JSON.stringify(Array(1000).fill(good))]) {
    stored.set(KEY, text);
    assert.ok(keptRuns().length <= MOST_RUNS, text);
  }
});
