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
