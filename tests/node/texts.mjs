// What the challenge's texts show is so: every scenario of the theory does what the text beside it says, and the solutions
// are programs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { page } from "./modules/page.mjs";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const { initSync, Playground, protocols } = await import(new URL("consensus_playground.js", folder).href);
initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });

const { THEORY } = await page("challenge/ui/texts/theory");
const { HINTS } = await page("challenge/ui/texts/hints");
const { SOLUTIONS, wholeSolution } = await page("challenge/ui/texts/solutions");
const { FIRST_FORM, voteScenario } = await page("challenge/ui/vote-form");
const { FAVOURITES } = await page("challenge/ui/setting");

test("each chapter's scenario shows what it says", () => {
  assert.equal(THEORY.length, 4);
  for (const { title, scenario } of THEORY) {
    const playground = new Playground();
    playground.open(scenario);
    playground.finish();
    const { expects } = playground.state();
    assert.ok(expects.length > 0, `${title} expects nothing`);
    assert.deepEqual(
      expects.filter(({ ok }) => !ok),
      [],
      title,
    );
  }
});

test("there are hints and a solution for every task, in both languages", () => {
  for (const task of [1, 2, 3, 4, 5]) {
    assert.ok(HINTS[task].length >= 3);
    for (const language of ["python", "javascript"]) assert.match(SOLUTIONS[language][task], /\S/);
  }
});

test("the solution in JavaScript is a program that has all parts", () => {
  const made = new Function(`${wholeSolution("javascript")}; return { VotingAgent, ByzantineAgent, measureRounds };`)();
  const agents = FAVOURITES.slice(0, 5).map((name, place) => new made.VotingAgent(`Agent ${place + 1}`, name));
  const rounds = made.measureRounds(agents, 1000);
  assert.ok(rounds >= 1 && rounds <= 1000);
  assert.ok(["Pizza", "Sushi"].includes(new made.ByzantineAgent("b", "Pizza").voteOn(["Pizza", "Pizza", "Sushi"])));
});

test("the solution in Python is a program that has all parts", () => {
  const program = `${wholeSolution("python")}
names = ["Pizza", "Sushi", "Tacos", "Curry", "Ramen"]
print(measure_rounds([VotingAgent(str(i), name) for i, name in enumerate(names)], 1000))
print(ByzantineAgent("b", "Pizza").vote_on(["Pizza", "Pizza", "Sushi"]))
`;
  const [rounds, vote] = execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim().split("\n");
  assert.ok(Number(rounds) >= 1);
  assert.ok(["Pizza", "Sushi"].includes(vote));
});

test("whatever the form says is a scenario that opens", () => {
  const { options } = protocols().find(({ id }) => id === "restaurant-vote");
  const opens = (form) => {
    const playground = new Playground();
    playground.open(voteScenario(form));
    return playground;
  };
  for (const { name, kind } of options) {
    for (const value of typeof kind === "object" && "choice" in kind ? kind.choice : []) {
      opens({ ...FIRST_FORM, options: { [name]: value } });
    }
  }
  for (const way of ["random", "stubborn", "contrarian", "equivocate"]) {
    const text = opens({
      ...FIRST_FORM,
      byzantine: { 2: way, 9: way },
      each: { strategy: { 1: "own", 7: "own" } },
    }).script();
    assert.match(text, new RegExp(`byzantine 2 ${way}`));
    assert.doesNotMatch(text, /byzantine 9|strategy 7/);
  }
  opens({ ...FIRST_FORM, agents: 25, tastes: { 25: { Pizza: 3, Waffle: 10 } } });
  const playground = opens({ ...FIRST_FORM, tastes: { 1: { Pizza: 0, Sushi: 10 } } });
  playground.finish();
  assert.equal(playground.state().nodes[0].replica.fields.find(({ name }) => name === "favourite").value, "Sushi");
});

test("favourites are the kernel's own", () => {
  const playground = new Playground();
  playground.open("protocol restaurant-vote\nreplicas 12\nrun 1ms\n");
  playground.finish();
  const found = playground
    .state()
    .nodes.map(({ replica }) => replica.fields.find(({ name }) => name === "favourite").value);
  assert.deepEqual(found, FAVOURITES);
});
