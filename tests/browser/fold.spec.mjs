// Log and state: the entries, the state after each, the replicas side by side, by keyboard and by pointer.
import { expect, test } from "./playground.mjs";
import { act, audit, eventNumber, opens, openText, scenarioFiles, state } from "./page.mjs";

const text = (file) => scenarioFiles.find((one) => one.file === file).text;

async function finishes(page, scenario) {
  await openText(page, scenario);
  const goes = async () => {
    await page.locator("consensus-playground").evaluate((one) => {
      one.speed = 10;
      one.play();
    });
    return (await state(page)).finished;
  };
  await expect.poll(goes, { timeout: 30_000 }).toBe(true);
  await page.locator("consensus-playground").evaluate((one) => one.pause());
}

async function opensPane(page) {
  await page.locator("cp-inspector details.fold > summary", { hasText: "Log and state" }).click();
  const pane = page.locator("cp-fold");
  await expect(pane.getByText("Every state is what its log says")).toBeVisible();
  return pane;
}

const value = (pane, key) => pane.locator(`dt:text-is("${key}") + dd`);
const heading = (pane, name) => pane.getByRole("heading", { name, exact: true });

test("the log of Raft is gone through by keyboard, and a crashed replica computes its state again", async ({
  page,
}) => {
  await opens(page);
  await finishes(page, text("raft-event-sourcing"));
  const pane = await opensPane(page);
  const slider = pane.getByRole("slider", { name: "Entry" });
  const last = Number(await slider.getAttribute("max"));
  expect(last).toBeGreaterThanOrEqual(6);
  await expect(value(pane, "plan")).toContainText("agreed");
  // From the beginning, entry by entry.
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(heading(pane, "State before the first entry")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(heading(pane, "State after entry 1")).toBeVisible();
  await expect(slider).toHaveAttribute("aria-valuetext", `entry 1 of ${last}`);
  await expect(value(pane, "plan")).toContainText("draft");
  await expect(value(pane, "plan")).toContainText("new");
  // The list has one tab stop; its arrow keys lead from entry to entry.
  await pane.getByRole("button", { name: "Entry 1", exact: true }).focus();
  for (const entry of [2, 3, 4]) {
    await page.keyboard.press("ArrowDown");
    await expect(heading(pane, `State after entry ${entry}`)).toBeVisible();
  }
  await expect(pane.locator("[aria-current]")).toHaveText(/4/);
  expect(await audit(page)).toEqual([]);
  // A replica that is down has no state; it comes back to the same one.
  await act(page, "crash 3");
  await expect(pane.getByText("crashed: its state is gone")).toBeVisible();
  await act(page, "restart 3");
  await page.locator("consensus-playground").evaluate((one) => one.play());
  await expect(pane.getByText("crashed: its state is gone")).toBeHidden();
  await expect(pane.locator(".replicas").getByText("= the same")).toHaveCount(3, { timeout: 20_000 });
});

test("the batches of PBFT lead to their events by pointer, and are replayed", async ({ page }) => {
  await opens(page);
  await finishes(page, text("pbft-event-sourcing"));
  const pane = await opensPane(page);
  await pane.getByRole("button", { name: "Entry 1", exact: true }).click();
  await expect(heading(pane, "State after entry 1")).toBeVisible();
  await pane.getByRole("button", { name: "Go to the event at which Replica 2 applied entry 1" }).click();
  const shown = (fields) => Number(fields.find(({ name }) => name === "last-executed").value);
  const executed = async () => shown((await state(page)).nodes.find(({ id }) => id === "2").replica.fields);
  await expect.poll(executed).toBe(1);
  const event = await eventNumber(page);
  expect(event).toBeGreaterThan(0);
  await page.locator("consensus-playground").evaluate((one, to) => one.seek(to), event - 1);
  await expect.poll(executed).toBe(0);
  // At the end again, the log is replayed from its beginning.
  await finishes(page, text("pbft-event-sourcing"));
  const last = await pane.getByRole("slider", { name: "Entry" }).getAttribute("max");
  await pane.getByRole("button", { name: "Replay the log" }).click();
  await expect(heading(pane, "State before the first entry")).toBeVisible();
  await expect(heading(pane, `State after entry ${last}`)).toBeVisible({ timeout: 20_000 });
  await expect(pane.getByRole("button", { name: "Replay the log" })).toBeVisible();
  expect(await audit(page)).toEqual([]);
});

test("a replica that does not hold what its log says is named, on a narrow screen too", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await opens(page);
  await finishes(page, text("multi-paxos-bug-apply-twice"));
  await page.locator("cp-inspector details.fold > summary", { hasText: "Log and state" }).click();
  const pane = page.locator("cp-fold");
  await expect(pane.getByText("Replica 1 does not hold what its log says.")).toBeVisible();
  await expect(pane.getByText("≠ It holds x=2 y=1. Its log says x=1 y=1.")).toHaveCount(2);
  await expect(pane.getByText("asked again, changes nothing")).toBeVisible();
  const before = await eventNumber(page);
  await pane
    .getByRole("button", { name: "Where it began: the event since which Replica 1 differs from its log" })
    .click();
  await expect.poll(() => eventNumber(page)).toBeLessThanOrEqual(before);
  await expect(pane.getByText("Replica 1 does not hold what its log says.")).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide).toBe(false);
  expect(await audit(page)).toEqual([]);
});

test("a protocol without a log of commands has no such part", async ({ page }) => {
  await opens(page);
  await openText(page, "protocol paxos\nseed 1\nrun 1s\n");
  await expect(page.locator("cp-inspector details.fold > summary", { hasText: "Client histories" })).toBeVisible();
  await expect(page.locator("cp-inspector details.fold > summary", { hasText: "Log and state" })).toHaveCount(0);
});
