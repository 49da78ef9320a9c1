// The page in use: everything here goes through what a person sees and presses. No test knows a protocol's name.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { gallery, scenarioList, some, untilInFlight } from "./page.mjs";
import { expect, test } from "./playground.mjs";

const axeSource = await readFile(
  createRequire(new URL("../../www/package.json", import.meta.url)).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** Opens the playground and waits for a picture. Refusals of the content policy count as troubles. */
async function opens(page, address = "play.html") {
  await page.addInitScript(() => {
    window.refusals = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refusals.push(event.violatedDirective));
  });
  await page.goto(address);
  await expect(page.locator('consensus-playground[data-engine="ready"]').first()).toBeAttached();
  await expect(page.locator("[data-node]").first()).toBeVisible();
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
/** A button of the transport: others in the page may have its name too. */
const transport = (page, name) => page.locator("cp-transport").getByRole("button", { name, exact: true });
const replica = (page, id) => page.locator(`button[data-node="${id}"]`);
/** A part of the palette that is folded away at first. */
const fold = (page, name) => page.locator("cp-palette details.fold > summary", { hasText: name });
const readout = (page) => page.getByLabel("Time and event");
const eventNumber = async (page) => Number(/event (\d+)/.exec((await readout(page).textContent()) ?? "")?.[1]);
const setSpeed = (page, speed) =>
  page.locator("consensus-playground").evaluate((element, value) => (element.speed = value), speed);
const state = (page) => page.locator("consensus-playground").evaluate((element) => element.state());
const script = (page) => page.locator("consensus-playground").evaluate((element) => element.script());

/** Plays until the picture shows who leads, then pauses. */
async function elects(page) {
  await setSpeed(page, 1);
  await transport(page, "Play").click();
  await expect(page.locator('button.node.up[data-look="lead"]').first()).toBeVisible({ timeout: 20_000 });
  await transport(page, "Pause").click();
}

/** Opens a text by the panel. */
async function openText(page, text) {
  await button(page, "Scenario text").click();
  await page.getByRole("textbox", { name: "Scenario text" }).fill(text);
  await button(page, "Open").click();
}

/** What an automatic audit finds, as short lines. */
async function audit(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.flat().join(" ")).slice(0, 3)}`);
  });
}

/** A calm network and one fault less than the example has: a run of the first protocol that a test can rely on. */
async function firstHead(page) {
  return (await script(page))
    .split("\n")
    .filter((line) => /^(protocol|replicas|seed)\b/.test(line))
    .join("\n");
}

test.afterEach(async ({ page, troubles }) => {
  expect(await page.evaluate(() => window.refusals ?? [])).toEqual([]);
  expect(troubles).toEqual([]);
});

test("it starts paused at time 0 with the timers wound up, and says what to do", async ({ page }) => {
  await opens(page);
  await expect(transport(page, "Play")).toBeVisible();
  const { now, nodes, flights } = await state(page);
  expect(now).toBe(0);
  expect(flights).toEqual([]);
  for (const { timers } of nodes) expect(timers.map(({ set, due }) => set === 0 && due > 0)).toEqual([true]);
  await expect(page.getByRole("group", { name: /^Guess: .*\?$/ }).getByRole("radio")).toHaveCount(2);
});

test("it plays until one leads, and stands still when paused", async ({ page }) => {
  await opens(page);
  await setSpeed(page, 1);
  await transport(page, "Play").click();
  await expect(page.locator('button.node.up[data-look="lead"]').first()).toBeVisible({ timeout: 20_000 });
  await transport(page, "Pause").click();
  // What was asked for before the pause is shown after it: a busy machine takes a few frames for that.
  const went = async () => {
    const before = await eventNumber(page);
    await page.waitForTimeout(400);
    return (await eventNumber(page)) - before;
  };
  await expect.poll(went, { timeout: 2_000 }).toBe(0);
});

test("one step is one event, and one back undoes it", async ({ page }) => {
  await opens(page);
  const before = await eventNumber(page);
  await transport(page, "Step").click();
  await expect.poll(() => eventNumber(page)).toBe(before + 1);
  await transport(page, "Step back").click();
  await expect.poll(() => eventNumber(page)).toBe(before);
  await transport(page, "Next milestone").click();
  await expect.poll(() => eventNumber(page)).toBeGreaterThan(before);
  await transport(page, "Restart").click();
  await expect.poll(() => eventNumber(page)).toBe(before);
});

test("a replica is crashed and restarted by a click on it", async ({ page }) => {
  await opens(page);
  await transport(page, "Step").click();
  await replica(page, 1).click();
  const what = page.getByRole("group", { name: /^What to do to/ });
  await what.getByRole("button", { name: "Crash", exact: true }).click();
  await expect(replica(page, 1)).toHaveClass(/crashed/);
  await expect(replica(page, 1)).toHaveAccessibleName(/crashed/);
  expect(await script(page)).toMatch(/crash 1/);
  await what.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(replica(page, 1)).toHaveClass(/\bup\b/);
});

test("a request, a timer and a way to misbehave go the same way", async ({ page }) => {
  await opens(page);
  await fold(page, "Traitors").click();
  await transport(page, "Step").click();
  await page.getByLabel("Whom").selectOption("2");
  await button(page, "Fire timer").click();
  await button(page, "Send").click();
  await button(page, "Byzantine").click();
  await expect(replica(page, 2)).toHaveAccessibleName(/byzantine/);
  await expect(page.locator('[data-node^="c"]').first()).toBeVisible();
  expect(await script(page)).toMatch(/fire .* of 2[\s\S]*request [\s\S]*byzantine 2/);
});

test("lettered replicas are parted from the others, and healed", async ({ page }) => {
  await opens(page);
  await page.getByRole("button", { name: / 1 ?: group A$/ }).click();
  await page.getByRole("button", { name: / 2 ?: group A$/ }).click();
  await button(page, "Partition").click();
  await expect.poll(async () => (await state(page)).groups.length).toBe(2);
  await button(page, "Heal").click();
  await expect.poll(async () => (await state(page)).groups.length).toBe(0);
});

test("the speed is virtual time over real time", async ({ page }) => {
  await opens(page);
  await page.getByLabel("Pace", { exact: true }).selectOption("True time");
  await page.getByLabel("Speed").fill("0");
  await expect(page.getByText("1 ×", { exact: true })).toBeVisible();
  const passed = async () => {
    const [before, start] = [(await state(page)).now, Date.now()];
    await transport(page, "Play").click();
    await page.waitForTimeout(1000);
    await transport(page, "Pause").click();
    return ((await state(page)).now - before) / ((Date.now() - start) * 1000);
  };
  const fast = await passed();
  expect(fast).toBeGreaterThan(0.3);
  expect(fast).toBeLessThan(1.2);
  await page.getByLabel("Speed").fill("-2");
  expect(await passed()).toBeLessThan(0.02);
});

test("by meaning, a timer's countdown takes seconds and heartbeats are counted while they rush by", async ({
  page,
}) => {
  await opens(page);
  await openText(page, "protocol raft\nreplicas 5\nseed 2\nnetwork latency 10ms..25ms\nrun 20s");
  await expect(page.getByLabel("Pace", { exact: true })).toHaveValue("meaning");
  const began = Date.now();
  const until = (what, most) =>
    expect.poll(async () => (await state(page)).nodes.some(({ replica }) => replica.role === what), most).toBe(true);
  await transport(page, "Play").click();
  await until("candidate", { timeout: 20_000 });
  expect(Date.now() - began).toBeGreaterThan(2000);
  await until("leader", { timeout: 30_000 });
  expect(Date.now() - began).toBeGreaterThan(6500);
  await expect(page.locator("cp-transport").getByText(/^… \d+ heartbeats$/)).toBeVisible({ timeout: 30_000 });
  await transport(page, "Pause").click();
  await expect(page.locator("cp-transport").getByText(/heartbeats$/)).toHaveCount(0);
});

test("a mistake in a scenario is shown with its place, and the old run goes on", async ({ page }) => {
  await opens(page);
  await page.locator("consensus-playground").evaluate((one) => one.step());
  const before = await eventNumber(page);
  await openText(page, `${await firstHead(page)}\nat 1s explode 2\n`);
  await expect(page.getByRole("alert")).toContainText(/Line \d+, column \d+: /);
  expect(await eventNumber(page)).toBe(before);
  await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await transport(page, "Step").click();
  await expect.poll(() => eventNumber(page)).toBe(before + 1);
});

test("an act that can't be done is refused with a sentence", async ({ page }) => {
  await opens(page);
  await transport(page, "Step").click();
  await page.getByLabel("Request").fill("<img src=x onerror=alert(1)> nonsense words");
  await button(page, "Send").click();
  await expect(page.getByRole("alert")).toBeVisible();
  expect(await page.getByRole("alert").locator("img").count()).toBe(0);
});

test("a scenario's end shows what it expected", async ({ page }) => {
  await opens(page);
  await openText(page, `${await firstHead(page)}\nrun 100ms\nexpect agreement\nexpect committed 1000\n`);
  await setSpeed(page, 1);
  await transport(page, "Play").click();
  await expect(page.getByText("1 of 2 expectations failed.")).toBeVisible();
  await expect(transport(page, "Pause")).toHaveCount(0);
});

test("a message in flight can be dropped from the list", async ({ page }) => {
  await opens(page);
  await untilInFlight(page);
  const first = page.locator("button[data-message]").first();
  const id = await first.getAttribute("data-message");
  await first.click();
  await button(page, "Drop").first().click();
  await expect.poll(async () => (await state(page)).flights.some((flight) => String(flight.id) === id)).toBe(false);
  expect(await script(page)).toContain(`drop m${id}`);
});

test("the scrubber goes back and forth", async ({ page }) => {
  await opens(page);
  await elects(page);
  const end = await eventNumber(page);
  await page.getByLabel("Event", { exact: true }).fill("9");
  await expect.poll(() => eventNumber(page)).toBe(9);
  await page.getByLabel("Event", { exact: true }).fill(String(end));
  await expect.poll(() => eventNumber(page)).toBe(end);
});

test("the keyboard alone is enough", async ({ page }) => {
  await opens(page);
  const stage = page.getByRole("group", { name: /^Stage/ });
  for (
    let presses = 0;
    presses < 60 && !(await stage.evaluate((element) => element.getRootNode().activeElement === element));
    presses += 1
  ) {
    await page.keyboard.press("Tab");
  }
  await expect(stage).toBeFocused();
  const before = await eventNumber(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => eventNumber(page)).toBe(before + 1);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => eventNumber(page)).toBe(before);
  await page.keyboard.press("Space");
  await expect(transport(page, "Pause")).toBeVisible();
  await page.keyboard.press("Space");
  await expect(transport(page, "Pause")).toHaveCount(0);
  await page.keyboard.press("2");
  await expect(replica(page, 2)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("c");
  await expect(replica(page, 2)).toHaveClass(/crashed/);
  await page.keyboard.press("Escape");
  await expect(replica(page, 2)).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("it takes no focus, and no key while the focus is elsewhere", async ({ page }) => {
  await opens(page);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await page.evaluate(() => {
    const field = document.createElement("input");
    field.id = "elsewhere";
    document.body.prepend(field);
    field.focus();
  });
  const before = await eventNumber(page);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await page.waitForTimeout(200);
  expect(await eventNumber(page)).toBe(before);
  await expect(page.locator("#elsewhere")).toBeFocused();
});

test("an option is written into the scenario and starts the run again", async ({ page }) => {
  await opens(page);
  await fold(page, "Options").click();
  const option = page.locator('cp-options input[type="checkbox"]').first();
  const was = await option.isChecked();
  await option.click();
  await expect.poll(() => script(page)).toMatch(/^set \S+ (\d+ )?(on|off|yes|no)/m);
  await expect(option).toBeChecked({ checked: !was });
});

test("every protocol lists its scenarios, and they open and play", async ({ page }) => {
  test.setTimeout(600_000);
  await opens(page);
  await setSpeed(page, 1);
  const known = await gallery(page);
  const protocols = await page
    .getByLabel("Protocol")
    .locator("option")
    .evaluateAll((list) => list.map((one) => one.value));
  for (const protocol of protocols) {
    await page.getByLabel("Protocol").selectOption(protocol);
    await expect.poll(() => script(page)).toContain(`protocol ${protocol}`);
    const list = await scenarioList(page);
    const scenarios = await list.locator("option").evaluateAll((all) => all.map((one) => one.value));
    expect(scenarios.length).toBe(known.filter((one) => one.protocol === protocol).length);
    for (const scenario of some(scenarios, () => protocol)) {
      await list.selectOption(scenario);
      await page.waitForTimeout(150);
      await transport(page, "Step").click();
      await page.waitForTimeout(150);
      await expect(page.getByRole("alert")).toHaveCount(0);
    }
  }
});

test("out of sight it stands still", async ({ page }) => {
  await opens(page);
  await transport(page, "Play").click();
  await page.evaluate(() => (document.querySelector("consensus-playground").style.marginTop = "5000px"));
  await page.waitForTimeout(300);
  const before = (await state(page)).now;
  await page.waitForTimeout(500);
  expect((await state(page)).now).toBe(before);
  await page.evaluate(() => (document.querySelector("consensus-playground").style.marginTop = "0"));
  await expect.poll(async () => (await state(page)).now).toBeGreaterThan(before);
});

for (const width of [320, 375, 1024]) {
  test(`nothing scrolls sideways at ${width} pixels, and the transport is in reach`, async ({ page }) => {
    await page.setViewportSize({ width, height: 812 });
    await opens(page);
    await transport(page, "Step").click();
    await replica(page, 1).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const place of [0, 400, 100_000]) {
      await page.evaluate((y) => window.scrollTo(0, y), place);
      await expect(transport(page, "Step")).toBeInViewport();
    }
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`an audit for accessibility finds nothing (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await opens(page);
    expect(await audit(page)).toEqual([]);
    await elects(page);
    await replica(page, 1).click();
    await page
      .locator("button[data-message]")
      .first()
      .click({ timeout: 5000 })
      .catch(() => {});
    await page.keyboard.press("c");
    expect(await audit(page)).toEqual([]);
    for (const panel of ["Scenario text", "Help"]) {
      await button(page, panel).click();
      expect(await audit(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    await page.setViewportSize({ width: 375, height: 812 });
    expect(await audit(page)).toEqual([]);
  });
}
