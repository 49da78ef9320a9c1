// For whoever works by keyboard, by ear, in forced colours or in a small window.
import { expect, test } from "./playground.mjs";
import { act, audit, button, element, openText, opens, playsUntil, state } from "./page.mjs";

const HEAD = "protocol raft\nreplicas 5\nseed 2\n";

/** What has the focus, through all shadow roots: its name, as far as it says one. */
const focused = (page) =>
  page.evaluate(() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one?.getAttribute("aria-label") ?? one?.textContent?.trim() ?? "";
  });

test("play is among the first five tab stops, and one of them skips to the picture", async ({ page }) => {
  await opens(page);
  const stops = [];
  for (let stop = 0; stop < 5; stop += 1) {
    await page.keyboard.press("Tab");
    stops.push(await focused(page));
  }
  expect(stops).toContain("Play from here");
  expect(stops[0]).toBe("Skip to the picture");
  await page.reload();
  await opens(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await focused(page)).toContain("Stage");
});

test("an election won is announced, and heartbeats are not", async ({ page }) => {
  await opens(page);
  await openText(page, `${HEAD}run 5s\n`);
  const heard = await page.evaluateHandle(() => {
    const region = document.querySelector("consensus-playground").shadowRoot.querySelector("#live");
    const all = [];
    new MutationObserver(() => all.push(region.textContent)).observe(region, { childList: true, characterData: true });
    return all;
  });
  await element(page).evaluate((one) => {
    one.speed = 1;
    one.play();
  });
  await expect.poll(async () => (await state(page)).now, { timeout: 20_000 }).toBeGreaterThan(3_000_000);
  // Before it is paused: at rest, the event at hand is said.
  const said = await heard.evaluate((all) => [...all]);
  expect(said.join(" ")).toMatch(/is leader in term 1/);
  expect(said.join(" ")).not.toMatch(/receives an? “|runs out/);
});

test("what you did is said, with what it means", async ({ page }) => {
  await opens(page);
  await openText(page, `${HEAD}run 5s\n`);
  await playsUntil(page, ({ nodes }) => nodes.some((node) => node.replica?.role === "leader"), 1);
  await act(page, "crash leader");
  const narrator = page.locator("cp-narrator");
  // What is seen: the cards of the terms in it are closed.
  const seen = () =>
    narrator.evaluate((one) => {
      const text = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        if (node.nodeType === Node.COMMENT_NODE || node.popover || node.localName === "style") return "";
        return [...(node.shadowRoot ?? node).childNodes].map(text).join("");
      };
      return text(one).replace(/\s+/g, " ");
    });
  await expect(narrator).toContainText(/You crashed replica \d, the leader\./);
  await expect.poll(seen).toContain("The other 4 can still form a majority (3 of 5)");
  await expect.poll(seen).toContain("Then it stands for election.");
});

test("a term opens its card by key and by click", async ({ page }) => {
  await opens(page);
  await openText(page, `${HEAD}run 5s\n`);
  await playsUntil(page, ({ nodes }) => nodes.some((node) => node.replica?.role === "leader"), 1);
  await act(page, "crash leader");
  const word = page.locator("cp-narrator cp-term button").first();
  const card = page.locator("cp-narrator cp-term [popover]").first();
  await expect(card).toBeHidden();
  await word.click();
  await expect(card).toBeVisible();
  const box = await card.boundingBox();
  expect(box.x).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  await word.focus();
  await page.keyboard.press("Enter");
  await expect(card).toBeVisible();
  expect(await audit(page)).toEqual([]);
});

test("the story is told in lines that go to their events", async ({ page }) => {
  await opens(page);
  await openText(page, `${HEAD}run 5s\n`);
  await playsUntil(page, ({ now }) => now > 1_500_000, 1);
  await page.locator("cp-narrator summary").click();
  const lines = page.locator("cp-narrator ol button");
  await expect(lines.first()).toBeVisible();
  expect(await lines.count()).toBeLessThanOrEqual(12);
  const { now } = await state(page);
  await lines.first().click();
  await expect.poll(async () => (await state(page)).now).toBeLessThan(now);
});

test("in forced colours nothing is painted away, and the audit finds nothing", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await opens(page);
  await button(page, "Play").first().click();
  await playsUntil(page, ({ now }) => now > 500_000, 1);
  const colours = await element(page).evaluate((one) => {
    const probe = document.createElement("i");
    one.shadowRoot.append(probe);
    const [ink, paper] = ["ink", "paper"].map((name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    return { ink, paper };
  });
  expect(colours.ink).not.toBe(colours.paper);
  expect(await audit(page)).toEqual([]);
});

test("on a phone held sideways the picture and the buttons are there", async ({ page }) => {
  await page.setViewportSize({ width: 667, height: 375 });
  await opens(page);
  const foot = await page.locator("cp-transport").boundingBox();
  for (const node of await page.locator("[data-node]").all()) {
    const { y, height } = await node.boundingBox();
    expect(y, "a node above the screen").toBeGreaterThanOrEqual(0);
    expect(y + height, "a node below the buttons").toBeLessThanOrEqual(foot.y);
  }
  await expect(page.getByRole("button", { name: "Play", exact: true }).first()).toBeInViewport();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(667);
  expect(await audit(page)).toEqual([]);
});
