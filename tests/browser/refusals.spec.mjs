// What can't be done, what never happened, and who has to act: told plainly, and the run is left as it was.
import { expect, test } from "./playground.mjs";
import * as the from "./page.mjs";
import { button as press, card, lesson, opensLesson, ready } from "./lesson-page.mjs";

const { act, button, element, eventNumber, openText, state } = the;

const playing = (page) => element(page).evaluate(({ run }) => run.playing);
const alert = (page) => page.getByRole("alert");

test("an act that finds nobody is told, and the run plays on", async ({ page }) => {
  await the.opens(page);
  await openText(page, "protocol raft\nreplicas 3\nset election-timeout 5s..6s\nrun 4s");
  await element(page).evaluate((one) => {
    one.speed = 0.01;
    one.play();
  });
  await page.getByLabel("Whom").selectOption("leader");
  await button(page, "Crash").click();
  await expect(alert(page)).toHaveText(/Nobody leads right now\./);
  expect(await playing(page)).toBe(true);
  for (const line of ["pause leader", "fire election-timeout of leader", "restart 2", "partition leader | followers"]) {
    expect(await act(page, line), line).toBe(false);
    expect(await playing(page), line).toBe(true);
  }
  // An act that can be done takes the complaint away.
  await act(page, "crash 3");
  await expect(alert(page)).toHaveCount(0);
  expect(await playing(page)).toBe(true);
});

test("while a script is the scheduler, nobody is asked to act; once it is at its end, somebody is", async ({
  page,
}) => {
  const banner = page.getByRole("group", { name: "Only what you click" });
  await the.opens(page);
  const { text } = the.scenarioFiles.find(({ file }) => file === "two-phase-commit-by-hand");
  await openText(page, text);
  expect((await state(page)).manual).toBe(true);
  await expect(banner).toHaveCount(0);
  await expect(page.getByText("deliver a message or fire a timer")).toHaveCount(0);
  await element(page).evaluate((one) => one.step());
  await expect.poll(() => eventNumber(page)).toBeGreaterThan(0);
  await expect(banner).toHaveCount(0);
  await element(page).evaluate(({ run }) => run.play());
  await expect(banner).toBeVisible({ timeout: 30_000 });
});

test("a trigger that never fired is told with its reason, as a failed expectation is", async ({ page }) => {
  await the.opens(page);
  await openText(page, "protocol raft\nreplicas 3\nwhen 2.status = crashed heal\nrun 1s\nexpect not leader");
  await element(page).evaluate((one) => {
    one.speed = 100;
    one.play();
  });
  const results = page.locator("cp-results");
  await expect(results.locator("summary")).toContainText("2 of 2 expectations failed.");
  await expect(results.locator("summary")).toContainText("its condition never held");
  await expect(results.locator("li").first()).toContainText("when 2.status = crashed heal");
});

test("a new chapter is not announced with the old one's verdict", async ({ page }) => {
  await opensLesson(page, { attributes: 'src="lessons/03-majorities.md"' });
  await ready(page);
  await press(page, "Continue").click();
  await press(page, "I don't know").click();
  await press(page, "Skip to the end").click();
  const live = lesson(page).locator("#live");
  await expect(live).toHaveText(/^Here is what happened/);
  await press(page, "Continue").click();
  await expect(card(page)).toBeVisible();
  await expect(live).not.toHaveText(/Here is what happened/);
});

test("the gallery says each card's level, and speaks German but for the scenarios' own words", async ({ page }) => {
  await page.goto("scenarios.html?level=start+here");
  const shown = page.locator("li.card:visible");
  // Until the page's script runs, all cards are there.
  await expect.poll(() => shown.filter({ hasNotText: "Start here" }).count()).toBe(0);
  expect(await shown.count()).toBeGreaterThan(3);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.getByLabel("Stufe")).toHaveValue("start here");
  await expect(shown.first().locator(".tags")).toContainText("Für den Anfang");
  const english = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { parentElement: at, data } = walker.currentNode;
      if (data.trim() && at.closest("[lang]")?.lang !== "en") found.push(data.trim());
    }
    return found.filter((text) => /\b(the|each|breaks|level|all|start|papers|liars|cut)\b/i.test(text));
  });
  expect(english).toEqual([]);
  await page.goto("lab.html");
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText("Wie lange ist ein Cluster ohne Leader?");
});
