// What a person breaks by hand, and how the page shows what came of it. No test knows a protocol's name.
import { expect, test } from "./playground.mjs";
import * as the from "./page.mjs";

const { button, replica, state, script } = the;

test.afterEach(async ({ page }) => expect(await page.evaluate(() => window.refusals ?? [])).toEqual([]));

/** A replica's button in the partition's fold. */
const group = (page, id) => page.getByRole("button", { name: new RegExp(` ${id} ?: group [A-H]$`) });

/** A run that stands still, with messages waiting. */
async function byHand(page) {
  await the.opens(page);
  await the.untilInFlight(page);
  await page.getByLabel("Deliver messages only when I click them").check();
  await expect(page.getByRole("group", { name: "Only what you click" })).toBeVisible();
}

test("a replica loses its disk, gets a wrong clock, and stands still", async ({ page }) => {
  await the.opens(page);
  await page.getByLabel("Whom").selectOption("2");
  await expect(button(page, "Restart, disk lost")).toBeDisabled();
  await button(page, "Crash").click();
  await button(page, "Restart, disk lost").click();
  await expect(replica(page, 2)).toHaveClass(/\bup\b/);
  await page.getByLabel("Clock rate").selectOption("0.5");
  await button(page, "Set clock").click();
  await button(page, "Pause").click();
  await expect(replica(page, 2)).toHaveClass(/paused/);
  await button(page, "Resume").click();
  await expect(replica(page, 2)).toHaveClass(/\bup\b/);
  expect(await script(page)).toMatch(/crash 2[^]*restart 2 disk lost[^]*clock 2 0.5\d*x[^]*pause 2[^]*resume 2/);
});

test("the network is parted into three groups by letters, and healed", async ({ page }) => {
  await the.opens(page);
  await expect(button(page, "Partition")).toBeDisabled();
  await group(page, 1).click();
  await group(page, 2).click();
  await group(page, 2).click();
  await button(page, "Partition").click();
  await expect.poll(async () => (await state(page)).groups.length).toBe(3);
  await button(page, "Heal").click();
  await expect.poll(async () => (await state(page)).groups.length).toBe(0);
});

test("a wall is dragged across the picture; a second one parts further", async ({ page }) => {
  await the.opens(page);
  const drag = async (from, to) => {
    const box = await page.locator("cp-stage").boundingBox();
    await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 5 });
    await page.mouse.up();
  };
  await drag([0.02, 0.05], [0.98, 0.93]);
  await expect.poll(async () => (await state(page)).groups.length).toBe(2);
  await drag([0.02, 0.93], [0.98, 0.05]);
  await expect.poll(async () => (await state(page)).groups.length).toBeGreaterThan(2);
});

test("one direction is cut, slowed, and made to lose and to double", async ({ page }) => {
  await the.opens(page);
  await page.getByText("One direction only").click();
  await page.getByLabel("From", { exact: true }).selectOption("2");
  await page.getByLabel("To", { exact: true }).selectOption("1");
  await button(page, "Cut this direction").click();
  await expect.poll(async () => (await state(page)).cuts).toEqual([["2", "1"]]);
  const form = page.locator("cp-link");
  await form.getByLabel("Latency").fill("70ms..90ms");
  await form.getByLabel("Loss, %").fill("3");
  await form.getByLabel("Duplication, %").fill("4");
  await button(page, "Set this direction").click();
  await expect.poll(() => script(page)).toMatch(/network 2 -> 1 latency 70ms..90ms loss 3% duplicate 4%/);
});

test("a message is delayed, doubled and delivered from the bar under the picture", async ({ page }) => {
  await the.opens(page);
  await the.untilInFlight(page);
  const first = page.locator("button[data-message]").first();
  const id = Number(await first.getAttribute("data-message"));
  const flight = async () => (await state(page)).flights.find((one) => one.id === id);
  const { due } = await flight();
  await first.click();
  const what = page.getByRole("group", { name: /^What to do to the message/ });
  await what.getByRole("button", { name: "Delay by 50ms" }).click();
  await expect.poll(async () => (await flight()).due).toBe(due + 50_000);
  const before = (await state(page)).flights.length;
  await what.getByRole("button", { name: "Duplicate" }).click();
  await expect.poll(async () => (await state(page)).flights.length).toBe(before + 1);
  await what.getByRole("button", { name: "Deliver now" }).click();
  await expect.poll(flight).toBe(undefined);
  await expect(what).toHaveCount(0);
});

test("time stands still until it is told to go on", async ({ page }) => {
  await byHand(page);
  const { now, flights } = await state(page);
  await button(page, "Deliver the oldest").click();
  const oldest = Math.min(...flights.map((one) => one.id));
  await expect.poll(async () => (await state(page)).flights.some((one) => one.id === oldest)).toBe(false);
  expect((await state(page)).now).toBe(now);
  await button(page, "Let time go on").click();
  await expect(page.getByRole("group", { name: "Only what you click" })).toHaveCount(0);
  expect(await script(page)).toMatch(/network manual[^]*deliver [^]*network automatic/);
});

test("in a small window the keyboard delivers, drops and never falls out of the list", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await byHand(page);
  const list = page.getByRole("list", { name: "Messages in flight" });
  await expect(list.locator('[data-message][tabindex="0"]')).toHaveCount(1);
  await list.locator('[data-message][tabindex="0"]').focus();
  await page.keyboard.press("ArrowDown");
  const second = list.locator("[data-message]").nth(1);
  await expect(second).toBeFocused();
  const id = Number(await second.getAttribute("data-message"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(list.getByRole("button", { name: "Drop", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await state(page)).flights.some((one) => one.id === id)).toBe(false);
  await expect(list.locator("[data-message]:focus")).toHaveCount(1);
});

test("replicas are one tab stop, and the arrows go from one to the next", async ({ page }) => {
  await the.opens(page);
  await expect(page.locator('[data-node][tabindex="0"]')).toHaveCount(1);
  await page.locator('[data-node][tabindex="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("[data-node]").nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.locator("[data-node]").last()).toBeFocused();
  await expect(page.locator('[data-node][tabindex="0"]')).toHaveCount(1);
});

test("one is made a traitor, and all are honest again", async ({ page }) => {
  await the.opens(page);
  await the.fold(page, "Traitors").click();
  const traitors = page.locator("details.fold", { hasText: "Traitors" });
  await traitors.getByLabel("Who lies").selectOption("1");
  await traitors.getByRole("button", { name: "Byzantine", exact: true }).click();
  await expect(replica(page, 1)).toHaveAccessibleName(/byzantine/);
  await traitors.getByRole("button", { name: "All honest" }).click();
  await expect(replica(page, 1)).not.toHaveAccessibleName(/byzantine/);
});

test("who has voted, who may still and who can't is told for every vote", async ({ page }) => {
  await the.opens(page);
  const pending = ({ nodes }) => nodes.some((node) => node.health === "up" && node.replica.tallies.length > 0);
  for (let steps = 0; steps < 100 && !pending(await state(page)); steps += 1)
    await the.element(page).evaluate((one) => one.step());
  const { nodes } = await state(page);
  const at = nodes.find((node) => node.health === "up" && node.replica.tallies.length > 0);
  const [tally] = at.replica.tallies;
  const others = nodes.filter((node) => node !== at).map((node) => node.id);
  const row = page.locator("table.votes tbody tr").first();
  await expect(row).toContainText(`${tally.votes.length} of ${tally.needed}`);
  await expect(row).toContainText(`counted: ${tally.votes.join(", ") || "none"}`);
  await expect(row).toContainText("crashed or cut off: none");
  await the.act(page, `partition ${at.id} | ${others.join(" ")}`);
  await expect(row).toContainText("still possible: none");
  await expect(row).toContainText("no quorum within reach");
});

test("a red badge leads to the event, the facts, the replicas and the causes", async ({ page }) => {
  await the.opens(page);
  expect(await the.opensViolation(page)).toBe(true);
  const [violation] = (await state(page)).violations;
  await page.locator("cp-badges .bad").first().click();
  const evidence = page.getByRole("region", { name: "Evidence" });
  await expect(evidence).toContainText(violation.text.slice(1, -1));
  expect(await the.eventNumber(page)).toBe(violation.event);
  for (const node of violation.nodes) await expect(replica(page, node)).toHaveClass(/concerned/);
  await expect(evidence.getByRole("button").filter({ hasText: `#${violation.evidence[0]}` })).toBeVisible();
  await evidence
    .getByRole("button")
    .filter({ hasText: `#${violation.evidence[0]}` })
    .click();
  await expect.poll(() => the.eventNumber(page)).toBe(violation.evidence[0]);
  const current = evidence.locator('button[aria-current="true"]').first();
  await expect(current).toContainText(`#${violation.evidence[0]} `);
  await expect(evidence).toBeVisible();
  await evidence.getByText("How did we get here?").click();
  await evidence.locator("details li button").last().click();
  await expect.poll(() => the.eventNumber(page)).toBeLessThan(violation.event);
  expect(await the.audit(page)).toEqual([]);
  await evidence.getByRole("button", { name: "Close" }).click();
  await expect(page.locator("[data-node].concerned")).toHaveCount(0);
});

test("events that come in one moment are gone to one by one, forth and back, each with its own reason", async ({
  page,
}) => {
  await the.opens(page);
  const [head] = (await script(page)).match(/^protocol .*/m);
  await the.openText(page, `${head}\nreplicas 3\nseed 1\nnetwork manual\n`);
  const first = await the.eventNumber(page);
  await button(page, "Send").click();
  // By hand, a request and its arrival are one act, and two events.
  await expect.poll(() => the.eventNumber(page)).toBe(first + 2);
  const whole = page.locator("cp-narrator strong");
  await expect(whole).toHaveText(/receives a “request” message from client c1/);
  await page.locator("cp-transport").getByRole("button", { name: "Step back" }).click();
  await expect.poll(() => the.eventNumber(page)).toBe(first + 1);
  await expect(whole).toHaveText(/you asked for/);
  await expect(page.getByLabel("Time and event")).toContainText(`event ${first + 1} of ${first + 2}`);
  await expect(page.locator('cp-events [aria-current="true"]')).toContainText(`#${first + 1} `);
  await page.locator("cp-transport").getByRole("button", { name: "Step back" }).click();
  await expect.poll(() => the.eventNumber(page)).toBe(first);
  for (const more of [1, 2]) {
    await page.locator("cp-transport").getByRole("button", { name: "Step", exact: true }).click();
    await expect.poll(() => the.eventNumber(page)).toBe(first + more);
  }
  await expect(whole).toHaveText(/receives a “request” message from client c1/);
});

test("every fact against a property is gone to exactly, wherever it lies", async ({ page }) => {
  test.setTimeout(120_000);
  await the.opens(page);
  const breaking = (await the.gallery(page)).filter(({ text }) => /^expect violation/m.test(text));
  const missed = await page.locator("consensus-playground").evaluate(async (one, scenarios) => {
    const missed = [];
    let facts = 0;
    for (const { file, text } of scenarios) {
      await one.open(text);
      const broken = async () => (await one.state()).violations;
      for (let piece = 0; piece < 200 && (await broken()).length === 0; piece += 1)
        await one.run.client.call("run", 50_000);
      for (const { event, evidence } of (await broken()).slice(0, 1))
        for (const fact of [event, ...evidence]) {
          await one.seek(fact);
          facts += 1;
          if (one.event !== fact) missed.push(`${file}: ${fact} leads to ${one.event}`);
        }
    }
    return { facts, missed };
  }, breaking);
  expect(missed.facts).toBeGreaterThan(60);
  expect(missed.missed).toEqual([]);
});

test("what an event changed stands in a table, and its causes can be gone back to", async ({ page }) => {
  await the.opens(page);
  await the.playsUntil(page, ({ decisions }) => decisions.length > 0);
  const [{ event }] = (await state(page)).decisions;
  await page.locator("consensus-playground").evaluate((one, id) => one.seek(id), event);
  await expect(page.locator("table.difference")).toContainText(`After event ${event}`);
  expect(await page.locator("table.difference tbody tr").count()).toBeGreaterThan(0);
  const narrator = page.locator("cp-narrator");
  await narrator.getByText("How did we get here?").click();
  await narrator.locator("li button").nth(1).click();
  await expect.poll(() => the.eventNumber(page)).toBeLessThan(event);
});

// The table of the papers: messages between replicas and message delays to the first decision, in a calm network.
const COSTS = [
  { look: "2n(n - 1)", messages: (n) => 2 * n * (n - 1), delays: 3 },
  { look: "2 (n - 1)", messages: (n) => 2 * (n - 1), delays: 2 },
];

test("the last decision's costs are counted beside the paper's", async ({ page }) => {
  await the.opens(page);
  let seen = 0;
  for (const protocol of await the.protocols(page)) {
    await page.getByLabel("Protocol").selectOption(protocol);
    await expect.poll(() => script(page)).toContain(`protocol ${protocol}`);
    const paper = (await page.locator("cp-costs p").allTextContents()).join(" ");
    const known = COSTS.find(({ look }) => paper.includes(look));
    if (!known) continue;
    const head = (await script(page)).split("\n").filter((line) => /^(protocol|replicas|seed)\b/.test(line));
    const example = await page.getByLabel("Request", { exact: true }).inputValue();
    // All links alike and none lossy, so that no heartbeat comes between; the request once somebody leads.
    const calm = [...head, "network latency 5ms..5ms", "run 600ms", `request ${example}`, "run 20ms"];
    await the.openText(page, calm.join("\n"));
    await the.playsUntil(page, ({ finished }) => finished, 1);
    expect((await state(page)).decisions.length).toBe(1);
    const [{ event }] = (await state(page)).decisions;
    const n = (await state(page)).nodes.length;
    const figures = page.locator("cp-costs dd");
    await expect(figures.nth(2)).toHaveText(String(known.messages(n)));
    await expect(figures.nth(3)).toHaveText(String(known.delays));
    await expect(page.locator("cp-costs button")).toHaveText(`Decided at event ${event}`);
    seen += 1;
  }
  expect(seen).toBe(COSTS.length);
});

test("in a small window the first picture invites, in sight above the transport", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await the.opens(page);
  for (const protocol of await the.protocols(page)) {
    await page.getByLabel("Protocol").selectOption(protocol);
    await expect.poll(() => script(page)).toContain(`protocol ${protocol}`);
    const asks = await page.locator(".fresh").boundingBox();
    const choices = await page.getByRole("radio").all();
    if (choices.length === 0) await expect(page.getByText("What will happen?")).toBeVisible();
    for (const one of choices) await expect(one).toBeInViewport();
    const transport = await page.locator("cp-transport").boundingBox();
    expect(asks.y + asks.height).toBeLessThanOrEqual(transport.y);
  }
});

for (const [width, height] of [
  [1280, 800],
  [375, 812],
]) {
  test(`two hundred buttons don't overlap at ${width} pixels, and clients' words are whole`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await the.opens(page);
    const [head] = (await script(page)).match(/^protocol .*/m);
    await the.act(page, `request ${await page.getByLabel("Request", { exact: true }).inputValue()}`);
    const caption = await page.locator('[data-node^="c"] .caption').first().boundingBox();
    const stage = await page.locator("cp-stage").boundingBox();
    expect(caption.x).toBeGreaterThanOrEqual(stage.x);
    expect(caption.x + caption.width).toBeLessThanOrEqual(stage.x + stage.width);
    expect(caption.y + caption.height).toBeLessThanOrEqual(stage.y + stage.height + 1);
    await the.openText(page, `${head}\nreplicas 200\nseed 1\n`);
    await expect(page.locator("[data-node]")).toHaveCount(200);
    const overlaps = await page.evaluate(() => {
      const inside = (root) => [
        root,
        ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? inside(one.shadowRoot) : [])),
      ];
      const boxes = inside(document)
        .flatMap((root) => [...root.querySelectorAll("[data-node]")])
        .map((one) => one.getBoundingClientRect());
      const meet = (a, b) =>
        a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
      return boxes.filter((a, place) => boxes.slice(place + 1).some((b) => meet(a, b))).length;
    });
    expect(overlaps).toBe(0);
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`an audit finds nothing in what is broken by hand (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await byHand(page);
    for (const name of ["Traitors", "Options"]) await the.fold(page, name).click();
    await page.getByText("One direction only").click();
    await page.locator("button[data-message]").first().click();
    await button(page, "Deliver the oldest").click();
    await group(page, 1).click();
    await button(page, "Partition").click();
    expect(await the.audit(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 812 });
    expect(await the.audit(page)).toEqual([]);
  });
}
