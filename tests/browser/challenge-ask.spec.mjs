// A person's own code asks a language model: on the stage, in trials and in the checks, and again without the model.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { expect, path, test } from "./playground.mjs";
import { button, opens, state } from "./page.mjs";
import { fakeModel } from "./endpoint.mjs";
import { load, opens as opensSandbox, serve } from "./sandbox-page.mjs";

/** An agent that asks for its vote, after it has thrown dice and counted: both must be as if it had been called once. */
const asking = {
  python: `import random
class VotingAgent:
    def __init__(self, agent_id, preference):
        self.agent_id, self.preference, self.calls = agent_id, preference, 0
    def propose(self):
        return self.preference
    def vote_on(self, proposals):
        self.calls += 1
        die = random.randrange(1000)
        print(f"{self.agent_id}: call {self.calls}, die {die}")
        try:
            first = ask("Which one?", proposals)
        except BaseException:
            first = proposals[-1]
        return ask(f"{first}, or another? Die {die % 2}", proposals)
    def decide(self, votes):
        best = max(votes, key=votes.get)
        return best if votes[best] > 2 else None
`,
  javascript: `class VotingAgent {
  constructor(agentId, preference) {
    Object.assign(this, { agentId, preference, calls: 0 });
  }
  propose() { return this.preference; }
  voteOn(proposals) {
    this.calls += 1;
    const die = Math.floor(Math.random() * 1000);
    console.log(\`\${this.agentId}: call \${this.calls}, die \${die}\`);
    let first = proposals.at(-1);
    try {
      first = ask("Which one?", proposals);
    } catch {}

    return ask(\`\${first}, or another? Die \${die % 2}\`, proposals);
  }
  decide(votes) {
    return Object.keys(votes).find((name) => votes[name] > 2) ?? null;
  }
}
`,
};
const ENDING = { python: "py", javascript: "js" };
/** Where the first question is asked. */
const LINE = { python: 12, javascript: 12 };
const question = (agent) => ({
  ...{ agent, agents: 3, dinner: 1, round: 1, seed: 1, preference: "Sushi" },
  ...{ call: "vote_on", proposals: ["Sushi", "Pizza", "Tacos"] },
});
const trialsOf = { agents: 4, preferences: ["Pizza", "Sushi"], byzantine: [], maxRounds: 4 };

let site;
let server;
test.beforeAll(async () => ([site, server] = await Promise.all([serve(), fakeModel()])));
test.afterAll(() => {
  site.close();
  server.close();
});

for (const language of ["python", "javascript"]) {
  test(`a call in ${language} that asks is made again with the answer, and leaves no trace of the first time`, async ({
    page,
  }) => {
    await opensSandbox(page, site.address, language);
    expect((await load(page, asking[language])).problems).toEqual([]);
    const ask = (agent) => page.evaluate((one) => window.box.answer(one), question(agent));
    expect(await ask(1)).toMatchObject({ problem: { line: LINE[language], message: /none is chosen/ } });
    await page.evaluate(() => {
      window.heard = [];
      window.box.onAsk = (prompt, choices) => {
        window.heard.push([prompt, ...choices]);
        return Promise.resolve(prompt === "Which one?" ? choices[1] : choices[2]);
      };
    });
    const first = await ask(1);
    expect(first.answer).toBe("Tacos");
    const [, die] = /^Agent 1: call 1, die (\d+)\n$/.exec(first.printed);
    const choices = ["Sushi", "Pizza", "Tacos"];
    const heard = () => page.evaluate(() => window.heard);
    const both = [
      ["Which one?", ...choices],
      [`Pizza, or another? Die ${die % 2}`, ...choices],
    ];
    expect(await heard()).toEqual(both);
    expect(await ask(1)).toEqual(first);
    expect(await heard()).toEqual(both);
    const empty = { ...question(2), proposals: [] };
    expect(await page.evaluate((one) => window.box.answer(one), empty)).toMatchObject({
      problem: { message: /1 to 50 choices, not 0/ },
    });
    const trials = (setup) =>
      page.evaluate(async (one) => {
        const results = await window.box.trials(one, () => {}, new AbortController().signal);
        return results.map(({ seed, rounds, decided }) => [seed, rounds, decided]);
      }, setup);
    const results = await trials({ ...trialsOf, seeds: { from: 3, count: 200 } });
    expect(results.length).toBe(200);
    // What was heard, as a recording: the desktop's harness gives the same.
    const answers = (await heard()).map((one) => [JSON.stringify(one), one[0] === "Which one?" ? one[2] : one[3]]);
    const folder = mkdtempSync(path("target/ask-"));
    writeFileSync(`${folder}/answers.json`, JSON.stringify({ answers }));
    writeFileSync(`${folder}/mine.${ENDING[language]}`, asking[language]);
    const told = spawnSync(language === "python" ? "python3" : process.execPath, [
      path(`www/challenge/src/harness/harness.${ENDING[language]}`),
      `${folder}/mine.${ENDING[language]}`,
      ..."--json --agents 4 --preferences Pizza,Sushi --max-rounds 4 --trials 200 --seed 3".split(" "),
      ...["--answers", `${folder}/answers.json`],
    ]);
    test.skip(told.error?.code === "ENOENT", "there is no Python here");
    const printed = String(told.stdout).trim().split("\n").at(-1);
    expect(JSON.parse(printed)).toEqual(results);
  });

  test(`${language} on the page asks the chosen model, and the recording after it`, async ({ page, troubles }) => {
    test.setTimeout(90_000);
    await opens(page, "./challenge.html");
    await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
    const course = page.locator("cp-challenge");
    const tab = (name) => course.getByRole("tab", { name });
    await course.getByLabel("Language").selectOption(language);
    await course.locator(".cm-content").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(asking[language]);
    const stage = course.getByRole("tabpanel").getByRole("button", { name: "Run on the stage" }).first();
    await stage.click();
    const mistakes = course.getByRole("list", { name: "Mistakes" });
    await expect(mistakes).toContainText("none is chosen. Choose who answers, on the tab Model.", { timeout: 30_000 });
    await expect(mistakes).toContainText(`Line ${LINE[language]}`);
    await tab("Model").click();
    const model = course.locator("cp-model");
    await model.getByLabel("A model behind an address").check();
    await model.getByLabel("Address, up to /v1").fill(server.address("open"));
    await tab("Code").click();
    const before = server.asked.length;
    await stage.click();
    await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect(course.getByText("The agents have decided.").first()).toBeVisible({ timeout: 30_000 });
    const asked = server.asked.length;
    expect(asked).toBeGreaterThan(before + 1);
    expect(new Set(server.asked.slice(before).map((one) => JSON.stringify(one.question.messages))).size).toBe(
      asked - before,
    );
    await tab("Model").click();
    await model.getByLabel(`What was recorded (${asked - before} answers)`).check();
    await tab("Code").click();
    await stage.click();
    await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await button(page, "Check").click();
    const checks = course.getByRole("list", { name: "Checks" });
    await expect(checks).toContainText("The recording has no answer to this question.", { timeout: 30_000 });
    await expect(checks.getByRole("button", { name: `Line ${LINE[language]}`, exact: true }).first()).toBeVisible();
    await expect(mistakes, "said once, by the check").toHaveCount(0);
    expect(server.asked.length).toBe(asked);
    expect(troubles).toEqual([]);
  });
}
