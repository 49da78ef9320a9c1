// Two builds of the native command side by side: `node tests/bench/compare.mjs OLD NEW [ROUNDS]`. Each round measures the one
// and then the other, in turns, so that what else the machine does meets both alike. Prints the median of each
// measurement, old and new, and the ratio; above 1 the new build is the better one. Fails where it is worse by more than
// a tenth. What only one of the two measures is shown without a ratio.
import { execFileSync } from "node:child_process";

/** How much worse a measurement may become. */
const TOLERATED = 0.9;
/** What takes no longer than this many seconds can't be told from nothing. */
const NOTHING = 0.05;

const [oldBuild, newBuild, rounds = "11"] = process.argv.slice(2);
if (newBuild === undefined || !(Number(rounds) > 0)) {
  console.error("usage: node tests/bench/compare.mjs OLD NEW [ROUNDS]");
  process.exit(2);
}

/** What a line of the measurements says: names with their figures, and whether more is better. */
function figures(line) {
  if (line.rate !== undefined) {
    const name = line.watched ? line.name : `${line.name}, histories unchecked`;
    return [{ name, unit: "events/s", value: line.rate, more: true }];
  }
  if (line.median !== undefined) {
    return ["median", "worst"].map((part) => ({
      name: `${line.name}, ${part}`,
      unit: "ms",
      value: line[part] * 1000,
      more: false,
    }));
  }
  if (line.seconds < NOTHING) return [];
  return [{ name: line.name, unit: "ms", value: line.seconds * 1000, more: false }];
}

function measure(build) {
  const text = execFileSync(build, ["bench", "--json"], { encoding: "utf8" });
  return text.trim().split("\n").map(JSON.parse).flatMap(figures);
}

/** Of each measurement: its unit, whether more is better, and what each build came to in each round. */
const all = new Map();
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [side, build] of [oldBuild, newBuild].entries()) {
    for (const { name, unit, value, more } of measure(build)) {
      if (!all.has(name)) all.set(name, { unit, more, values: [[], []] });
      all.get(name).values[side].push(value);
    }
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const shown = (value, unit) => (unit === "ms" ? value.toFixed(2) : Math.round(value).toLocaleString("en-US"));
const cell = (value, unit) => `${value === undefined ? "none" : `${shown(value, unit)} ${unit}`}`.padStart(20);

console.log(`medians of ${rounds} rounds in turns; the ratio is above 1 where the new build is better`);
let worst = { ratio: Infinity };
for (const [name, { unit, more, values }] of all) {
  const [before, after] = values.map(median);
  let ratio = "";
  if (before !== undefined && after !== undefined) {
    const better = more ? after / before : before / after;
    if (better < worst.ratio) worst = { name, ratio: better };
    ratio = better.toFixed(2).padStart(7);
  }
  console.log(`${name.padEnd(48)}${cell(before, unit)}${cell(after, unit)}${ratio}`);
}
console.log(`worst: ${worst.name}, ${worst.ratio.toFixed(2)}`);
process.exitCode = worst.ratio < TOLERATED ? 1 : 0;
