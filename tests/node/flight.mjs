// Messages on the picture: those in one place can be told apart, and counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { place } = await page("element/stage/flight");
const { hops } = await page("element/stage/graphs");

const at = (x, y) => ({ x, y, r: 20, side: "below" });
const layout = {
  places: new Map([
    ["1", at(0, 0)],
    ["2", at(120, 0)],
  ]),
  crowded: false,
};

/** Messages from 1 to 2, and one back, each so many milliseconds old of a hundred. */
function flights(...ages) {
  const all = [...ages.map((age) => ({ age, from: 1, to: 2 })), { age: ages[0], from: 2, to: 1 }];
  const column = (value) => all.map(value);
  return {
    id: column((_, row) => row + 1),
    from: column(({ from }) => from),
    to: column(({ to }) => to),
    sent: column(({ age }) => -age),
    due: column(({ age }) => 100 - age),
    fate: column(() => 0),
    twin: column(() => 0),
  };
}

test("messages in one place fan out and are counted, those apart keep their way", () => {
  const [first, second, third, apart, back] = place(flights(50, 50, 50, 10), layout, 0, false);
  assert.deepEqual(
    [first, second, third, apart, back].map(({ pile }) => pile),
    [3, 0, 0, 1, 1],
  );
  assert.ok(second.y - first.y >= 4 && third.y - second.y >= 4, "each further out than the one before");
  assert.equal(apart.y, first.y);
  assert.ok(first.y - back.y >= 14, "an answer passes beside them");
});

test("a message that passes another does not jump", () => {
  const heights = Array.from({ length: 81 }, (_, step) => place(flights(50, 10 + step), layout, 0, false)[1].y);
  for (const [step, y] of heights.slice(1).entries()) assert.ok(Math.abs(y - heights[step]) < 1, `at step ${step}`);
});

test("those farthest from the first end in a rim without outliers, however few the last are", () => {
  // A tree of three: the last level has eight of a thousand vertices.
  const links = [];
  for (let vertex = 2; vertex <= 1000; vertex += 1)
    links.push(vertex > 992 ? 992 - (vertex - 992) * 60 : Math.ceil((vertex - 1) / 3), vertex);
  const radii = hops(1000, links, { rx: 1, ry: 1 })
    .map(({ x, y }) => Math.hypot(x, y))
    .sort((a, b) => b - a);
  assert.ok(radii[0] - radii[20] < 0.001, `${radii[0]} beyond ${radii[20]}`);
});
