// What a search finds can be made a lesson of: a draft in which everything holds that it claims.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
const { lessonOf } = await page("element/search/lesson-of");

/** What is found in a scenario. */
function found(text, wanted, bounds = "") {
  const search = new core.ScheduleSearch(text, "swarm", wanted, bounds, 1, 0, 1);
  for (let rounds = 0; rounds < 4_000 && search.found() === undefined; rounds += 1) search.runFor(5_000);
  return { text: search.found(), sentence: search.sentence() };
}

for (const [name, text, wanted, bounds, predicts] of [
  [
    "a broken property",
    "protocol raft\nreplicas 4\nset quorum-of-half on\n",
    "any",
    "",
    /\[x\] .*`expect violation \S+`/,
  ],
  ["a condition", "protocol raft\nreplicas 3\n", "2.role = leader", "", /\[x\] Yes `expect 2.role = leader`/],
  ["no decision", "protocol raft\nreplicas 3\n", "undecided", "duties=40", /\[x\] No `expect not decided 1`/],
])
  test(`of ${name} a lesson is made whose claims hold`, () => {
    const finding = found(text, wanted, bounds);
    assert.ok(finding.text, "it is found");
    const lesson = lessonOf(finding.text, finding.sentence);
    const { mistakes } = core.checkLesson(lesson);
    assert.deepEqual(mistakes, [], lesson);
    assert.match(lesson, predicts);
    // The check looks: with the answers exchanged nothing holds any more.
    const turned = lesson.replace("[x]", "[~]").replace("[ ]", "[x]").replace("[~]", "[ ]");
    assert.notDeepEqual(core.checkLesson(turned).mistakes, []);
  });
