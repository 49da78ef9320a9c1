// A protocol of another crate, the one of the documentation's front page, in the page: it is in the picker, runs, is told in
// sentences, gone back in and broken, and nothing in `www/` has ever heard of it.
import { readFileSync, readdirSync } from "node:fs";
import { serveSite } from "./another-crate.mjs";
import { looksRight } from "./looks.mjs";
import {
  button,
  element,
  eventNumber,
  opens,
  openText,
  playsUntil,
  protocols,
  replica,
  script,
  state,
} from "./page.mjs";
import { expect, path, test } from "./playground.mjs";

const source = readFileSync(path("tests/rumors/protocol.rs"), "utf8");
/** What the descriptor in the source says. */
const said = (field) => new RegExp(`\\b${field}: "([^"]*)"`).exec(source)[1];
const [id, name] = [said("id"), said("name")];

let site;
test.beforeAll(async () => {
  site = await serveSite();
});
test.afterAll(() => site.close());

test("the page's own sources have no word of it", () => {
  for (const file of readdirSync(path("www/element/src"), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    expect(readFileSync(`${file.parentPath}/${file.name}`, "utf8").toLowerCase(), file.name).not.toContain(id);
  }
});

/** Chooses it by its name, as a person would. */
async function chooses(page) {
  await opens(page, site.address);
  await page.getByLabel("Protocol").selectOption({ label: name });
  await expect.poll(() => script(page)).toContain(`protocol ${id}`);
}

const told = (page) => page.getByRole("region", { name: "What happened and why" });
const transport = (page, label) => page.locator("cp-transport").getByRole("button", { name: label, exact: true });

test("it is in the picker, runs, is shown and is told", async ({ page, troubles }) => {
  await chooses(page);
  expect(await protocols(page)).toContain(id);
  // Nobody wrote a first scenario: it is made of the first command.
  expect(await script(page)).toContain("request tell hello");
  await playsUntil(page, ({ finished }) => finished, 1);
  const after = await state(page);
  expect(after.violations).toEqual([]);
  expect(after.decisions.map(({ value }) => value)).toEqual(["hello"]);
  // The sentence, and where the paper says so.
  await element(page).evaluate((one) => one.run.seek(7));
  await expect(told(page)).toContainText(/Replica \d hears a new rumor from .+ and tells all its neighbors\./);
  await expect(told(page)).toContainText("§1.4");
  await replica(page, 1).click();
  await expect(page.locator("cp-inspector")).toContainText("hello");
  await looksRight(page, "another-crate");
  expect(troubles).toEqual([]);
});

test("it is stepped, gone back in, and comes out the same", async ({ page }) => {
  await chooses(page);
  const hashAt = (event) =>
    element(page).evaluate(async (one, place) => {
      await one.run.seek(place);
      return one.run.ask("traceHash");
    }, event);
  await playsUntil(page, ({ finished }) => finished, 1);
  const end = await eventNumber(page);
  const hash = await hashAt(end);
  await transport(page, "Step back").click();
  await expect.poll(() => eventNumber(page)).toBe(end - 1);
  await transport(page, "Previous milestone").click();
  await expect.poll(() => eventNumber(page)).toBeLessThan(end - 1);
  await expect(told(page)).toContainText("new rumor");
  await playsUntil(page, ({ finished }) => finished, 1);
  expect(await eventNumber(page)).toBe(end);
  expect(await hashAt(end)).toBe(hash);
});

test("it is broken by click: a crashed replica hears nothing, a parted network spreads nothing", async ({ page }) => {
  await opens(page, site.address);
  await openText(page, `protocol ${id}\nreplicas 6\nseed 1\nnetwork topology ring\n`);
  await replica(page, 2).click();
  await page
    .getByRole("group", { name: /^What to do to/ })
    .getByRole("button", { name: "Crash", exact: true })
    .click();
  await expect(replica(page, 2)).toHaveClass(/crashed/);
  await element(page).evaluate((one) => one.act("partition 1 2 6 | 3 4 5"));
  await page.getByLabel("Request", { exact: true }).fill("tell secret");
  await button(page, "Send").click();
  await playsUntil(page, ({ flights, now }) => now > 1_000_000 && flights.length === 0, 10);
  const { flights, decisions, nodes } = await state(page);
  expect(flights).toEqual([]);
  expect(decisions.length).toBe(1);
  const known = nodes
    .filter(({ replica: shown }) => JSON.stringify(shown).includes("secret"))
    .map(({ id: who }) => who);
  expect(known).toEqual(["1", "6"]);
});

test("of a thousand replicas, the panels tell of the chosen one and its neighbors", async ({ page, troubles }) => {
  await opens(page, site.address);
  await openText(page, `protocol ${id}\nreplicas 1000\nseed 1\nnetwork topology random 4\nrequest tell hello\n`);
  await playsUntil(page, ({ decisions, flights }) => decisions.length > 0 && flights.length > 300, 0.005);
  const shown = () =>
    element(page).evaluate(({ run, renderRoot }) => ({
      near: run.near.ids,
      // Of whom the engine has told more than what they are.
      told: run.replicas.filter(({ replica }) => replica.structures.length > 0).map(({ id: who }) => who),
      lanes: [...new Set((renderRoot.querySelector("cp-space-time").held?.events ?? []).map(({ node }) => node))],
    }));
  const chooses = (who) => element(page).evaluate(({ run }, chosen) => run.select(chosen), who);
  const asked = page.locator("cp-palette label.whom select").first();
  for (const who of ["1", "17"]) {
    await chooses(who);
    await expect.poll(async () => (await shown()).near).toContain(who);
    const { near } = await shown();
    expect(near.length).toBe(5);
    await expect(page.locator("cp-inspector")).toContainText(`Replica ${who} and its 4 neighbors, of 1,000.`);
    await expect.poll(async () => (await shown()).told.every((one) => near.includes(one))).toBe(true);
    await expect.poll(async () => (await shown()).lanes.every((one) => one === "c1" || near.includes(one))).toBe(true);
    const choices = await asked.locator("option").evaluateAll((all) => all.map(({ value }) => value));
    expect(choices).toEqual(["all", ...near]);
  }
  // Who started it knows the word, and what it holds came with its being chosen.
  await chooses("1");
  await expect.poll(async () => (await shown()).told).toContain("1");
  await expect.poll(async () => (await shown()).lanes).toContain("1");
  await looksRight(page, "a-thousand");
  expect(troubles).toEqual([]);
});

test("blocks of a tree are drawn with their forks, tips as rivals, and both can be read as text", async ({
  page,
  troubles,
}) => {
  await opens(page, site.address);
  await openText(
    page,
    "protocol chain\nreplicas 6\nseed 3\nset block-time 300ms\nnetwork topology ring\nnetwork latency 150ms..300ms\nrun 8s\n",
  );
  await playsUntil(page, ({ finished }) => finished, 1);
  const inspector = page.locator("cp-inspector");
  const tree = inspector.getByRole("region", { name: "The tree of blocks" });
  const blocks = await tree.locator("rect").count();
  expect(blocks).toBeGreaterThan(10);
  // As many lines as blocks that stand on another, and more than one row: there are forks.
  const rows = await tree.locator("rect").evaluateAll((all) => new Set(all.map((one) => one.getAttribute("y"))).size);
  expect(rows).toBeGreaterThan(1);
  expect(await tree.locator("path").count()).toBeGreaterThanOrEqual(blocks - rows);
  await inspector.getByText("As a list").click();
  await expect(inspector.locator(".blocks li")).toHaveCount(blocks);
  await expect(inspector.locator(".blocks li").first()).toContainText(/\d+ by \d.*known to/);
  await expect(inspector.locator("table.values tbody tr").first()).toContainText(/\d+ by \d/);
  await looksRight(page, "a-tree");
  expect(troubles).toEqual([]);
});
