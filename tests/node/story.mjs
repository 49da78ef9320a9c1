// How it came to an event: repetition is collapsed, and nothing else is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { story } = await page("element/narrator/story");
const { pieces, termsOf } = await page("element/terms/terms");

const event = (id, node, what, kind) => ({ id, at: id * 10, node, what, kind, title: `${node} ${what} ${kind}` });
/** The causes as the engine gives them: the nearest first. */
const told = (...events) => story([...events].reverse()).map(({ id, count, title }) => `${count} ${title} #${id}`);

test("the oldest comes first", () => {
  const lines = told(event(1, "1", "fire", "election"), event(4, "2", "deliver", "vote"));
  assert.deepEqual(lines, ["1 1 fire election #1", "1 2 deliver vote #4"]);
});

test("nine heartbeats are one line, which goes to the last", () => {
  const beats = Array.from({ length: 9 }, (_, place) => event(10 + place, "4", "fire", "heartbeat"));
  const lines = told(event(1, "4", "deliver", "vote"), ...beats, event(30, "1", "fire", "election"));
  assert.deepEqual(lines, ["1 4 deliver vote #1", "9 4 fire heartbeat #18", "1 1 fire election #30"]);
});

test("a heartbeat and what it sets off are collapsed together", () => {
  const pair = (id) => [event(id, "4", "fire", "heartbeat"), event(id + 1, "1", "deliver", "append-entries")];
  assert.deepEqual(told(...pair(1), ...pair(3), ...pair(5)), [
    "3 4 fire heartbeat #5",
    "3 1 deliver append-entries #6",
  ]);
});

test("what differs in who, what or which kind is never collapsed", () => {
  const lines = told(
    event(1, "1", "deliver", "vote"),
    event(2, "2", "deliver", "vote"),
    event(3, "2", "lose", "vote"),
    event(4, "2", "lose", "append"),
  );
  assert.equal(lines.length, 4);
  assert.deepEqual(story([]), []);
});

test("no event is lost, however they repeat", () => {
  for (let seed = 1; seed < 200; seed++) {
    const causes = Array.from({ length: seed % 40 }, (_, place) =>
      event(place + 1, String(((seed * (place + 3)) >> 2) % 3), "deliver", "m"),
    );
    const count = story([...causes].reverse()).reduce((sum, line) => sum + line.count, 0);
    assert.equal(count, causes.length, `seed ${seed}`);
  }
});

const term = (name) => ({ name, about: `What ${name} means.` });
const marked = (text, ...names) =>
  pieces(text, names.map(term), new Set())
    .filter((piece) => piece.term)
    .map((piece) => piece.text);

test("a term is marked where it first stands, in whichever form", () => {
  assert.deepEqual(marked("It commits 3; 3 is committed.", "commit"), ["commits"]);
  assert.deepEqual(marked("Entry 3 is committed.", "commit", "entry"), ["Entry", "committed"]);
  assert.deepEqual(marked("Two majorities, voting", "majority", "vote"), ["majorities", "voting"]);
  assert.deepEqual(marked("A request-vote and a determined terminal", "vote", "term"), []);
  assert.deepEqual(marked("a joint configuration", "configuration", "joint configuration"), ["joint configuration"]);
});

test("the pieces are the sentence", () => {
  const text = "Replica 1 is elected leader of term 2 (a majority).";
  const all = pieces(text, ["term", "leader", "majority"].map(term), new Set());
  assert.equal(all.map((piece) => piece.text).join(""), text);
  assert.deepEqual(pieces(text, [], new Set()), [{ text }]);
});

test("a protocol's own word comes before the common one", () => {
  const own = { name: "Commit", about: "Here." };
  assert.deepEqual(termsOf([own], [term("commit"), term("quorum")]), [own, term("quorum")]);
});
