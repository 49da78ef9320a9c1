// What the page shows of things that can't be seen from outside: twins, links of their own, votes on the way, and where
// in the source a rule is carried out.
import { expect, path, test } from "./playground.mjs";
import { act, audit, button, fold, openText, opens, protocols, replica, script } from "./page.mjs";

const ELECTION = "protocol raft\nreplicas 5\nseed 2\nnetwork latency 10ms..20ms\n";
/** To the end of the script, and not beyond. */
const finish = (page) =>
  page.locator("consensus-playground").evaluate(async (element) => {
    while (!(await element.state()).finished) await element.step();
  });
const step = (page, times = 1) =>
  page.locator("consensus-playground").evaluate(async (element, count) => {
    for (let steps = 0; steps < count; steps += 1) await element.step();
  }, times);

test("a traitor can be made two, and both are shown", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, `${ELECTION}fire election-timeout of 1\nrun 300ms\n`);
  await finish(page);
  await fold(page, "Traitors").click();
  await page.getByLabel("Way to misbehave").selectOption("twins");
  await page.getByRole("textbox", { name: "Towards" }).fill("2 3 c1 | 4 5 c2");
  await button(page, "Byzantine").click();
  await expect.poll(() => script(page)).toContain("byzantine leader twins 2 3 c1 | 4 5 c2");
  await expect(replica(page, 1).locator(".twin")).toHaveText("×2");
  await expect(page.locator("cp-palette")).toContainText("the second is shown to 4, 5");
  await act(page, "request put x 1 from c1");
  await act(page, "request put x 2 from c2");
  await replica(page, 1).click();
  await step(page, 2);
  const inspector = page.locator("cp-inspector");
  await expect(inspector.getByRole("heading", { name: /first incarnation/ })).toBeVisible();
  await expect(inspector.getByRole("heading", { name: /second incarnation/ })).toBeVisible();
  await expect(inspector).toContainText("Shown to 4, 5, c2; all others see the first.");
  await expect(replica(page, 1)).toContainText("two incarnations of one name");
  expect(await audit(page)).toEqual([]);
  await button(page, "All honest").click();
  await expect(replica(page, 1).locator(".twin")).toHaveCount(0);
  await expect(inspector.getByRole("heading", { name: /incarnation/ })).toHaveCount(0);
  expect(troubles).toEqual([]);
});

// A value may be chosen and nobody may know: then the rows of the grid show it, and no replica's own state does.
const CHOSEN_UNKNOWN = `protocol paxos
replicas 3
network manual
request propose red from c1 to 1
deliver prepare from 1 to 2
deliver promise from 2 to 1
deliver accept from 1 to 2
crash 1
request propose blue from c2 to 3
deliver prepare from 3 to 2
`;

test("a grid of epochs and replicas shows what was chosen, known or not", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, CHOSEN_UNKNOWN);
  await finish(page);
  const grid = page.getByRole("region", {
    name: "What each replica did in each ballot",
  });
  await expect(grid.getByRole("columnheader")).toHaveText(["Ballot", "1", "2", "3", "Chosen"]);
  await expect(grid.getByRole("rowheader")).toHaveText(["1.1", "1.3"]);
  const row = (name) => grid.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell");
  await expect(row("1.1")).toHaveText(["red", "red", "", "red"]);
  await expect(row("1.3")).toHaveText(["", "promised", "promised", "0 of 2"]);
  await expect(grid.getByTitle("red, chosen")).toHaveCount(2);
  await expect(page.locator("table.values tbody tr").first().getByRole("cell").last()).toHaveText("nobody");
  expect(await audit(page)).toEqual([]);
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(grid.getByRole("rowheader").first()).toBeVisible();
  expect(troubles).toEqual([]);
});

test("links and clocks that differ are listed, and each can be reset", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, `${ELECTION}cut 1 -> 2\nnetwork 3 -> 4 latency 80ms loss 5%\nclock 5 1.5x\nrun 50ms\n`);
  await finish(page);
  const list = page.getByRole("list", { name: "Links that differ" });
  await expect(list.getByRole("listitem")).toHaveText([/1 → 2: cut/, /3 → 4: 80(\.0)? ms, loss 5/]);
  await expect(page.locator("cp-palette")).toContainText("Clocks: 5 at 1.5×");
  await expect(replica(page, 5)).toContainText("clock at 1.5×");
  expect(await audit(page)).toEqual([]);
  await page.getByRole("button", { name: /^Reset 3 → 4/ }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: /^Reset 1 → 2/ }).click();
  await expect(list).toHaveCount(0);
  await button(page, "Reset").click();
  await expect(page.locator("cp-palette")).not.toContainText("Clocks:");
  const written = await script(page);
  for (const line of ["heal 1 -> 2", "network 3 -> 4 latency 10ms..20ms loss 0% duplicate 0%", "clock 5 1.00x"])
    expect(written).toContain(line);
  expect(troubles).toEqual([]);
});

test("votes on the way are told from those that may still come", async ({ page }) => {
  await opens(page);
  const head = "protocol raft\nreplicas 5\nnetwork manual\nfire election-timeout of 1\ncrash 5\n";
  await openText(page, `${head}deliver request-vote to 2\ndeliver request-vote to 3\ndeliver vote from 3\n`);
  await finish(page);
  const votes = page.locator("cp-inspector .votes tbody tr");
  await expect(votes).toHaveCount(1);
  await expect(votes).toContainText("counted: 1, 3; on the way: 2; still possible: 4; crashed or cut off: 5");
  await expect(replica(page, 1)).toContainText("2 of 3, vote for term 1, 1 on the way");
  await expect(replica(page, 1).locator(".votes i.coming")).toHaveCount(1);
});

test("a refusal on the way is no vote on the way", async ({ page }) => {
  await opens(page);
  const head = "protocol raft\nreplicas 3\nnetwork manual\nfire election-timeout of 1\nfire election-timeout of 2\n";
  await openText(page, `${head}deliver request-vote from 1 to 2\n`);
  await finish(page);
  await expect(page.locator("cp-inspector .votes tbody tr").first()).toContainText("on the way: none");
});

test("every rule of every protocol has its line in the source, and it is shown", async ({ page }) => {
  const { ruleSources } = await import("../../www/site/build/sources.ts");
  const found = ruleSources(path("."));
  await opens(page);
  const all = await page
    .locator("consensus-playground")
    .evaluate((element) => element.run.library.protocols.map(({ id, rules }) => [id, rules.map((rule) => rule.name)]));
  expect(all.length).toBe((await protocols(page)).length);
  for (const [id, names] of all) {
    const known = Object.values(found.lines[id] ?? {}).flatMap((rules) => Object.keys(rules));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  }
  await openText(page, `${ELECTION}fire election-timeout of 1\n`);
  await finish(page);
  const line = page.locator("cp-inspector .rules .lit .source").first();
  await expect(line).toHaveText(/^src\/protocols\/raft\/\w+\.rs:\d+$/);
  await page
    .locator("consensus-playground")
    .evaluate((element) => element.setAttribute("source-base", "https://example.org/it/blob/main"));
  await step(page);
  const link = page.locator("cp-inspector .rules .lit a.source").first();
  await expect(link).toHaveAttribute(
    "href",
    /^https:\/\/example\.org\/it\/blob\/main\/src\/protocols\/raft\/\w+\.rs#L\d+$/,
  );
  // Nothing but an address may come out of the attribute.
  await page
    .locator("consensus-playground")
    .evaluate((element) => element.setAttribute("source-base", "javascript:1/"));
  await step(page);
  await expect(page.locator("cp-inspector .rules a.source")).toHaveCount(0);
});

test("a finger draws a wall where it was asked to, and else scrolls", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 375, height: 812 },
    hasTouch: true,
  });
  const page = await context.newPage();
  await opens(page);
  await openText(page, `${ELECTION}run 1ms\n`);
  const cdp = await context.newCDPSession(page);
  // Upwards where it scrolls: sideways a browser may go back in its history.
  const drag = async (places) => {
    const box = await page.locator("cp-stage canvas").boundingBox();
    const at = ([x, y]) => [{ x: box.x + box.width * x, y: box.y + box.height * y }];
    const touch = (type, touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touch("touchStart", at(places[0]));
    for (const place of places.slice(1)) await touch("touchMove", at(place));
    await touch("touchEnd", []);
  };
  const [up, across] = [[0.95, 0.6, 0.3].map((y) => [0.04, y]), [0.02, 0.5, 0.95].map((x) => [x, 0.45])];
  await drag(up);
  expect(await script(page)).not.toContain("partition");
  await page.getByRole("button", { name: "Break", exact: true }).tap();
  await page.getByRole("button", { name: "Draw a wall by finger" }).tap();
  await expect(page.getByRole("button", { name: "Now draw a line across the picture" })).toBeVisible();
  await expect(page.locator("cp-stage canvas")).toBeInViewport({ ratio: 0.9 });
  await drag(across);
  await expect.poll(() => script(page)).toMatch(/partition [\d ]+ \| [\d ]+/);
  await expect(page.getByRole("button", { name: "Draw a wall by finger" })).toBeAttached();
  await drag(up);
  expect((await script(page)).match(/partition/g)).toHaveLength(1);
  await context.close();
});
