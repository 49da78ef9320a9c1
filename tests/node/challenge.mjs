// A student's agents vote alike in the harness and as replicas of the kernel, on a network that loses nothing.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { createContext, runInContext } from "node:vm";

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const folder = new URL("../../www/engine/wasm/", import.meta.url);
const NAMES = ["VotingAgent", "ByzantineAgent"];
let core;
let realm;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
  realm = createContext({});
  for (const name of ["www/challenge/src/harness/harness.js", "www/challenge/src/harness/probe.js"]) {
    runInContext(await read(name), realm);
  }
  runInContext(await read("tests/challenge/right.js"), realm);
  realm.names = runInContext(`({ ${NAMES.join(", ")} })`, realm);
});

const PREFERENCES = ["Pizza", "Sushi", "Tacos"];
const AGENTS = 6;

/** Runs a vote in the kernel, whose questions the student's code answers. Gives what [`Harness.trial`] gives. */
function inTheKernel(seed, liars) {
  const favourites = Array.from({ length: AGENTS }, (_, at) => `set favourite ${at + 1} ${PREFERENCES[at % 3]}`);
  const head = ["protocol restaurant-vote", `replicas ${AGENTS}`, "set strategy external", `set strategy-seed ${seed}`];
  const playground = new core.Playground();
  playground.open([...head, ...favourites, ""].join("\n"));
  const field = (agent, name) =>
    playground
      .state()
      .nodes[agent].replica.fields.find((one) => one.name === name)
      ?.value.toString();
  const honest = Array.from({ length: AGENTS }, (_, at) => at).filter((at) => !liars.includes(at + 1));
  const isOpen = (agent) => field(agent, "decided") === "none";
  for (let asked = 0; asked < 5_000 && honest.some(isOpen); asked += 1) {
    playground.run("1s");
    for (const { node, text } of playground.state().questions) {
      const question = { ...JSON.parse(text), byzantine: liars.includes(Number(node)) };
      // A new run has new agents.
      if (question.call === "propose" && question.round === 1) question.replay = [];
      const told = JSON.parse(realm.Probe.answer(realm.names, JSON.stringify(question)));
      assert.equal(told.problem, undefined);
      playground.answer(Number(node), told.value ?? "");
    }
  }
  const decided = Array.from({ length: AGENTS }, (_, at) => field(at, "decided"));
  const rounds = Math.max(...honest.map((at) => Number(field(at, "rounds-used"))));
  playground.free();
  return [rounds, decided.map((name) => (name === "none" ? null : name))];
}

for (const liars of [[], [4, 5, 6]]) {
  test(`the same rounds and decisions in harness and kernel, with Byzantine agents: ${liars.length}`, () => {
    const setup = { agents: AGENTS, preferences: PREFERENCES, byzantine: liars, maxRounds: 50 };
    const seen = new Set();
    for (let seed = 1; seed <= 25; seed += 1) {
      const [rounds, decided] = realm.Harness.trial(realm.Harness.setUp(realm.names, setup), seed);
      const kernel = inTheKernel(seed, liars);
      const honest = ([, list]) => list.filter((_, at) => !liars.includes(at + 1));
      assert.deepEqual([kernel[0], honest(kernel)], [rounds, Array.from(honest([rounds, decided]))], `seed ${seed}`);
      seen.add(rounds);
    }
    assert.ok(seen.size > 1, "some take longer than others");
  });
}
