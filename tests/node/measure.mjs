// What the page says of many trials: intervals held against published values, bins, summaries, tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { rate, mean, pairedMean, rateDifference, meanDifference, differs, bins, quantile } =
  await page("challenge/ui/statistics");
const { summarise, compare, toCsv, trialsCsv, written } = await page("challenge/ui/summary");

const near = (found, expected, within = 5e-4) =>
  assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected}`);

test("shares have Wilson's interval, as Newcombe (1998) prints it", () => {
  // Table I of Newcombe, Statistics in Medicine 17: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  for (const [hits, trials, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ]) {
    const found = rate(hits, trials);
    near(found.value, hits / trials);
    near(found.low, low);
    near(found.high, high);
  }
  assert.equal(rate(0, 0), undefined);
  assert.equal(rate(50, 50).high, 1);
});

test("the interval of a share holds as often as it says", () => {
  let state = 7;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  let holds = 0;
  for (let repeat = 0; repeat < 2000; repeat += 1) {
    let hits = 0;
    for (let trial = 0; trial < 60; trial += 1) hits += random() < 0.3 ? 1 : 0;
    const { low, high } = rate(hits, 60);
    holds += low <= 0.3 && 0.3 <= high ? 1 : 0;
  }
  assert.ok(holds > 1860 && holds < 1950, `${holds} of 2000`);
});

test("means by counts are those of the values themselves", () => {
  const found = mean([
    [1, 2],
    [2, 1],
    [6, 1],
  ]);
  near(found.value, 2.5, 1e-12);
  // Values 1, 1, 2, 6: the sample's variance is 17 / 3.
  near(found.high - found.value, 1.959964 * Math.sqrt(17 / 3 / 4), 1e-5);
  assert.equal(mean([]), undefined);
  assert.equal(mean([[4, 1]]).high, Infinity);
  near(
    mean([
      [1e9, 5],
      [1e9 + 2, 5],
    ]).high -
      1e9 -
      1,
    1.959964 * Math.sqrt(10 / 9 / 10),
    1e-5,
  );
});

test("pairs on the same seeds say more than two means", () => {
  const a = Array.from({ length: 100 }, (_, place) => 1 + (place % 10));
  const b = a.map((rounds, place) => rounds + (place % 4 === 0 ? 1 : 0));
  const together = pairedMean(a, b);
  near(together.value, 0.25, 1e-12);
  const means = [a, b].map((values) => mean(values.map((value) => [value, 1])));
  assert.ok(differs(together));
  assert.ok(!differs(meanDifference(...means)));
});

test("differences of shares have Newcombe's interval", () => {
  // Newcombe, Statistics in Medicine 17, 873-890, method 10: 56 of 70 against 48 of 80 gives .0524 to .3339.
  const found = rateDifference(rate(48, 80), rate(56, 70));
  near(found.value, 0.2);
  near(found.low, 0.0524);
  near(found.high, 0.3339);
  assert.ok(differs(found));
});

test("bins hold every trial, whatever their width", () => {
  const counts = Array.from({ length: 100 }, (_, place) => place);
  for (const most of [1, 7, 30, 100, 1000]) {
    const { counts: found, from, width } = bins(counts, 100, most);
    assert.ok(found.length <= most);
    assert.equal(
      found.reduce((sum, count) => sum + count, 0),
      4950,
    );
    assert.equal(from[0], 1);
    assert.equal(from.at(-1) + width - 1 >= 100, true);
  }
  assert.equal(quantile([0, 3, 0, 1], 1), 4);
  assert.equal(quantile([0, 3, 0, 1], 0.5), 2);
  assert.equal(quantile([0, 0], 1), 0);
});

const setup = {
  agents: 3,
  preferences: ["Pizza", "Sushi", "=Tacos"],
  byzantine: [3],
  maxRounds: 5,
  seeds: { from: 10, count: 4 },
};
const results = [
  { seed: 10, rounds: 1, decided: ["Pizza", "Pizza", "=Tacos"] },
  { seed: 11, rounds: 4, decided: ["Pizza", "Sushi", null] },
  { seed: 12, rounds: null, decided: [null, null, null] },
  { seed: 13, rounds: null, decided: ["Sushi", null, "Sushi"] },
];

test("a summary counts honest agents only", () => {
  const one = summarise("mine", setup, results);
  assert.deepEqual(one.rounds, [1, 0, 0, 1, 0]);
  assert.equal(one.never, 2);
  assert.equal(one.agreed, 1);
  assert.equal(one.disagreed, 1);
  assert.deepEqual(one.winners, [
    ["Pizza", 1],
    ["Sushi", 0],
    ["=Tacos", 0],
  ]);
  near(one.wishes[0].value, 0.5, 1e-9);
  near(one.wishes[1].value, 0.25, 1e-9);
  assert.equal(one.wishes[2], undefined);
});

test("satisfaction is compared only where both rate; favourites always", () => {
  const code = summarise("code", setup, results);
  const rated = { ...code, name: "built-in", satisfaction: [{ value: 7, low: 6, high: 8 }] };
  const names = (...given) => compare(...given).map(({ what }) => what);
  assert.ok(names(rated).includes("Agent 1: satisfaction"));
  assert.ok(names(rated, rated).includes("Agent 1: satisfaction"));
  assert.ok(!names(rated, code).some((what) => what.includes("satisfaction")));
  const line = compare(rated, code).find(({ what }) => what === "Agent 1 gets its favourite");
  near(line.first.value, 0.5, 1e-9);
  near(line.second.value, 0.5, 1e-9);
});

test("two measurements stand side by side, paired where the seeds are the same", () => {
  const one = summarise("a", setup, results);
  const other = summarise(
    "b",
    setup,
    results.map((result) => ({ ...result, rounds: result.rounds && result.rounds + 1 })),
  );
  const rounds = compare(one, other).find(({ kind }) => kind === "rounds");
  near(rounds.difference.value, 1, 1e-12);
  assert.equal(rounds.real, true);
  assert.equal(
    compare(one).every(({ second }) => second === undefined),
    true,
  );
});

test("tables are well-formed, and no cell is a formula", () => {
  const one = summarise('mine, "best"', setup, results);
  const text = toCsv([one]);
  assert.match(text, /^measurement,figure,value,low,high\r\n"mine, ""best""",first seed,10,,\r\n/);
  assert.match(text, /,never ended,2,,\r\n$/);
  const lines = trialsCsv(one).trim().split("\r\n");
  assert.deepEqual(lines.slice(0, 2), ["seed,rounds,agent 1,agent 2,agent 3", "10,1,Pizza,Pizza,'=Tacos"]);
  assert.equal(lines.length, 5);
});

test("figures are written for people", () => {
  assert.equal(written({ value: 0.5, low: 0.4, high: 0.6 }, "share"), "50.0 % (40.0 to 60.0)");
  assert.equal(written({ value: -0.5, low: -1, high: 0.25 }, "rounds", true), "−0.50 (−1.00 to +0.25)");
  assert.equal(written({ value: 3, low: -Infinity, high: Infinity }, "rounds"), "3.00");
  assert.equal(written(undefined, "rounds"), "none");
});
