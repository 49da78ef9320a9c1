// The challenge's page in use: tasks, editor, stage, checks. The sandbox behind it is a fake here; that has tests of its own.
import { readFileSync } from "node:fs";
import { expect, path, test } from "./playground.mjs";
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
  await expect(status(page)).toHaveText("The agents have decided.", { timeout: 20_000 });
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
  // Nobody expects agreement of it; and no lie is the kernel's.
  await expect.poll(() => script(page)).toContain("honest 5");
  const traitors = (await state(page)).nodes.filter((one) => one.traitor);
  expect(traitors.map((one) => [one.id, one.byzantine ?? null])).toEqual([["5", null]]);
});

test("code and harness come as files, with the command for the same trials", async ({ page }) => {
  await takes(page);
  await writes(page, "# my own agents");
  const files = [];
  page.on("download", async (file) => files.push([file.suggestedFilename(), readFileSync(await file.path(), "utf8")]));
  await button(page, "Download code and harness").click();
  await expect.poll(() => files.length).toBe(2);
  const { "my_agent.py": mine, "harness.py": harness } = Object.fromEntries(files);
  expect(mine).toBe("# my own agents");
  expect(harness).toBe(readFileSync(path("www/challenge/src/harness/harness.py"), "utf8"));
  const command = course(page).getByRole("region", { name: "Command" });
  const all = "--agents 5 --preferences Pizza,Sushi,Tacos,Curry,Ramen --max-rounds 30";
  await expect(command).toHaveText(`python3 harness.py my_agent.py ${all}`);
  expect(await command.evaluate((one) => one.localName)).toBe("code");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Copy").click();
  await expect(button(page, "Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`python3 harness.py my_agent.py ${all}`);
  await course(page).getByLabel("of them ByzantineAgent").fill("1");
  await course(page).getByLabel("of them ByzantineAgent").blur();
  await expect(command).toHaveText(/--byzantine 5 --max-rounds 30$/);
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

/** Opens the challenge with its real sandbox. */
async function takesReally(page) {
  await opens(page, "./challenge.html");
  await expect(course(page).locator(".cm-editor")).toBeVisible();
}

const tab = (page, name) => course(page).getByRole("tab", { name });

/** Shows the hints to a task until its solution is there, and takes it over. */
async function takesSolution(page) {
  await tab(page, "Learn").click();
  const more = course(page).getByRole("button", { name: /^Show/ });
  for (let left = 8; left > 0 && (await more.count()) > 0; left -= 1) await more.click();
  await button(page, "Put a solution of all tasks into the editor").click();
  await expect(editor(page)).toBeVisible();
}

for (const language of ["python", "javascript"]) {
  test(`the solution that is shown passes all checks, and votes on the stage, in ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await takesReally(page);
    await course(page).getByLabel("Language").selectOption(language);
    await takesSolution(page);
    await button(page, "Check").click();
    await expect(course(page).getByText("All five checks are passed.").last()).toBeVisible({ timeout: 60_000 });
    await expect(course(page).getByText("5 of 5 tasks done")).toBeVisible();
    await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
    await button(page, "Run on the stage").click();
    await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await tab(page, "Measure").click();
    await button(page, "Measure").click();
    await expect(course(page).getByText("Done: 1,000 trials.")).toBeVisible({ timeout: 60_000 });
    await expect(course(page).getByRole("row", { name: /^All agree 100\.0 %/ })).toBeVisible();
  });
}

test("Check and Stop while Python loads leave no frame and no worker behind, and what follows works", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await takesReally(page);
  const session = await page.context().newCDPSession(page);
  // A sandbox is a process of its own, which is there as long as its worker is.
  const others = async () => {
    const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
    return targetInfos.filter(({ type }) => type === "iframe").length;
  };
  for (let round = 0; round < 6; round += 1) {
    await button(page, "Check").click();
    await expect(button(page, "Stop")).toBeVisible();
    // In another phase of the loading each time: the files, the frame, the interpreter.
    await page.waitForTimeout(round * 150);
    await button(page, "Stop").click();
    await expect(status(page)).toHaveText("Stopped.");
    await expect(button(page, "Stop")).toHaveCount(0);
  }
  const frames = () => course(page).evaluate((one) => one.shadowRoot.querySelectorAll("iframe").length);
  await expect.poll(frames, { timeout: 20_000 }).toBe(0);
  await page.waitForTimeout(2_000);
  expect([await frames(), await others(), page.frames().length]).toEqual([0, 0, 1]);
  await expect(status(page), "what was stopped says nothing more").toHaveText("Stopped.");
  await button(page, "Check").click();
  await expect(status(page)).toHaveText(/^\d of 5 checks are passed\.$/, { timeout: 60_000 });
  expect([await frames(), page.frames().length]).toEqual([1, 2]);
});

test("a real mistake of syntax is on its line", async ({ page }) => {
  test.setTimeout(120_000);
  await takesReally(page);
  await writes(page, "class VotingAgent:\n    def propose(self):\nreturn 1\n");
  await button(page, "Check").click();
  await expect(course(page).getByRole("list", { name: "Mistakes" })).toContainText("Line 3", { timeout: 60_000 });
});

test("trials are measured, kept, and compared on the same seeds", async ({ page }) => {
  await takes(page);
  await tab(page, "Measure").click();
  await button(page, "Measure").click();
  await expect(course(page).getByText("Done: 1,000 trials.")).toBeVisible();
  const figures = course(page).getByRole("region", { name: "Figures" });
  await expect(figures.getByRole("row", { name: /^All agree/ })).toContainText("90.0 % (88.0 to 91.7)");
  await expect(course(page).locator(".plot canvas")).toBeVisible();
  await button(page, "Keep to compare").click();
  await tab(page, "Code").click();
  await writes(page, "# fake: never");
  await tab(page, "Measure").click();
  await button(page, "Measure").click();
  await expect(course(page).getByText("Done: 1,000 trials.")).toBeVisible();
  await expect(figures.getByRole("row", { name: /^All agree/ })).toContainText("−90.0 points");
  await expect(figures.getByRole("row", { name: /^All agree/ })).toContainText("★");
  await expect(course(page).getByRole("row", { name: /^Two decide/ })).not.toContainText("★");
  const downloads = [];
  page.on("download", (one) => downloads.push(one.suggestedFilename()));
  await button(page, "Download CSV").click();
  await button(page, "Download trials").click();
  const picture = page.waitForEvent("download", (one) => one.suggestedFilename() === "rounds.png");
  await button(page, "Download PNG").click();
  const { createReadStream } = await import("node:fs");
  const path = await (await picture).path();
  const bytes = [];
  for await (const part of createReadStream(path)) bytes.push(part);
  const png = Buffer.concat(bytes);
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(300);
  expect(downloads).toEqual(["measurement.csv", "trials.csv", "rounds.png"]);
});

test("a measurement is cancelled, and what is done of it stays", async ({ page }) => {
  await takes(page);
  await writes(page, "# fake: slow");
  await tab(page, "Measure").click();
  await course(page).getByRole("combobox", { name: "Trials" }).selectOption("20000");
  await button(page, "Measure").click();
  await expect(course(page).getByRole("progressbar", { name: "Trials that are done" })).toBeVisible();
  await expect(course(page).getByText(/^[1-9]\d* % of 20,000 trials/)).toBeVisible({ timeout: 30_000 });
  await button(page, "Cancel").click();
  await expect(course(page).getByText(/^Cancelled after [\d,]+ trials\.$/)).toBeVisible();
  await expect(button(page, "Measure")).toBeEnabled();
});

test("built-in agents vote by what the form says, on the stage and in thousands of trials", async ({ page }) => {
  await takes(page);
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await tab(page, "Built-in").click();
  await course(page).locator("cp-builtin").getByRole("spinbutton", { name: "Agents" }).fill("7");
  await course(page).getByRole("combobox", { name: "Strategy", exact: true }).selectOption("popular");
  await course(page).getByRole("combobox", { name: "Rule", exact: true }).selectOption("unanimous");
  await course(page).getByText("Each agent, and who is Byzantine").click();
  await course(page).getByLabel("How agent 7 lies").selectOption("contrarian");
  await course(page).getByText("Tastes", { exact: true }).click();
  await course(page).getByLabel("by hand").check();
  await course(page).getByRole("slider", { name: "Sushi" }).fill("9");
  await course(page).locator("cp-builtin").getByRole("button", { name: "Run on the stage" }).click();
  await expect.poll(() => script(page)).toContain("byzantine 7 contrarian");
  const text = await script(page);
  expect(text).toContain("replicas 7");
  expect(text).toContain("set rule unanimous");
  expect(text).toMatch(/set utility 1 Pizza=10,Sushi=9,/);
  await button(page, "Measure this vote").click();
  await expect(tab(page, "Measure")).toHaveAttribute("aria-selected", "true");
  await button(page, "Measure").click();
  await expect(course(page).getByText("Done: 1,000 trials.")).toBeVisible();
  await expect(course(page).getByRole("row", { name: /^They never agree/ })).toContainText("100.0 %");
});

test("hints come one by one, and the theory can be seen on the stage", async ({ page }) => {
  await takes(page);
  await tab(page, "Learn").click();
  await expect(course(page).getByText("Try it first.")).toBeVisible();
  await button(page, "Show hint 1 of 3").click();
  await expect(course(page).getByText("Whatever you return has to be one of them.")).toBeVisible();
  await expect(course(page).getByRole("region", { name: /^A solution/ })).toHaveCount(0);
  await course(page).getByText("Condorcet's circle").click();
  await course(page).getByRole("button", { name: "See it on the stage" }).click();
  await expect.poll(() => script(page)).toContain("Condorcet's circle");
});

test("the tabs go by arrow keys", async ({ page }) => {
  await takes(page);
  await tab(page, "Code").focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Built-in")).toBeFocused();
  await expect(tab(page, "Built-in")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await expect(tab(page, "Learn")).toBeFocused();
  await page.keyboard.press("Home");
  await expect(tab(page, "Code")).toBeFocused();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the audit finds nothing, in ${colorScheme}, in any state`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme });
    await takes(page);
    expect(await audit(page)).toEqual([]);
    await page.evaluate(() => {
      window.hold = new Promise((resolve) => (window.letGo = resolve));
    });
    await writes(page, "# fake: syntax 1");
    await button(page, "Run on the stage").click();
    await expect(course(page).getByRole("progressbar", { name: "Loading the fake 2.0 of 4.0 MB" })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.evaluate(() => window.letGo());
    await expect(course(page).getByRole("list", { name: "Mistakes" })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await writes(page, "# fake: fails 2");
    await button(page, "Check").click();
    await expect(course(page).getByRole("list", { name: "Checks" }).getByRole("listitem")).toHaveCount(5);
    await button(page, "Download code and harness").click();
    await expect(course(page).getByRole("region", { name: "Command" })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await writes(page, "# all is well");
    await button(page, "Check").click();
    await expect(course(page).getByText("Solved.")).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await tab(page, "Built-in").click();
    for (const fold of await course(page).locator("cp-builtin summary").all()) await fold.click();
    await course(page).getByLabel("by hand").check();
    expect(await audit(page)).toEqual([]);
    await tab(page, "Code").click();
    await writes(page, "# fake: slow");
    await tab(page, "Measure").click();
    await course(page).getByRole("combobox", { name: "Trials" }).selectOption("20000");
    await button(page, "Measure").click();
    await expect(course(page).getByText(/^[1-9]\d* % of 20,000 trials/)).toBeVisible({ timeout: 30_000 });
    expect(await audit(page)).toEqual([]);
    await button(page, "Cancel").click();
    await tab(page, "Code").click();
    await writes(page, "# all is well");
    await tab(page, "Measure").click();
    await course(page).getByRole("combobox", { name: "Trials" }).selectOption("1000");
    await button(page, "Measure").click();
    await expect(course(page).getByText(/^Done/)).toBeVisible();
    await button(page, "Keep to compare").click();
    await button(page, "Measure").click();
    await expect(course(page).getByText(/^Done/)).toBeVisible();
    await course(page).getByText("The bars as numbers").click();
    expect(await audit(page)).toEqual([]);
    await tab(page, "Learn").click();
    for (const fold of await course(page).locator("cp-learn summary").all()) await fold.click();
    for (let step = 0; step < 4; step += 1) await course(page).getByRole("button", { name: /^Show/ }).click();
    expect(await audit(page)).toEqual([]);
    await tab(page, "Model").click();
    await course(page).locator("cp-model").getByRole("button", { name: "Run on the stage" }).click();
    await expect(course(page).getByLabel(/^What was recorded/)).toBeVisible();
    await course(page).getByLabel("A model behind an address").check();
    await course(page).getByLabel("Address, up to /v1").fill("http://models.example/v1");
    await button(page, "Try one question").click();
    await expect(course(page).locator("cp-model").getByRole("status")).toContainText("begins with https://");
    expect(await audit(page)).toEqual([]);
  });
}

test("after the checks it is said what comes next, and the way there is one press", async ({ page }) => {
  await takes(page);
  await expect(course(page).getByText("Fill in what is marked “To do”, then press Check.")).toBeVisible();
  await writes(page, `${"\n".repeat(20)}# fake: fails 3`);
  await button(page, "Check").click();
  await expect(course(page).getByText("4 of 5 checks are passed.").last()).toBeVisible();
  await expect(course(page).getByText("Next: task 3.")).toBeVisible();
  // What a check says itself stands there once.
  await expect(course(page).getByRole("list", { name: "Mistakes" })).toHaveCount(0);
  await button(page, "Go to line 16").click();
  await expect(editor(page)).toBeFocused();
  await button(page, "Hints to task 3").click();
  await expect(course(page).getByRole("heading", { name: "Hints to task 3" })).toBeVisible();
  await tab(page, "Code").click();
  await writes(page, "# all is well");
  await expect(course(page).getByText("Next: task 3.")).toHaveCount(0);
  await button(page, "Check").click();
  await expect(course(page).getByText("Solved.")).toBeVisible();
  await button(page, "Measure it").click();
  await expect(tab(page, "Measure")).toHaveAttribute("aria-selected", "true");
  await tab(page, "Code").click();
  await writes(page, "# fake: fails 5");
  await button(page, "Check").click();
  await expect(course(page).getByText("Next: task 5.")).toBeVisible();
  await expect(course(page).getByText("Solved.")).toHaveCount(0);
});

test("nothing is wider than a phone", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await takes(page);
  await writes(page, `# fake: fails 2 ${"x".repeat(300)}`);
  await button(page, "Check").click();
  await expect(course(page).getByRole("list", { name: "Checks" }).getByRole("listitem")).toHaveCount(5);
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(375);
  await tab(page, "Built-in").click();
  for (const fold of await course(page).locator("cp-builtin summary").all()) await fold.click();
  await course(page).getByLabel("by hand").check();
  expect(await width()).toBe(375);
  await tab(page, "Measure").click();
  await button(page, "Measure").click();
  await expect(course(page).getByText(/^Done/)).toBeVisible();
  expect(await width()).toBe(375);
  await tab(page, "Learn").click();
  for (let step = 0; step < 4; step += 1) await course(page).getByRole("button", { name: /^Show/ }).click();
  expect(await width()).toBe(375);
  await tab(page, "Model").click();
  await course(page).getByLabel("A model behind an address").check();
  await course(page)
    .getByLabel("Address, up to /v1")
    .fill(`http://models.example/${"x".repeat(300)}`);
  await button(page, "Try one question").click();
  await expect(course(page).locator("cp-model").getByRole("status")).toContainText("begins with https://");
  expect(await width()).toBe(375);
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
  await expect(course(page).getByText("A Byzantine agent.", { exact: true })).toBeVisible();
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
