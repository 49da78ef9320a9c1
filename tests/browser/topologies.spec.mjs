// How replicas are linked, as the page shows it: where they stand, which links it draws, and how the links are changed.
import { expect, test } from "./playground.mjs";
import { fold, openText, opens, script } from "./page.mjs";
import { looksRight } from "./looks.mjs";

const layout = (page) =>
  page.locator("cp-stage").evaluate((stage) => ({
    crowded: stage.layout.crowded,
    links: stage.layout.links.length,
    places: [...stage.layout.places].map(([id, { x, y, r }]) => ({
      id,
      x,
      y,
      r,
    })),
    width: stage.layout.width,
    height: stage.layout.height,
  }));

const open = (page, replicas, topology) =>
  openText(page, `protocol two-phase-commit\nreplicas ${replicas}\nseed 1\nnetwork topology ${topology}\n`);

for (const [replicas, topology, links, crowded] of [
  [5, "full", 10, false],
  [5, "ring", 5, false],
  [6, "star", 5, false],
  [12, "grid 4x3", 17, false],
  [40, "small-world 4 10%", 80, false],
  [200, "random 4", 400, true],
  [200, "ring", 200, true],
  [200, "star", 199, true],
]) {
  test(`${replicas} replicas as ${topology} stand apart, within the picture, with their links`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await opens(page);
    await open(page, replicas, topology);
    await expect.poll(async () => (await layout(page)).places.length).toBe(replicas);
    await expect.poll(async () => (await layout(page)).links).toBe(links);
    const seen = await layout(page);
    expect(seen.crowded).toBe(crowded);
    for (const { id, x, y, r } of seen.places) {
      expect(x - r, id).toBeGreaterThanOrEqual(0);
      expect(x + r, id).toBeLessThanOrEqual(seen.width);
      expect(y - r, id).toBeGreaterThanOrEqual(0);
      expect(y + r, id).toBeLessThanOrEqual(seen.height);
    }
    const meet = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < a.r + b.r;
    const pairs = seen.places.flatMap((a, place) => seen.places.slice(place + 1).filter((b) => meet(a, b)));
    expect(pairs).toEqual([]);
  });
}

test("dots are reached by keys and by pointer, and an audit finds nothing", async ({ page, troubles }) => {
  await opens(page);
  await open(page, 200, "random 4");
  const list = page.getByRole("listbox");
  await expect(list).toBeAttached();
  await list.focus();
  await list.press("End");
  await expect(list.getByRole("option")).toHaveAttribute("aria-posinset", "200");
  await list.press("ArrowLeft");
  await list.press("Enter");
  await expect.poll(() => page.locator("consensus-playground").evaluate((one) => one.run.selected)).toBe("199");
  const { places } = await layout(page);
  const { x, y } = places.find(({ id }) => id === "17");
  await page.locator("cp-stage canvas").click({ position: { x, y } });
  await expect.poll(() => page.locator("consensus-playground").evaluate((one) => one.run.selected)).toBe("17");
  await looksRight(page, "topology-dots");
  expect(troubles).toEqual([]);
});

test("the topology is chosen in the palette, as a line of the scenario", async ({ page, troubles }) => {
  await opens(page);
  await open(page, 12, "ring");
  const choice = page.getByLabel("Topology");
  if (!(await choice.isVisible())) await fold(page, "Break the network").click();
  await expect(choice).toHaveValue("ring");
  await choice.selectOption("grid 4x3");
  await expect.poll(() => script(page)).toContain("network topology grid 4x3");
  await expect.poll(async () => (await layout(page)).links).toBe(17);
  await looksRight(page, "topology-grid");
  expect(troubles).toEqual([]);
});
