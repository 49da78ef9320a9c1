// The page's panels of structures and its reckoning of quorums: what is drawn where, and who is enough.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { layOut } = await page("element/inspector/structures/tree-layout");
const { byId, who } = await page("element/inspector/structures/merge");
const { scaleEnds } = await page("element/inspector/structures/scale-ends");
const { corners } = await page("element/inspector/structures/hull");
const { enough, have } = await page("element/inspector/quorum-systems");
const { pending } = await page("element/inspector/pending");
const { valuesOf } = await page("element/stage/values");

const block = (id, parents, status = "pending") => ({ id, parents, epoch: 0, label: `b${id}`, status });
const replica = (id, ...cells) => ({ id, cells, leads: false });
const places = (shown) => Object.fromEntries(layOut(shown).map(({ cell, depth, row }) => [cell.id, [depth, row]]));

test("a chain runs in one row and a fork opens another", () => {
  const chain = [block(1, []), block(2, [1]), block(3, [2])];
  assert.deepEqual(places([replica("1", ...chain)]), { 1: [0, 0], 2: [1, 0], 3: [2, 0] });
  const fork = [block(1, []), block(5, [1])];
  const both = places([replica("1", ...chain), replica("2", ...fork)]);
  assert.deepEqual(both, { 1: [0, 0], 2: [1, 0], 3: [2, 0], 5: [1, 1] }, "the longer branch goes straight on");
});

test("branches that lie apart share a row, those that meet do not", () => {
  const chain = Array.from({ length: 8 }, (_, at) => block(at + 1, at ? [at] : []));
  const early = block(20, [1]);
  const late = block(21, [6]);
  const long = [block(30, [1]), block(31, [30]), block(32, [31])];
  assert.deepEqual(places([replica("1", ...chain, early, late)])[21], [6, 1], "beside the early one");
  const all = places([replica("1", ...chain, early, late, ...long)]);
  assert.deepEqual(
    [all[32], all[20], all[21]],
    [
      [3, 1],
      [1, 2],
      [6, 1],
    ],
  );
});

test("the decided branch goes straight on, though another is longer", () => {
  const decided = [block(1, [], "committed"), block(5, [1], "committed")];
  const longer = [block(1, []), block(2, [1]), block(3, [2])];
  assert.deepEqual(places([replica("1", ...longer), replica("2", ...decided)]), {
    1: [0, 0],
    5: [1, 0],
    2: [1, 1],
    3: [2, 1],
  });
});

test("blocks whose parents are no longer shown are roots, and a block that names itself ends nothing", () => {
  assert.deepEqual(places([replica("1", block(8, [7]), block(9, [8]))]), { 8: [0, 0], 9: [1, 0] });
  assert.deepEqual(places([replica("1", block(8, [8]))]), { 8: [0, 0] });
  assert.deepEqual(places([replica("1", block(8, [9]), block(9, [8]))]), {}, "a circle is no tree");
});

test("a long chain is laid out without deep recursion", () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => block(at + 1, at ? [at] : []));
  assert.deepEqual(places([replica("1", ...chain)])[20_000], [19_999, 0]);
});

test("a cell counts as far as any replica has come with it, and knows who ends with it", () => {
  const merged = byId([replica("1", block(1, []), block(2, [1])), replica("2", block(1, [], "committed"))]);
  const { cell, at, last } = merged.get(1);
  assert.deepEqual([cell.status, at, last], ["committed", ["1", "2"], ["2"]]);
  assert.deepEqual(merged.get(2).last, ["1"]);
});

test("few are named, many are counted", () => {
  assert.equal(who(["1", "3"], 5), "1, 3");
  assert.equal(who(["1", "2"], 2), "all");
  assert.equal(
    who(
      Array.from({ length: 9 }, (_, at) => `${at}`),
      40,
    ),
    "9 of 40",
  );
});

/** A tally of a quorum system, as the engine sends it. */
const tally = (quorum, needed) => ({ about: "x", votes: [], needed, quorum });
const seven = [1, 2, 3, 4, 5, 6, 7];

test("who is enough, by number, by weight, by line of a grid, in each of two groups", () => {
  const simple = tally(undefined, 2);
  assert.deepEqual([enough(simple, [4]), enough(simple, [4, 5]), have(simple, [4])], [false, true, 1]);
  const weighted = tally({ kind: "weighted", members: [1, 2, 3], weights: [3, 1, 1], need: 3 }, 3);
  assert.deepEqual([enough(weighted, [1]), enough(weighted, [2, 3]), have(weighted, [2, 3])], [true, false, 2]);
  const grid = (line) => tally({ kind: "grid", members: seven, columns: 3, line }, 3);
  assert.deepEqual([enough(grid("row"), [4, 5, 6]), enough(grid("row"), [7])], [true, false]);
  assert.deepEqual([enough(grid("column"), [2, 5]), enough(grid("column"), [1, 4])], [true, false]);
  assert.deepEqual([enough(grid("row-and-column"), [1, 2, 3, 5]), have(grid("row-and-column"), [1, 2])], [true, 2]);
  const group = (members) => ({ kind: "simple", members, need: 2 });
  const joint = tally({ kind: "joint", systems: [group([1, 2, 3]), group([3, 4, 5])] }, 2);
  assert.deepEqual([enough(joint, [1, 2]), enough(joint, [4, 5]), enough(joint, [1, 3, 4])], [false, false, true]);
});

test("whoever has voted for something else has no vote left for this, and voters stand in order", () => {
  const whole = { about: "proposals", votes: [1, 4], needed: 4 };
  const part = { about: "proposals of 0", votes: [4], needed: 3, within: "proposals" };
  const other = { about: "another matter", votes: [1], needed: 3 };
  const node = (id, more = {}) => ({ id, health: "up", ...more });
  const replicas = [
    node("1", { replica: { tallies: [whole, part, other] } }),
    ...["2", "3", "4", "5"].map((id) => node(id)),
  ];
  replicas[4].health = "crashed";
  const coming = (from, about) => ({ at: "1", about, from, message: 1 });
  const frame = {
    groups: [],
    cuts: [],
    coming: [coming("3", "proposals"), coming("2", "proposals"), coming("3", "proposals of 0")],
  };
  const told = pending({ replicas, frame }).map(({ coming, may, cannot }) => [coming, may, cannot]);
  assert.deepEqual(told, [
    [["2", "3"], [], ["5"]],
    [["3"], [], ["1", "2", "5"]],
    [[], ["2", "3", "4"], ["5"]],
  ]);
});

test("a value that is called by a colour is drawn in it, and no other takes that colour", () => {
  const holds = (label) => ({
    replica: { structures: [{ kind: "value", cells: [{ id: 1, label, status: "pending" }] }] },
  });
  const values = valuesOf({ info: {}, frame: {}, replicas: ["red", "blue", "tea", "green", "x"].map(holds) });
  const looks = Object.fromEntries(["red", "blue", "tea", "green", "x"].map((label) => [label, values.look(label, 1)]));
  assert.deepEqual(looks, { red: "v7", blue: "v0", tea: "v1", green: "v2", x: "v3" });
});

test("a scale is told in the unit of the labels, though the cell at its end is labeled otherwise", () => {
  // The last is where an arrow leads that says 1000 of itself.
  assert.deepEqual(scaleEnds([0, 100, 175, 300], [0, 100, 175], ["0.00", "1.00", "1.75"]), ["0.00", "3.00"]);
  assert.deepEqual(scaleEnds([-67, 0], [0, -67], ["0.00", "-0.67"]), ["-0.67", "0.00"]);
  assert.deepEqual(scaleEnds([5, 5], [5], ["50"]), ["50"]);
  assert.deepEqual(scaleEnds([0], [0], ["0.0"]), ["0.0"]);
  assert.deepEqual(scaleEnds([0, 9], [0], ["0.0"]), [], "nothing says what 9 is");
  assert.deepEqual(scaleEnds([], [], []), []);
});

test("the hull of points has its corners alone, in order, and a point or a line is its own", () => {
  const square = [
    [0, 0],
    [4, 4],
    [2, 2],
    [4, 0],
    [2, 0],
    [0, 4],
    [0, 0],
  ];
  assert.deepEqual(corners(square), [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ]);
  assert.deepEqual(corners([[3, 1]]), [[3, 1]]);
  assert.deepEqual(corners([]), []);
  const line = [
    [2, 2],
    [0, 0],
    [1, 1],
  ];
  assert.deepEqual(corners(line), [
    [0, 0],
    [2, 2],
  ]);
});
