// The challenge's page in use: tasks, editor, stage, checks. The sandbox behind it is a fake here; that has tests of its own.
import { expect, test } from "./playground.mjs";
import { audit, button, opens, script, state } from "./page.mjs";
import { fakeSandbox } from "./challenge-fake.mjs";

const editor = (page) => page.getByRole("textbox", { name: /^Your code in/ });
const course = (page) => page.locator("cp-challenge");
const status = (page) => course(page).getByRole("status").first();

/** Opens the challenge and waits for the real editor. */
async function takes(page, address = "./challenge.html") {
  await opens(page, address);
  await expect(course(page).locator(".cm-editor")).toBeVisible();
  await fakeSandbox(page);
}

/** Writes code in the place of what is there, with the keyboard. */
async function writes(page, code) {
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(code);
}

const text = (page) => course(page).evaluate((one) => one.shadowRoot.querySelector("cp-editor").code);

test.afterEach(async ({ page, troubles }) => {
  expect(await page.evaluate(() => window.refusals ?? [])).toEqual([]);
  expect(troubles).toEqual([]);
});

test("the playground's page leads to the challenge", async ({ page }) => {
  await opens(page);
  await page.getByRole("link", { name: "Challenge" }).click();
  await expect(page).toHaveTitle(/restaurant challenge/);
  await expect(course(page).getByRole("heading", { name: "The restaurant challenge" })).toBeVisible();
  await expect(course(page).getByRole("list", { name: "Tasks" }).getByRole("button")).toHaveCount(5);
});

test("the editor begins with the exercise's own class, in both languages", async ({ page }) => {
  await takes(page);
  await expect(editor(page)).toContainText("from typing import List, Dict");
  await expect(editor(page)).toContainText("def vote_on(self, proposals: List[str]) -> str:");
  await course(page).getByLabel("Language").selectOption("javascript");
  await expect(editor(page)).toContainText("class VotingAgent {");
  await expect(page.getByRole("textbox", { name: "Your code in JavaScript" })).toBeVisible();
});

test("Tab leaves the editor, and Enter indents", async ({ page }) => {
  await takes(page);
  await writes(page, "class A:");
  await page.keyboard.press("Enter");
  await page.keyboard.type("pass");
  expect(await text(page)).toBe("class A:\n    pass");
  await page.keyboard.press("Tab");
  await expect(editor(page)).not.toBeFocused();
  expect(await text(page)).toBe("class A:\n    pass");
});

test("code is kept in the browser, one for each language", async ({ page }) => {
  await takes(page);
  await writes(page, "# mine in Python");
  await course(page).getByLabel("Language").selectOption("javascript");
  await writes(page, "// mine in JavaScript");
  await page.waitForTimeout(400);
  await page.reload();
  await expect(editor(page)).toContainText("// mine in JavaScript");
  await course(page).getByLabel("Language").selectOption("python");
  await expect(editor(page)).toContainText("# mine in Python");
});

test("a link carries the code, and does not take the place of one's own without a way back", async ({
  page,
  browser,
}) => {
  await takes(page);
  await writes(page, "# came along\nclass VotingAgent: pass");
  const link = await page.locator("consensus-playground").evaluate((one) => one.link());
  const other = await (await browser.newContext()).newPage();
  await opens(other, new URL("./challenge.html", page.url()).href);
  await expect(course(other).locator(".cm-editor")).toBeVisible();
  await writes(other, "# my own");
  await other.locator("consensus-playground").evaluate((one, hash) => one.openLink(hash), link);
  await expect(editor(other)).toContainText("# came along");
  await expect(course(other).getByText("This code came with the link.")).toBeVisible();
  await button(other, "Back to my own code").click();
  await expect(editor(other)).toContainText("# my own");
  await other.context().close();
});

test("a mistake is marked on its line, and told with it", async ({ page }) => {
  await takes(page);
  await writes(page, "# fake: syntax 3\nclass VotingAgent:\n    def vote_on(self\n");
  await button(page, "Run on the stage").click();
  const mistakes = course(page).getByRole("list", { name: "Mistakes" });
  await expect(mistakes).toContainText("invalid <b>syntax</b>");
  await expect(course(page).locator(".cm-lineNumbers .cm-gutterElement").nth(3)).toHaveText("3");
  const [marker, line] = await Promise.all([
    course(page).locator(".cm-lint-marker-error").boundingBox(),
    course(page).locator(".cm-line").nth(2).boundingBox(),
  ]);
  expect(Math.abs(marker.y - line.y)).toBeLessThan(6);
  await mistakes.getByRole("button", { name: "Line 3" }).click();
  await expect(editor(page)).toBeFocused();
  await page.keyboard.type("X");
  expect((await text(page)).split("\n")[2]).toContain("X");
  await expect(mistakes).toHaveCount(0);
});

test("the agents vote on the stage by the code, and the run can be shared without it", async ({ page }) => {
  await takes(page);
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await button(page, "Run on the stage").click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect(status(page)).toHaveText("The run is at its end.", { timeout: 20_000 });
  const text = await script(page);
  expect(text).toContain("set strategy external");
  expect(text).toMatch(/answer 1 Pizza/);
  await expect(course(page).getByRole("region", { name: "Printed by your code" })).toContainText("agent 3 votes");
});

test("a mistake while voting stops the run at that vote", async ({ page }) => {
  await takes(page);
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await writes(page, "# fake: runtime 2\npass\n");
  await button(page, "Run on the stage").click();
  await expect(course(page).getByRole("list", { name: "Mistakes" })).toContainText("Line 2 IndexError");
  expect((await state(page)).decisions).toEqual([]);
  expect((await state(page)).questions.length).toBeGreaterThan(0);
});

test("the person's Byzantine agent is asked as such", async ({ page }) => {
  await takes(page);
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await course(page).getByLabel("of them ByzantineAgent").fill("1");
  await course(page).getByLabel("of them ByzantineAgent").blur();
  await button(page, "Run on the stage").click();
  await expect.poll(() => page.evaluate(() => window.asked.length), { timeout: 20_000 }).toBeGreaterThan(10);
  const liars = await page.evaluate(() => [
    ...new Set(window.asked.filter((one) => one.byzantine).map((one) => one.agent)),
  ]);
  expect(liars).toEqual([5]);
});

test("checks say what was seen and expected; progress is kept; a solved challenge says so", async ({ page }) => {
  await takes(page);
  await page.evaluate(() => {
    window.told = [];
    const one = document.querySelector("consensus-playground");
    for (const type of ["solved", "progress"])
      one.addEventListener(type, ({ detail }) => window.told.push([type, detail]));
  });
  await writes(page, "# fake: fails 3");
  await button(page, "Check").click();
  const third = course(page).getByRole("list", { name: "Checks" }).getByRole("listitem").nth(2);
  await expect(third).toContainText("not yet");
  await expect(third).toContainText("[1, 2, 3]");
  await expect(third).toContainText("one of the proposals");
  await expect(course(page).getByText("4 of 5 tasks done")).toBeVisible();
  expect(await page.evaluate(() => window.told)).toEqual([["progress", { solved: [1, 2, 4, 5] }]]);
  await page.waitForTimeout(400);
  await page.reload();
  await expect(course(page).getByText("4 of 5 tasks done")).toBeVisible();
  await expect(course(page).locator(".cm-editor")).toBeVisible();
  await fakeSandbox(page);
  await page.evaluate(() => {
    window.told = [];
    document.querySelector("consensus-playground").addEventListener("solved", ({ detail }) => window.told.push(detail));
  });
  await writes(page, "# all is well");
  await button(page, "Check").click();
  await expect(course(page).getByText("Solved.")).toBeVisible();
  await expect(status(page)).toHaveText("All five checks are passed.");
  expect(await page.evaluate(() => window.told)).toEqual([{ language: "python", code: "# all is well" }]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`the audit finds nothing, in ${colorScheme}, in any state`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await takes(page);
    expect(await audit(page)).toEqual([]);
    await writes(page, "# fake: syntax 1");
    await button(page, "Run on the stage").click();
    await expect(course(page).getByRole("list", { name: "Mistakes" })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await writes(page, "# fake: fails 2");
    await button(page, "Check").click();
    await expect(course(page).getByRole("list", { name: "Checks" }).getByRole("listitem")).toHaveCount(5);
    expect(await audit(page)).toEqual([]);
  });
}

test("nothing is wider than a phone", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await takes(page);
  await writes(page, `# fake: fails 2 ${"x".repeat(300)}`);
  await button(page, "Check").click();
  await expect(course(page).getByRole("list", { name: "Checks" }).getByRole("listitem")).toHaveCount(5);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
});

test("all of it goes by keyboard alone", async ({ page }) => {
  await takes(page);
  const focus = () =>
    page.evaluate(() => {
      let one = document.activeElement;
      while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
      return one?.getAttribute("aria-label") ?? one?.textContent?.trim();
    });
  const reaches = async (name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (name.test((await focus()) ?? "")) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab never reaches ${name}`);
  };
  await reaches(/Task 3/);
  await page.keyboard.press("Enter");
  await expect(course(page).getByText("Add a Byzantine agent.")).toBeVisible();
  await reaches(/^Your code in Python/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("# fake: fails 4");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  expect(await focus()).toBe("Check");
  await page.keyboard.press("Enter");
  await expect(course(page).getByText("4 of 5 tasks done")).toBeVisible();
  await reaches(/^Line 16/);
});
