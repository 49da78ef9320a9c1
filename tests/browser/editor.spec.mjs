// The editor of scenarios: what is wrong and what can stand somewhere comes from the core, as one types.
import { expect, test } from "./playground.mjs";
import { audit, button, element, opens, script, state } from "./page.mjs";

const HEAD = "protocol raft\nreplicas 5\nseed 2\n";

const editor = (page) => page.getByRole("textbox", { name: "Scenario text" });
/** The lines that are wrong; what is wrong is drawn behind each. */
const messages = (page) => page.locator("cp-scenario .cm-wrong");
const offered = (page) => page.locator("cp-scenario .cm-tooltip-autocomplete li");

/** What the editor holds, without what is told in between. */
const text = (page) => page.locator("cp-scenario").evaluate((panel) => panel.editor.text);

/** Puts a text into the editor, as by pasting, with the cursor at its end. */
async function writes(page, all) {
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(all);
}

async function opensEditor(page) {
  await opens(page);
  await button(page, "Scenario text").click();
  await expect(editor(page)).toContainText("protocol");
}

test.afterEach(async ({ page, troubles }) => {
  expect(await page.evaluate(() => window.refusals ?? [])).toEqual([]);
  expect(troubles).toEqual([]);
});

test("every mistake is told in its line as one types, with the nearest word; F8 goes there and Ctrl + Enter plays", async ({
  page,
}) => {
  await opensEditor(page);
  await writes(page, `${HEAD}set pre-vot on\nat 1s crahs 2\nrun 2\nexpect agrement`);
  await expect(messages(page)).toHaveCount(4);
  const drawn = await messages(page).evaluateAll((lines) => lines.map((line) => line.dataset.message));
  for (const [place, told] of [
    /^4:5 `pre-vot` is not known here: .*did you mean `pre-vote`\?$/,
    /^5:7 `crahs` is not known here: .*did you mean `crash`\?$/,
    /^6:5 a duration needs a unit/,
    /^7:8 `agrement` is not known here: .*did you mean `agreement`\?$/,
  ].entries())
    expect(drawn[place]).toMatch(told);
  const seen = (line) => getComputedStyle(line, "::after").content;
  expect(await messages(page).first().evaluate(seen)).toContain("pre-vote");
  await expect(page.locator("cp-scenario .told p").first()).toHaveText(/^4 mistakes\. Line 7, column 8: /);
  await expect(page.locator("cp-scenario [role=status]")).toHaveText(/^4 mistakes/);
  expect(await audit(page)).toEqual([]);
  // The next one after the last is the first.
  await page.keyboard.press("F8");
  await page.keyboard.type("pre-vote");
  await expect(messages(page)).toHaveCount(3);
  await page.keyboard.press("ControlOrMeta+Z");
  await expect(messages(page)).toHaveCount(4);
  // A text with a mistake is not opened.
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByRole("alert").first()).toContainText("pre-vot");
  expect(await script(page)).not.toContain("crahs");
  await writes(page, `${HEAD}# mine\nat 1s crash 2\nrun 2s`);
  await expect(messages(page)).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(editor(page)).toHaveCount(0);
  expect(await script(page)).toContain("# mine");
  await expect.poll(() => element(page).evaluate((one) => one.event)).toBeGreaterThan(0);
});

test("what can stand somewhere is offered, letters are no keys of the page, and Tab leaves", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await opensEditor(page);
  const { event } = await state(page);
  await writes(page, HEAD);
  await page.keyboard.type("set pre-v");
  await expect(offered(page)).toHaveText([/^pre-vote$/]);
  const list = await page.locator("cp-scenario .cm-tooltip-autocomplete").boundingBox();
  const told = await page.locator("cp-scenario .cm-completionInfo").boundingBox();
  for (const { x, width } of [list, told]) expect(x >= 0 && x + width <= 375).toBe(true);
  expect(told.y >= list.y + list.height - 1 || told.y + told.height <= list.y + 1).toBe(true);
  expect(await audit(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.keyboard.type(" o");
  await expect(offered(page)).toHaveText(["off", "on"]);
  await page.keyboard.type("n\nat 1s crash ");
  // Who leads, everybody, and each by number.
  await expect(offered(page)).toHaveText(["leader", "followers", "all", "1", "2", "3", "4", "5"]);
  await page.keyboard.type("2\nexpect 2.sta");
  await expect(offered(page).first()).toHaveText("status");
  await page.keyboard.press("Escape");
  await expect(offered(page)).toHaveCount(0);
  await page.keyboard.type("tus = crashed");
  await expect(messages(page)).toHaveCount(0);
  expect(await text(page)).toBe(`${HEAD}set pre-vote on\nat 1s crash 2\nexpect 2.status = crashed`);
  expect((await state(page)).event).toBe(event);
  await page.keyboard.press("Tab");
  await expect(button(page, "Open")).toBeFocused();
  // What was written is there again when the panel was closed by mistake.
  await page.keyboard.press("Escape");
  await expect(editor(page)).toHaveCount(0);
  await button(page, "Scenario text").click();
  await expect(editor(page)).toContainText("2.status = crashed");
  await button(page, "Copy from the current run").click();
  await expect(editor(page)).not.toContainText("2.status = crashed");
});
