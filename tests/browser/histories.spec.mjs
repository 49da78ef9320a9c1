// Client histories and the lab: a chart of lanes with its table, the operation that has no place, elections measured.
import { expect, test } from "./playground.mjs";
import { audit, eventNumber, opens, openText, state } from "./page.mjs";

const AMNESIA = `protocol raft
replicas 3
seed 3
at 0s request put x 1
at 1s request put x 2 from c2
at 2s crash all
restart all disk lost
at 3s request get x
run 2s
expect violation linearizability
`;

async function finishes(page, text) {
  await openText(page, text);
  // It stops by itself where a property breaks: there it is told to go on.
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

const unfold = (page, name) => page.locator("cp-inspector details.fold > summary", { hasText: name }).click();

test("the operation that no order explains is crossed out and named, and leads to its event", async ({ page }) => {
  await opens(page);
  await finishes(page, AMNESIA);
  await unfold(page, "Client histories");
  const panel = page.locator("cp-histories");
  await expect(panel.getByText("No order explains get x of c1: it was told nothing.")).toBeVisible();
  await expect(panel.locator(".bar")).toHaveCount(3);
  await expect(panel.locator(".cross")).toHaveCount(1);
  await expect(panel.locator(".point")).toHaveCount(2);
  await expect(panel.locator(".span")).toHaveCount(3);
  await panel.getByText("As a table").click();
  await expect(panel.getByRole("row")).toHaveCount(4);
  const broken = (await state(page)).violations.find((one) => one.property === "linearizability");
  await panel.getByRole("button", { name: "get x" }).click();
  await expect.poll(() => eventNumber(page)).toBe(broken.event);
  await audit(page);
});

test("elections are measured in a worker, with progress, a plot and a table, and can be cancelled", async ({
  page,
}) => {
  await opens(page);
  await openText(page, "protocol raft\nseed 1\nrun 1s\n");
  await unfold(page, "Lab: elections");
  const lab = page.locator("cp-elections");
  await lab.getByRole("button", { name: "Measure" }).click();
  await expect(lab.getByRole("progressbar")).toBeVisible();
  await expect(lab.locator(".plot canvas").first()).toBeVisible({ timeout: 50_000 });
  await lab.getByRole("button", { name: "Cancel" }).click();
  await expect(lab.getByRole("button", { name: "Measure again" })).toBeVisible();
  expect(await lab.locator("tr").count()).toBeGreaterThan(1);
  await audit(page);
});

test("costs are counted in a worker up to a hundred replicas, and every one is its formula's", async ({ page }) => {
  await page.goto("lab.html");
  const lab = page.locator("cp-growth");
  const [measure, cancel] = ["Measure", "Cancel"].map((name) => lab.getByRole("button", { name, exact: true }));
  await measure.click();
  await cancel.click();
  await lab.getByRole("button", { name: "Measure again" }).or(measure).click();
  await expect(cancel).toBeVisible();
  await expect(cancel).toBeHidden({ timeout: 50_000 });
  await expect(lab.locator(".plot canvas")).toHaveCount(4);
  await lab.getByText("As a table").first().click();
  const rows = lab.getByRole("table").first().getByRole("row");
  await expect(rows).toHaveCount(8);
  for (const row of await rows.all()) {
    const [size, ...figures] = await row.locator("th[scope=row], td").allTextContents();
    for (let place = 0; place < figures.length; place += 2) {
      expect(Number(figures[place]), `with ${size}`).toBeGreaterThan(0);
      expect(figures[place], `with ${size}`).toBe(figures[place + 1]);
    }
  }
  await audit(page);
});
