// A search for a schedule that breaks something, from the page: by keys alone, to an answer, and out of it again.
import { readFileSync } from "node:fs";
import { expect, test } from "./playground.mjs";
import { audit, button, element, openText, opens, script, state } from "./page.mjs";

test.use({ drawers: "" });

const HALF = "protocol raft\nreplicas 4\nset quorum-of-half on\nrun 2s\n";
/** So many states that no search of all of them ends while a test runs. */
const SOUND = "protocol raft\nreplicas 3\nrun 2s\n";
const TINY = "protocol two-phase-commit\nreplicas 2\nrequest transaction hotel\n";

const panel = (page) => page.getByRole("dialog", { name: "Search for a failure" });
const answer = (page, name) => panel(page).getByRole("heading", { name });
const choice = (page, name) => panel(page).getByRole("combobox", { name, exact: true });
const field = (page, name) => panel(page).getByLabel(name, { exact: true });

/** Opens the panel by its key, from the picture. */
async function asks(page) {
  await page.locator(".view").focus();
  await page.keyboard.press("s");
  await expect(button(page, "Start")).toBeVisible();
}

/** Goes from stop to stop until that button has the focus. */
async function tabsTo(page, name) {
  for (let stop = 0; stop < 30; stop += 1) {
    await page.keyboard.press("Tab");
    if (await button(page, name).evaluate((one) => one.matches(":focus"))) return;
  }
  throw new Error(`no tab stop is called ${name}`);
}

test("a planted bug is found by keys alone, told step by step, and broken in the player", async ({
  page,
  troubles,
}) => {
  await opens(page);
  await openText(page, HALF);
  await asks(page);
  await expect(panel(page)).toBeFocused();
  expect(await audit(page)).toEqual([]);
  await tabsTo(page, "Start");
  await page.keyboard.press("Enter");
  await expect(answer(page, /^Found, in \d+ steps$/)).toBeFocused();
  await expect(panel(page)).toContainText("Election safety is broken.");
  const steps = panel(page).getByRole("list", { name: "Step by step" }).getByRole("listitem");
  const told = Number(/\d+/.exec(await answer(page, /^Found/).textContent())[0]);
  expect(told).toBeLessThanOrEqual(8);
  await expect(steps).toHaveCount(told);
  await expect(steps.first()).toContainText("fire election-timeout of");
  expect(await audit(page)).toEqual([]);
  await tabsTo(page, "Open");
  await page.keyboard.press("Enter");
  await expect(panel(page)).toBeHidden();
  await expect(page.locator(".view")).toBeFocused();
  expect(await script(page)).toContain("network manual");
  await element(page).evaluate(async (one) => {
    while (!(await one.state()).finished) await one.step();
  });
  expect((await state(page)).violations.map(({ property }) => property)).toContain("election-safety");
  // The answer is still there, and can be shared, too.
  await page.keyboard.press("s");
  await expect(answer(page, /^Found/)).toBeVisible();
  await button(page, "Share…").click();
  await expect(page.getByRole("dialog", { name: "Share" })).toBeFocused();
  expect(troubles).toEqual([]);
});

test("where all states within the bounds are sound, that is the answer, with the bounds", async ({ page }) => {
  await opens(page);
  await openText(page, TINY);
  await asks(page);
  await choice(page, "How to search").selectOption("breadth");
  await expect(field(page, "Crashes")).toHaveValue("1");
  await expect(field(page, "Requests")).toHaveValue("1");
  await field(page, "Crashes").fill("0");
  await field(page, "Times each timer fires").fill("0");
  await field(page, "Times each timer fires").press("Enter");
  await expect(answer(page, "Complete: nothing within these bounds")).toBeFocused();
  await expect(panel(page)).toContainText(/At most: 1 request, 0 firings of each timer/);
  expect(await audit(page)).toEqual([]);
  await button(page, "New search").click();
  await expect(button(page, "Start")).toBeFocused();
});

test("states that differ only in which replica is which are skipped, where replicas are alike", async ({ page }) => {
  const skip = "Skip states that differ only in which replica is which";
  const begins = async (text) => {
    await openText(page, text);
    await asks(page);
    await choice(page, "How to search").selectOption("breadth");
    await field(page, "Crashes").fill("0");
    await field(page, "Times each timer fires").fill("0");
    await panel(page).getByText("Each timer, and more").click();
  };
  const visited = async () => {
    const told = await panel(page)
      .getByText(/All [\d,]+ states/)
      .textContent();
    return Number(/All ([\d,]+) states/.exec(told)[1].replaceAll(",", ""));
  };
  await opens(page);
  await begins("protocol two-phase-commit\nreplicas 4\nrequest transaction hotel\n");
  await button(page, "Start").click();
  await expect(answer(page, "Complete: nothing within these bounds")).toBeFocused();
  const all = await visited();
  await button(page, "New search").click();
  await field(page, skip).check();
  expect(await audit(page)).toEqual([]);
  await button(page, "Start").click();
  await expect(answer(page, "Complete: nothing within these bounds")).toBeFocused();
  await expect(panel(page)).toContainText("states that differ only in which replica is which counted once");
  const some = await visited();
  expect(some).toBeLessThan(all / 2);
  expect(some).toBeGreaterThanOrEqual(all / 6);
  // Walks keep no states, and where nobody is alike, that is said.
  await button(page, "New search").click();
  await choice(page, "How to search").selectOption("swarm");
  await expect(field(page, skip)).toHaveCount(0);
  await button(page, "Close").click();
  await begins("protocol pbft\nreplicas 4\nrequest put x 1\n");
  await field(page, skip).check();
  await button(page, "Start").click();
  await expect(panel(page).getByRole("alert")).toContainText("PBFT treats no two replicas alike");
});

test("a search that fills its memory says how far it came, and goes on at random", async ({ page }) => {
  await opens(page);
  await openText(page, SOUND);
  await asks(page);
  await choice(page, "How to search").selectOption("breadth");
  await panel(page).getByText("Each timer, and more").click();
  await field(page, "Memory, in MB").fill("1");
  await field(page, "Memory, in MB").press("Enter");
  await expect(answer(page, "Memory full")).toBeFocused();
  await expect(panel(page)).toContainText(
    /Nothing was found in the [\d,]+ states visited, down to a depth of \d+ steps/,
  );
  expect(await audit(page)).toEqual([]);
  await button(page, "Search at random instead").click();
  await expect(panel(page)).toContainText("Schedules tried");
});

test("a search rests, goes on, and is left with its worker", async ({ page }) => {
  await opens(page);
  await openText(page, SOUND);
  await asks(page);
  await choice(page, "How to search").selectOption("breadth");
  const before = page.workers().length;
  await button(page, "Start").click();
  const states = async () => Number((await panel(page).locator("dd").first().textContent()).replace(/\D/g, ""));
  await expect(button(page, "Pause")).toBeFocused();
  await expect.poll(states).toBeGreaterThan(1000);
  expect(page.workers().length).toBe(before + 1);
  await button(page, "Pause").press("Enter");
  await expect(button(page, "Go on")).toBeFocused();
  await expect(panel(page)).toContainText("Paused.");
  await page.waitForTimeout(400);
  const rested = await states();
  await page.waitForTimeout(400);
  expect(await states()).toBe(rested);
  expect(await audit(page)).toEqual([]);
  await button(page, "Go on").click();
  await expect.poll(states).toBeGreaterThan(rested);
  // Closed, it rests; opened again, it is where it was.
  await page.keyboard.press("Escape");
  await expect(panel(page)).toBeHidden();
  await page.keyboard.press("s");
  await expect(button(page, "Go on")).toBeVisible();
  await button(page, "Cancel").click();
  await expect(panel(page)).toContainText(/Stopped\. Nothing found so far, in [\d,]+ states\./);
  await expect(button(page, "Start")).toBeFocused();
  await expect.poll(() => page.workers().length).toBe(before);
});

test("a condition that can't be read is told with the engine's words; one that can be reached is reached", async ({
  page,
}) => {
  await opens(page);
  await openText(page, SOUND);
  await asks(page);
  await choice(page, "Look for").selectOption("A condition of my own…");
  await field(page, "Condition").fill("1.rol = leader");
  await field(page, "Condition").press("Enter");
  await expect(panel(page).getByRole("alert")).toContainText("rol");
  await expect(field(page, "Condition")).toBeFocused();
  await expect(field(page, "Condition")).toHaveValue("1.rol = leader");
  expect(await audit(page)).toEqual([]);
  await field(page, "Condition").fill("2.role = leader");
  await field(page, "Condition").press("Enter");
  await expect(answer(page, /^Found/)).toBeFocused();
});

test("a run that fails is made shorter, and one that does not fail is said not to", async ({ page }) => {
  await opens(page);
  await openText(page, SOUND);
  await asks(page);
  await button(page, "Make it shorter").click();
  await expect(panel(page).getByRole("alert")).toBeVisible();
  await openText(
    page,
    `${HALF.replace("run 2s", "seed 3")}network manual\nfire election-timeout of 1\nfire election-timeout of 2
deliver request-vote from 1 to 3\ndeliver request-vote from 2 to 4\ndeliver request-vote from 1 to 4
deliver vote from 3 to 1\ndeliver vote from 4 to 2\nexpect violation election-safety\n`,
  );
  await button(page, "Make it shorter").click();
  await expect(panel(page)).toBeHidden();
  const steps = (await script(page)).match(/^(fire|deliver) /gm);
  expect(steps).toHaveLength(6);
});

test.describe("on a phone, in German", () => {
  test.use({ viewport: { width: 375, height: 812 }, locale: "de-DE" });

  test("nothing is clipped, and no word of it is English", async ({ page }) => {
    await opens(page);
    await openText(page, HALF);
    await page.locator(".view").focus();
    await page.keyboard.press("s");
    const search = page.getByRole("dialog", { name: "Nach einem Fehlerfall suchen" });
    await search.getByRole("button", { name: "Suchen", exact: true }).click();
    await expect(search.getByRole("heading", { name: /^Gefunden, in \d+ Schritten$/ })).toBeFocused();
    await expect(search.getByRole("button")).toHaveText([
      "Schließen",
      "Öffnen",
      "Teilen …",
      "Kopieren",
      "Herunterladen",
      "Lektion daraus machen",
      "Neue Suche",
    ]);
    const wide = await search.evaluate((one) => one.scrollWidth > one.clientWidth);
    expect(wide).toBe(false);
    expect(await audit(page)).toEqual([]);
  });
});

test("a run is kept undecided for as long as one wants, and goes on from there by hand", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "protocol raft\nreplicas 3\nrequest put x 1\nrun 2s\n");
  await asks(page);
  await choice(page, "Look for").selectOption({ label: "Keep it undecided" });
  await expect(choice(page, "How to search")).toHaveCount(0);
  await field(page, "Messages and timers to take care of").fill("30");
  expect(await audit(page)).toEqual([]);
  await button(page, "Start").click();
  await expect(answer(page, /^Kept undecided, for \d+ steps$/)).toBeVisible({ timeout: 30_000 });
  expect(await audit(page)).toEqual([]);
  await button(page, "Open").click();
  await element(page).evaluate(async (one) => {
    while (!(await one.state()).finished) await one.step();
  });
  expect((await state(page)).decisions).toEqual([]);
  await expect(page.getByText("✓ holds")).toBeAttached();
  expect(await script(page)).toContain("expect not decided 1");
  expect(troubles).toEqual([]);
});

test("what was found is made a lesson of, which opens and asks", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, HALF);
  await asks(page);
  await button(page, "Start").click();
  await expect(answer(page, /^Found/)).toBeVisible();
  const [file] = await Promise.all([page.waitForEvent("download"), button(page, "Make a lesson of it").click()]);
  expect(file.suggestedFilename()).toBe("found-lesson.md");
  await expect(panel(page)).toContainText("found-lesson.md is in your downloads. It is a draft");
  await page.goto("learn/open.html");
  await page.locator("input[type=file]").setInputFiles({
    name: "found-lesson.md",
    mimeType: "text/markdown",
    buffer: readFileSync(await file.path()),
  });
  await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
  await expect(page.getByText("election safety broken in 6 steps").first()).toBeVisible();
  expect(troubles).toEqual([]);
});
