// What the page reads in a scenario's text at each drawing, and in a model's answer: right, and in a time that grows as the text does.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const { head, option, questionOf, titleOf, withHead, withOption } = await page("engine/scenario-text");
const { choose } = await page("challenge/ui/ask");

/** How long work takes, in milliseconds. */
function took(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

test("the question of a scenario is what its comment says", () => {
  const asks = (line) => questionOf(`protocol raft\n${line}`);
  const found = { line: 2, text: "Who leads?", holds: "1", fails: "another" };
  assert.deepEqual(asks("expect 1.role = leader # predict: Who leads? | 1 | another"), found);
  assert.deepEqual(asks("at 1s  expect 1.role = leader #predict:Who leads?|1|another "), found);
  for (const line of [
    "run 1s # predict: Who leads? | 1 | another",
    "expected # predict: Who leads? | 1 | another",
    "expect all # Who leads? | 1 | another",
    "expect all # predict: Who leads? | 1",
    "expect all # predict: Who leads? | 1 | another | third",
    "expect all # predict: Who leads? | | another",
    "# expect all # predict: Who leads? | 1 | another",
  ])
    assert.equal(asks(line), undefined, line);
});

test("a scenario is called what the core calls it", async () => {
  const folder = new URL("../../www/engine/wasm/", import.meta.url);
  const core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
  const scenarios = new URL("../scenarios/", import.meta.url);
  const names = readdirSync(scenarios).filter((name) => name.endsWith(".scenario"));
  const files = names.map((name) => readFileSync(new URL(name, scenarios), "utf8"));
  const playground = new core.Playground();
  for (const text of [
    ...files,
    "protocol raft\n# below\nrun 1s\n",
    "\n#\n  #  Late  \n# more\nprotocol raft\n",
    "# One\r\nprotocol raft\r\n",
    "#One # two\nprotocol raft\n",
    "## Two\nprotocol raft\n",
  ])
    assert.equal(titleOf(text), playground.open(text).title, text.slice(0, 60));
});

test("a line that is set keeps its comment", () => {
  assert.equal(withHead("seed 7   # mine\nrun 1s", "seed", "8"), "seed 8   # mine\nrun 1s");
  assert.equal(withHead("seed 7\nrun 1s", "seed", "8"), "seed 8\nrun 1s");
  assert.equal(withOption("set rule all# why # not", "rule", "majority"), "set rule majority# why # not");
});

test("a stranger's long line is read in a time that grows as the line does", () => {
  // As long as a link can carry: a regular expression that turns back takes minutes for it.
  const lines = [
    `answer 1 ${"expect ".repeat(140_000)}`,
    `answer 1 ${"expect ".repeat(70_000)}#${" ".repeat(490_000)}`,
    `expect all # predict:${"a|".repeat(490_000)}`,
    `seed ${" ".repeat(980_000)}7`,
    `seed ${"#".repeat(980_000)}`,
  ];
  for (const line of lines) {
    for (const read of [questionOf, titleOf, (text) => head(text, "seed"), (text) => option(text, "rule")])
      assert.ok(took(() => read(line)) < 500, `${read}: ${line.slice(0, 40)}`);
    assert.ok(took(() => withHead(line, "seed", "8")) < 500, line.slice(0, 40));
  }
});

test("a model's answer is the choice that it names", () => {
  const choices = ["Pizza", "Sushi"];
  for (const text of [
    "pizza",
    " **Pizza**. ",
    '"Pizza"!',
    "<think>Sushi?</think>\nPizza",
    "I vote for Pizza.",
    "`Pizza`",
  ])
    assert.equal(choose(text, choices), "Pizza", text);
  for (const text of ["", "Pizza or Sushi", "<think>Pizza or Sushi", "Pizzas"])
    assert.throws(() => choose(text, choices), { trouble: "no-choice" }, text);
});

test("a model's long answer is read in a time that grows as the answer does", () => {
  for (const text of [
    "<think>".repeat(60_000),
    `x${" ".repeat(420_000)}x`,
    `${"*".repeat(420_000)}x`,
    "<think>".repeat(30_000) + "</think>".repeat(30_000),
  ])
    assert.ok(took(() => assert.throws(() => choose(text, ["Pizza"]))) < 500, text.slice(0, 20));
});
