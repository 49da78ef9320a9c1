// Where nodes stand: never so near that one touches another, whatever the size of the stage.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { arrange } = await page("element/stage/layout");

const SIZES = {
  phone: [375, 285],
  "higher phone": [375, 345],
  "small phone": [320, 260],
  landscape: [734, 180],
  desk: [1090, 430],
};
/** What a timer's arc around a disc needs on either side. */
const ARCS = 16;

/** The least gap between two nodes, and how far one reaches over the edge. */
function measured(places, width, height) {
  const all = [...places.values()];
  const gaps = all.flatMap((a, at) => all.slice(0, at).map((b) => Math.hypot(a.x - b.x, a.y - b.y) - a.r - b.r));
  const over = all.map(({ x, y, r }) => Math.max(r - x, r - y, x + r - width, y + r - height));
  return { gap: Math.min(...gaps), over: Math.max(...over) };
}

test("where many stand close on a ring, they are said to, and what stands beside them is on the outer side", () => {
  const [width, height] = SIZES.desk;
  const ids = (count) => Array.from({ length: count }, (_, place) => String(place + 1));
  assert.equal(arrange(ids(7), undefined, width, height).close, false);
  const { close, places } = arrange(ids(20), undefined, width, height);
  assert.equal(close, true);
  const [lowest, highest] = [11, 1].map((id) => places.get(String(id)).y);
  for (const [id, { y, side }] of places) {
    const down = (y - highest) / (lowest - highest);
    if (down > 0.9) assert.equal(side, "below", id);
    if (down < 0.05) assert.equal(side, "above", id);
  }
});

for (const [name, [width, height]] of Object.entries(SIZES))
  test(`two to twelve replicas and up to four clients keep apart on a ${name}`, () => {
    for (const topology of [undefined, { kind: "star", links: [] }, { kind: "ring", links: [] }])
      for (const clients of [0, 1, 2, 4])
        for (let replicas = 2; replicas <= 12; replicas += 1) {
          const ids = Array.from({ length: replicas + clients }, (_, at) =>
            at < replicas ? `${at + 1}` : `c${at - replicas + 1}`,
          );
          const { places, labels } = arrange(ids, topology, width, height, 1);
          assert.deepEqual([...places.keys()].sort(), [...ids].sort());
          const case_ = `${replicas} replicas, ${clients} clients, ${topology?.kind ?? "full"}`;
          const { gap, over } = measured(places, width, height);
          assert.ok(over <= 0, `${case_}: over the edge by ${over}`);
          assert.ok(gap >= 6, `${case_}: a gap of ${gap}`);
          const of = new Map([...places].filter(([id]) => !id.startsWith("c")));
          if (labels) assert.ok(measured(of, width, height).gap >= ARCS, `${case_}: arcs of timers meet`);
        }
  });
