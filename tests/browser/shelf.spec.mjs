// A person's own runs: kept from the playground or from a file, and the first shelf of the gallery.
import { readFile } from "node:fs/promises";
import { expect, test } from "./playground.mjs";
import { act, audit, button, element, openText, opens, script } from "./page.mjs";

const own = (page) => page.locator("#own-runs li.card");
const told = (page) => page.locator("#own-runs .told");
const file = (text, name = "mine.scenario") => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
/** Chooses a file, once the shelf is there: before that, nobody listens, and a person can't choose one. */
async function chooses(page, chosen) {
  await expect(page.locator("#own-runs")).toBeVisible();
  await page.locator("#own-runs input[type=file]").setInputFiles(chosen);
}

test("a run is kept under a name, survives a reload, and opens where it stood", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "# Mine\nprotocol raft\nreplicas 5\nseed 2\nrun 3s\n");
  await element(page).evaluate(async (one) => {
    for (let steps = 0; steps < 20; steps += 1) await one.step();
  });
  await act(page, "crash 3");
  const before = await element(page).evaluate(async (one) => ({ event: one.event, hash: await one.traceHash() }));
  await button(page, "Share").click();
  await page.getByLabel("Name").fill("  Crash <b>3</b>  ");
  await button(page, "Keep this run").click();
  await expect(page.locator("cp-keep")).toContainText("Kept as “Crash <b>3</b>”.");
  // No two have the same name.
  await button(page, "Keep this run").click();
  await expect(page.locator("cp-keep")).toContainText("Kept as “Crash <b>3</b> (2)”.");
  expect(await audit(page)).toEqual([]);
  await page.getByRole("link", { name: /Rename, delete/ }).click();
  await expect(own(page)).toHaveCount(2);
  await page.reload();
  await expect(page.locator("main section").first().getByRole("heading")).toHaveText("Your runs");
  await own(page).filter({ hasText: "(2)" }).getByRole("link").click();
  await expect(page.locator('consensus-playground[data-engine="ready"]')).toBeAttached();
  await expect.poll(() => element(page).evaluate((one) => one.event)).toBe(before.event);
  expect(await element(page).evaluate((one) => one.traceHash())).toBe(before.hash);
  expect(await script(page)).toContain("crash 3");
  expect(troubles).toEqual([]);
});

test("the shelf is worked by keys: rename, delete with undo, download; and searched with the rest", async ({
  page,
  troubles,
}) => {
  await page.goto("scenarios.html");
  await expect(page.getByRole("heading", { name: "Your runs" })).toBeHidden();
  await chooses(page, file("# From a file\nprotocol paxos\nreplicas 3\nrun 1s\n"));
  await expect(told(page)).toHaveText("“From a file” is among your runs.");
  await expect(own(page).getByRole("link")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Renamed");
  await page.keyboard.press("Enter");
  await expect(own(page)).toContainText("Renamed");
  await expect(button(page, "Rename “Renamed”")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Given up");
  await page.keyboard.press("Escape");
  await expect(own(page)).toContainText("Renamed");
  const download = page.waitForEvent("download");
  await button(page, "Download “Renamed”").click();
  const text = (await readFile(await (await download).path())).toString();
  expect((await download).suggestedFilename()).toBe("Renamed.scenario");
  expect(text).toMatch(/^# Renamed\n/);
  // What was downloaded opens again.
  await chooses(page, file(text));
  await expect(own(page)).toHaveCount(2);
  await expect(own(page).first()).toContainText("Renamed (2)");
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await audit(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await button(page, "Delete “Renamed (2)”").focus();
  await page.keyboard.press("Enter");
  await expect(own(page)).toHaveCount(1);
  await expect(button(page, "Undo")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(own(page)).toHaveCount(2);
  await expect(own(page).first().getByRole("link")).toBeFocused();
  await page.getByLabel("Protocol").selectOption("Raft");
  await expect(own(page).first()).toBeHidden();
  await page.getByLabel("Protocol").selectOption("Paxos");
  await page.getByLabel("Search").fill("(2)");
  await expect(page.getByRole("status")).toHaveText("1 scenario");
  expect(troubles).toEqual([]);
});

test("a file that is no scenario is refused with the place of the mistake; a long one, too", async ({ page }) => {
  await page.goto("scenarios.html");
  await chooses(page, file("protocol raft\nreplicas 5\nat 1s crush 2\n", "wrong.txt"));
  await expect(told(page)).toHaveText(/^wrong\.txt: line 3, column 7.*crush.*crash/i);
  await chooses(page, file("#".repeat(1024 * 1024 + 1)));
  await expect(told(page)).toHaveText(/longer than 1 MiB/);
  await chooses(page, { name: "x.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 78, 71, 0, 255, 254]) });
  await expect(told(page)).toHaveText(/^x\.png: line 1/i);
  await expect(own(page)).toHaveCount(0);
});

test("where the browser keeps nothing, that is said, and the rest works", async ({ page, troubles }) => {
  await page.addInitScript(() =>
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    }),
  );
  await page.goto("scenarios.html");
  await chooses(page, file("# Played only\nprotocol raft\nreplicas 3\n"));
  await expect(told(page)).toContainText("This browser keeps nothing for this page");
  await told(page).getByRole("link", { name: "Played only" }).click();
  await expect(page.locator('consensus-playground[data-engine="ready"]')).toBeAttached();
  await button(page, "Share").click();
  await expect(page.locator("cp-keep")).toContainText("This browser keeps nothing for this page");
  await expect(button(page, "Download scenario")).toBeVisible();
  expect(troubles).toEqual([]);
});
