// What a run may grow to: at a limit of the core the page says which one it is, and what the person can do.
import { expect, test } from "./playground.mjs";
import { act, button, eventNumber, openText, opens, playsUntil } from "./page.mjs";
import { looksRight } from "./looks.mjs";

const told = (page, text) => page.getByRole("status").filter({ hasText: text });

test("a run with too many messages in flight stops, says why, and goes on from before", async ({ page, troubles }) => {
  test.setTimeout(120_000);
  await opens(page);
  await openText(page, "protocol raft\nreplicas 200\nnetwork manual\n");
  for (let times = 0; times < 3; times += 1) await act(page, "fire election-timeout of all");
  const why = told(page, "The run can't go on: more than 100,000 messages are in flight.");
  await expect(why).toBeVisible();
  await expect(why).toContainText("You can go back in time, or open another run.");
  await looksRight(page, "too-many-messages");
  await page.locator("consensus-playground").evaluate((one) => one.seek(200));
  await expect(why).toHaveCount(0);
  const at = await eventNumber(page);
  await act(page, "crash 1");
  expect(await eventNumber(page)).toBeGreaterThan(at);
  expect(troubles).toEqual([]);
});

test("requests that clients have no room for are left out and counted", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "protocol raft\nreplicas 5\nseed 1\nworkload clients 64 rate 100000/s keys 10000\nrun 36000s\n");
  const leftOut = told(page, /The clients can’t keep up: \d+ requests were left out\./);
  await playsUntil(page, () => leftOut.isVisible(), 10);
  await looksRight(page, "left-out");
  await button(page, "Step").click();
  expect(troubles).toEqual([]);
});
