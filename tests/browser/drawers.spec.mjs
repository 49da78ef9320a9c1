// The playground as it is first seen: a picture, a sentence, and two drawers that open by mouse, keys and touch.
import { test, expect } from "./playground.mjs";
import * as the from "./page.mjs";

test.use({ drawers: "" });

const { button, opens, script } = the;
const drawer = (page, name) => page.locator(`#${name}`);
const properties = (page) => page.getByRole("list", { name: /^Properties/ });

test("at first there are a picture, a sentence and few things to press; what was opened stays open", async ({
  page,
}) => {
  await opens(page);
  for (const name of ["break", "inspect"]) await expect(drawer(page, name)).toBeHidden();
  await expect(page.locator("cp-palette button, cp-inspector dl")).toHaveCount(0);
  const shown = page.locator("button:visible, select:visible, input:visible, summary:visible, a:visible");
  expect(await shown.count()).toBeLessThan(42);
  await button(page, "Break").click();
  await expect(drawer(page, "break")).toBeVisible();
  await expect(drawer(page, "break")).toBeFocused();
  await button(page, "Crash").click();
  await expect.poll(() => script(page)).toContain("crash");
  await page.reload();
  await expect(drawer(page, "break")).toBeVisible();
  await expect(drawer(page, "inspect")).toBeHidden();
  expect(await the.audit(page)).toEqual([]);
});

test("with the drawers shut, a node and a link are broken where they are, by keys and by mouse", async ({ page }) => {
  await opens(page);
  const bar = (name) => page.getByRole("group", { name: `What to do to ${name}`, exact: true });
  await the.replica(page, 2).focus();
  await page.keyboard.press("Enter");
  await expect(bar("Replica 2")).toBeVisible();
  await the.replica(page, 2).dispatchEvent("contextmenu");
  await expect(bar("Replica 2").getByRole("button").first()).toBeFocused();
  await button(page, "Cut all incoming").press("Enter");
  await expect.poll(async () => (await the.state(page)).cuts.length).toBe(4);
  await page.getByLabel("Link with…").selectOption("replica 3");
  await expect(bar("Link 2 – 3")).toBeVisible();
  expect(await the.audit(page)).toEqual([]);
  await button(page, "Undo the cuts here").click();
  await expect.poll(async () => (await the.state(page)).cuts.length).toBe(3);
  // A quarter of the way along a link that nothing else crosses there.
  const at = await page.locator("cp-stage").evaluate((stage) => {
    const { from, to } = stage.layout.links.find(({ a, b }) => a === "1" && b === "5");
    return { x: from.x + 0.4 * (to.x - from.x), y: from.y + 0.4 * (to.y - from.y) };
  });
  await page.locator("cp-stage canvas").click({ position: at });
  await expect(bar("Link 1 – 5")).toBeVisible();
  await button(page, "Lose 50%").click();
  expect(await script(page)).toMatch(
    /cut all -> 2[^]*heal 3 -> 2[^]*network 1 -> 5 loss 50%[^]*network 5 -> 1 loss 50%/,
  );
});

for (const [width, height] of [
  [1440, 900],
  [900, 700],
  [375, 812],
])
  test(`by keys alone at ${width} pixels, both drawers open and close, and are found`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await opens(page);
    await page.locator(".view").focus();
    for (const [key, name] of [
      ["b", "break"],
      ["i", "inspect"],
    ]) {
      await page.keyboard.press(key);
      await expect(drawer(page, name)).toBeInViewport();
      await expect.poll(() => page.evaluate(() => document.activeElement.shadowRoot.activeElement.id)).toBe(name);
      expect(await the.audit(page)).toEqual([]);
    }
    for (const key of ["b", "i"]) await page.keyboard.press(key);
    for (const name of ["break", "inspect"]) await expect(drawer(page, name)).toBeHidden();
  });

test("the drawers may be wide, narrow, one or both: the picture is between them and nothing is clipped", async ({
  page,
}) => {
  await opens(page);
  const view = () => page.locator(".view").boundingBox();
  const alone = await view();
  await button(page, "Inspect").click();
  await expect(page.getByRole("heading", { name: /^Replica 1/ })).toBeVisible();
  expect((await view()).width).toBeLessThan(alone.width - 250);
  await button(page, "Break").click();
  await expect(button(page, "Fire timer")).toBeVisible();
  const both = await view();
  const [left, right] = [await drawer(page, "break").boundingBox(), await drawer(page, "inspect").boundingBox()];
  expect(left.x + left.width).toBeLessThanOrEqual(both.x);
  expect(both.x + both.width).toBeLessThanOrEqual(right.x);
  // Shorter lines are more, and what is said has a few pixels more for them.
  expect(alone.height - both.height).toBeLessThan(40);
});

test("on a page of its own, keys work before anything has the focus", async ({ page }) => {
  await opens(page);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await page.keyboard.press("b");
  await expect(drawer(page, "break")).toBeVisible();
});

test("every part of the drawer Inspect is one press away, and its name stays in sight", async ({ page }) => {
  await opens(page);
  await button(page, "Inspect").press("Enter");
  const parts = page.getByRole("navigation", { name: "Parts of this panel" }).getByRole("button");
  await expect(parts.first()).toBeInViewport();
  for (const part of await parts.all()) {
    await part.press("Enter");
    await expect(parts.first()).toBeInViewport({ ratio: 1 });
    await expect(part).toBeInViewport({ ratio: 1 });
  }
  await button(page, "Recent events").press("Enter");
  const heading = page.getByRole("heading", { name: "Recent events" });
  await expect(heading).toBeFocused();
  await expect(heading).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("list", { name: "Recent events" })).toBeInViewport();
  expect(await the.audit(page)).toEqual([]);
});

test("one chip says how many properties hold, and opens to what each of them says", async ({ page }) => {
  await opens(page);
  const { properties: all } = await the.element(page).evaluate(({ run }) => run.frame);
  const chip = button(page, `✓ ${all.length} properties hold`);
  await chip.press("Enter");
  await expect(chip).toHaveAttribute("aria-expanded", "true");
  for (const { about } of all) await expect(properties(page).last()).toContainText(about);
  expect(await the.audit(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(chip).toHaveAttribute("aria-expanded", "false");
  await the.openText(
    page,
    "protocol raft\nreplicas 4\nseed 2\nset quorum-of-half on\nrun 700ms\npartition 1 2 | 3 4\nrun 600ms\nrequest put x 1 to 1\nrequest put x 2 to 3\nrun 1s\n",
  );
  await the.playsUntil(page, ({ violations }) => violations.length > 0, 10);
  const badges = page.locator("cp-badges .bad");
  await expect(badges.first()).toBeVisible();
  const broken = await badges.count();
  await expect(button(page, `✓ ${all.length - broken} properties hold`)).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 375, height: 812 }, hasTouch: true });

  test("the drawers open by touch, below the picture", async ({ page }) => {
    await opens(page);
    await button(page, "Break").tap();
    await expect(drawer(page, "break").locator("cp-palette")).toBeInViewport();
    await page.getByLabel("Whom").selectOption("2");
    await button(page, "Crash").tap();
    await expect.poll(() => script(page)).toContain("crash 2");
    await button(page, "Inspect").tap();
    await expect(page.getByRole("heading", { name: /^Replica/ }).first()).toBeInViewport();
    expect(await the.audit(page)).toEqual([]);
  });
});
