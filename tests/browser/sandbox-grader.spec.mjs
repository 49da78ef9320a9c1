// The grader in the sandbox: a right solution passes all five checks, each wrong one fails where and as it says itself.
import { readFileSync } from "node:fs";
import { wrong } from "../challenge/wrong.mjs";
import { expect, path, test } from "./playground.mjs";
import { load, opens, serve } from "./sandbox-page.mjs";

const LANGUAGES = { py: "python", js: "javascript" };
const read = (name) => readFileSync(path(`tests/challenge/${name}`), "utf8");

let server;
test.beforeAll(async () => {
  server = await serve();
});
test.afterAll(() => server.close());

const grades = (page) => page.evaluate(() => window.box.grade(() => {}));

for (const [ending, language] of Object.entries(LANGUAGES)) {
  test(`a right solution in ${language} passes the five checks`, async ({ page, troubles }) => {
    await opens(page, server.address, language);
    expect(await load(page, read(`right.${ending}`))).toEqual({ problems: [], printed: "" });
    const results = await grades(page);
    expect(results.map(({ task, passed, saw }) => (passed ? task : `${task}: ${saw}`))).toEqual([1, 2, 3, 4, 5]);
    expect(troubles).toEqual([]);
  });

  test(`the class as it is handed out in ${language} runs, and passes nothing yet`, async ({ page }) => {
    await opens(page, server.address, language);
    const given = await page.evaluate(async (wanted) => (await window.grader()).GIVEN[wanted], language);
    expect(await load(page, given)).toEqual({ problems: [], printed: "" });
    const results = await grades(page);
    expect(results.map(({ passed }) => passed)).toEqual([false, false, false, false, false]);
  });

  test(`wrong solutions in ${language} fail as they should`, async ({ page }) => {
    test.setTimeout(240_000);
    await opens(page, server.address, language);
    for (const { name, task, says, code, line } of wrong(ending)) {
      const { problems } = await load(page, code);
      const failed = (await grades(page)).filter(({ passed }) => !passed);
      const found = task === 0 ? problems[0] : failed.find((check) => check.task === task);
      const told = { name, says: found?.saw ?? found?.message ?? "", line: (found?.problem ?? found)?.line };
      expect.soft(told).toEqual({ name, says: expect.stringContaining(says), line });
      if (task !== 0) expect(found?.expected).not.toBe("");
    }
  });
}

/** What passes only by knowing the grader, or failed although it is right. */
const MEASURES = { python: "def measure_rounds(", javascript: "function measureRounds(" };
const CHEATS = {
  python: {
    votes: `def measure_rounds(agents, max_rounds=50):
    for agent in agents:
        agent.cast = getattr(agent, "agrees", 0)
    return agents[0].cast or None
`,
    update: `def measure_rounds(agents, max_rounds=50):
    for rounds in range(1, max_rounds + 1):
        proposals = [agent.propose() for agent in agents]
        votes = {}
        for agent in agents:
            vote = agent.vote_on(proposals)
            votes[vote] = votes.get(vote, 0) + 1
        if all([agent.decide(votes) is not None for agent in agents]):
            return rounds
        for agent in agents:
            agent.update(votes)
    return None

VotingAgent.update = lambda self, votes: None
`,
    table: `TABLE = ["Pizza2 Sushi2 Tacos1", "Tacos1 Sushi2 Pizza2", "Pizza1 Sushi1 Tacos1 Curry1 Ramen1", "Sushi3 Tacos3"]
RIGHT = {"Sushi5": "Sushi", "Pizza5": "Pizza", "Pizza1 Sushi4": "Sushi", "Sushi2 Pizza3": "Pizza", "Ramen1 Pizza1 Sushi2 Curry1": "Sushi"}
VotingAgent.decide = lambda self, votes: RIGHT.get(" ".join(name + str(count) for name, count in votes.items()))
`,
  },
  javascript: {
    votes: `function measureRounds(agents, maxRounds = 50) {
  for (const agent of agents) agent.cast = agent.agrees ?? 0;
  return agents[0].cast || null;
}
`,
    update: `function measureRounds(agents, maxRounds = 50) {
  for (let round = 1; round <= maxRounds; round += 1) {
    const proposals = agents.map((agent) => agent.propose());
    const votes = {};
    for (const agent of agents) {
      const vote = agent.voteOn(proposals);
      votes[vote] = (votes[vote] ?? 0) + 1;
    }
    const decisions = agents.map((agent) => agent.decide(votes));
    if (decisions.every((decision) => decision !== null)) return round;
    for (const agent of agents) agent.update(votes);
  }
  return null;
}
VotingAgent.prototype.update = () => {};
`,
    table: `const RIGHT = { Sushi5: "Sushi", Pizza5: "Pizza", "Pizza1 Sushi4": "Sushi", "Sushi2 Pizza3": "Pizza", "Ramen1 Pizza1 Sushi2 Curry1": "Sushi" };
VotingAgent.prototype.decide = (votes) => RIGHT[Object.entries(votes).map((pair) => pair.join("")).join(" ")] ?? null;
`,
    forged: "Probe.trials = () => JSON.stringify({ value: { menu: [], done: [] }, printed: '' });\n",
  },
};

for (const [ending, language] of Object.entries(LANGUAGES)) {
  test(`in ${language}, no forged votes, no table of answers and no empty result pass; who calls update does`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await opens(page, server.address, language);
    const right = read(`right.${ending}`);
    const without = right.slice(0, right.indexOf(MEASURES[language]));
    const passes = async (code) => {
      expect((await load(page, code)).problems).toEqual([]);
      return (await grades(page)).filter(({ passed }) => passed).map(({ task }) => task);
    };
    const { votes, update, table, forged } = CHEATS[language];
    expect(await passes(without + votes)).toEqual([1, 2, 3, 5]);
    expect(await passes(without + update)).toEqual([1, 2, 3, 4, 5]);
    expect(await passes(right + table)).not.toContain(1);
    if (language === "javascript") expect(await passes(right + forged)).not.toContain(2);
  });
}

test("a mistake that the code makes up has a place that is one, and null is not a lack of memory", async ({ page }) => {
  await opens(page, server.address, "python");
  const raised = "raise SyntaxError('x', ('my_agent.py', 1, -99999, ''))";
  expect((await load(page, raised)).problems).toEqual([{ message: "SyntaxError: x", line: 1, kind: "syntax" }]);
  const { problems } = await load(page, "raise SyntaxError('x', ('my_agent.py', float('nan'), 2.5, ''))");
  expect(problems).toEqual([{ message: "SyntaxError: x", kind: "syntax" }]);
  await opens(page, server.address, "javascript");
  expect((await load(page, "throw null;")).problems).toEqual([{ message: "Uncaught null", kind: "runtime" }]);
  const question = {
    agent: 1,
    agents: 3,
    dinner: 1,
    round: 1,
    seed: 1,
    preference: "Pizza",
    call: "propose",
    menu: [],
  };
  await load(page, "class VotingAgent { propose() { throw null; } }");
  const { problem } = await page.evaluate((one) => window.box.answer(one), question);
  expect(problem).toEqual({ message: "Uncaught null", kind: "runtime" });
});

test("restaurants may be called as what every object has", async ({ page }) => {
  await opens(page, server.address, "javascript");
  const agent = `class VotingAgent {
    constructor(agentId, preference) { this.preference = preference; }
    propose() { return this.preference; }
    voteOn(proposals) { return proposals[0]; }
    decide(votes) { return Object.keys(votes)[0]; }
  }`;
  await load(page, agent);
  const decided = await page.evaluate(async () => {
    const found = [];
    for (const name of ["constructor", "__proto__", "toString"]) {
      const setup = { agents: 3, preferences: [name], byzantine: [], maxRounds: 5, seeds: { from: 1, count: 1 } };
      const [{ rounds, decided: all }] = await window.box.trials(setup, () => {}, new AbortController().signal);
      found.push([rounds, ...all]);
    }
    return found;
  });
  expect(decided).toEqual(["constructor", "__proto__", "toString"].map((name) => [1, name, name, name]));
});
