// A walk through all that can be done, once by finger and once by keys alone: whatever the page offers is in reach of both.
// No test knows a protocol's name.
import { expect, test } from "./playground.mjs";
import { button, EVERY, eventNumber, fold, opens, protocols, replica, scenarioList, script, state } from "./page.mjs";

const element = (page) => page.locator("consensus-playground");
const transport = (page, name) => page.locator("cp-transport").getByRole("button", { name, exact: true });
const messages = (page) => page.getByRole("list", { name: "Messages in flight" }).locator("[data-message]");

/** Where the focus is, deep inside: its name, its place on the page's way of the Tab key, and whether it can be seen. */
const focus = (page, target) =>
  page.evaluate((wanted) => {
    const deep = (root) => {
      const one = root.activeElement;
      return one?.shadowRoot?.activeElement ? deep(one.shadowRoot) : one;
    };
    const all = (root) =>
      [...root.querySelectorAll("*")].flatMap((one) => [
        ...(one.tabIndex >= 0 && !one.matches(":disabled") && one.checkVisibility() ? [one] : []),
        ...(one.shadowRoot ? all(one.shadowRoot) : []),
      ]);
    const [active, way] = [deep(document), all(document)];
    const box = active?.getBoundingClientRect();
    const bar = document.querySelector("consensus-playground").renderRoot.querySelector("cp-transport");
    const edge = bar.getBoundingClientRect();
    let host = active;
    while (host && host !== bar) host = host.getRootNode().host;
    const inside = host === bar;
    const style = active ? getComputedStyle(active) : undefined;
    return {
      lost: !active || active === document.body,
      name: active
        ? `${active.localName} ${active.getAttribute("aria-label") ?? active.textContent.trim().slice(0, 40)}`
        : "",
      at: way.indexOf(active),
      to: wanted ? way.indexOf(wanted) : -1,
      there: wanted !== undefined && wanted === active,
      // A slider draws its focus on the thumb beside it; everything else has an outline.
      ring: style !== undefined && (style.outlineStyle !== "none" || active.matches("input[type=range]")),
      seen:
        box !== undefined &&
        box.bottom > 0 &&
        box.top < innerHeight &&
        (inside || box.top < edge.top || edge.bottom < innerHeight / 2 || box.left >= edge.right),
    };
  }, target);

/** A hand that has nothing but keys. Wherever it goes, it must see where it is. */
function keys(page) {
  const sees = async (doing) => {
    // It may take two pictures until a neighbour has the focus of what has gone; then it stays there.
    const wanted = { lost: false, ring: true, seen: true };
    const now = async () => {
      const { lost, ring, seen, name } = await focus(page);
      return { where: lost || !ring || !seen ? name : "", lost, ring, seen };
    };
    await expect.poll(now, { message: `the focus after: ${doing}` }).toEqual({ where: "", ...wanted });
  };
  const reach = async (locator) => {
    await expect(locator).toBeVisible();
    const handle = await locator.elementHandle();
    for (let presses = 0; presses < 300; presses += 1) {
      const now = await focus(page, handle);
      if (now.there) return sees("Tab");
      if (now.to < 0) {
        // Not on the way itself: Tab to its list, then arrows; the list's stop is where the focus was last, above it or below.
        const key = await handle.evaluate((one) => {
          const active = one.getRootNode().activeElement;
          if (active?.closest("ul, div") !== one.closest("ul, div")) return "Tab";
          const below = active.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
          return below ? "ArrowDown" : "ArrowUp";
        });
        await page.keyboard.press(key);
      } else await page.keyboard.press(now.at > now.to ? "Shift+Tab" : "Tab");
    }
    throw new Error(`no way by keys to ${locator}`);
  };
  return {
    name: "keys",
    reach,
    async press(locator, key = "Enter") {
      await reach(locator);
      await page.keyboard.press(key);
      await sees(`${key} on ${locator}`);
    },
    check: (locator) => keys(page).press(locator, "Space"),
    async choose(locator, value) {
      await reach(locator);
      const values = await locator.locator("option").evaluateAll((list) => list.map((one) => one.value));
      const from = values.indexOf(await locator.inputValue());
      const steps = values.indexOf(value) - from;
      for (let step = 0; step < Math.abs(steps); step += 1)
        await page.keyboard.press(steps > 0 ? "ArrowDown" : "ArrowUp");
      await expect(locator).toHaveValue(value);
      await sees(`arrows on ${locator}`);
    },
    /** A slider: to its beginning, or some steps on. */
    async slide(locator, key) {
      await reach(locator);
      await page.keyboard.press(key);
      await sees(`${key} on ${locator}`);
    },
    async write(locator, text) {
      await reach(locator);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await sees(`writing into ${locator}`);
    },
  };
}

/** A hand that has nothing but a finger. */
function finger(page) {
  return {
    name: "finger",
    press: (locator) => locator.tap(),
    check: (locator) => locator.tap(),
    // The system's own list of choices is not the page's; Playwright chooses as that would.
    async choose(locator, value) {
      await locator.tap({ trial: true });
      await locator.selectOption(value);
    },
    async slide(locator, key) {
      await locator.scrollIntoViewIfNeeded();
      const box = await locator.boundingBox();
      const x = { Home: 0.02, End: 0.98 }[key] ?? 0.8;
      await page.touchscreen.tap(box.x + box.width * x, box.y + box.height / 2);
    },
    async write(locator, text) {
      await locator.tap();
      await locator.fill(text);
      await locator.press("Enter");
    },
  };
}

/** Opens a scenario of the gallery by the two lists in the header. */
async function choosesScenario(page, hand, wanted) {
  const list = await scenarioList(page);
  const values = await list.locator("option").evaluateAll((all) => all.map((one) => one.value));
  for (const value of values.filter(Boolean)) {
    await hand.choose(list, value);
    await page.waitForTimeout(120);
    if (wanted(await script(page))) return;
  }
  throw new Error("no such scenario");
}

async function runs(page, hand) {
  const ids = await protocols(page);
  const protocol = page.getByLabel("Protocol");
  await hand.choose(protocol, ids[1]);
  await expect.poll(() => script(page)).toContain(`protocol ${ids[1]}`);
  await hand.choose(protocol, ids[0]);
  await expect.poll(() => script(page)).toContain(`protocol ${ids[0]}`);
  const before = await eventNumber(page);
  await hand.press(transport(page, "Play"));
  await expect.poll(() => eventNumber(page), { timeout: 20_000 }).toBeGreaterThan(before + 3);
  await hand.press(transport(page, "Pause"));
  await expect(transport(page, "Play")).toBeVisible();
  const stood = await eventNumber(page);
  await hand.press(transport(page, "Step"));
  await expect.poll(() => eventNumber(page)).toBe(stood + 1);
  await hand.press(transport(page, "Step back"));
  await expect.poll(() => eventNumber(page)).toBe(stood);
  await hand.slide(page.getByLabel("Speed"), "End");
  await expect.poll(() => element(page).evaluate((one) => one.run.tempo)).toBeGreaterThan(1);
  await hand.slide(page.getByLabel("Speed"), "Home");
  await expect.poll(() => element(page).evaluate((one) => one.run.tempo)).toBeLessThan(1);
}

async function breaks(page, hand) {
  await hand.press(replica(page, 2));
  const what = page.getByRole("group", { name: /^What to do to/ });
  await hand.press(what.getByRole("button", { name: "Crash", exact: true }));
  await expect(replica(page, 2)).toHaveClass(/crashed/);
  await hand.press(what.getByRole("button", { name: "Restart", exact: true }));
  await expect(replica(page, 2)).toHaveClass(/\bup\b/);
  await hand.press(what.getByRole("button", { name: "Close" }));
  await hand.press(page.getByRole("button", { name: / 1 ?: group A$/ }));
  await hand.press(button(page, "Partition"));
  await expect.poll(async () => (await state(page)).groups.length).toBe(2);
  await hand.press(button(page, "Heal"));
  await expect.poll(async () => (await state(page)).groups.length).toBe(0);
  await hand.press(page.getByText("One direction only"));
  await hand.choose(page.getByLabel("From", { exact: true }), "2");
  await hand.choose(page.getByLabel("To", { exact: true }), "3");
  await hand.press(button(page, "Cut this direction"));
  await expect.poll(async () => (await state(page)).cuts).toEqual([["2", "3"]]);
  await hand.press(button(page, "Heal"));
  await expect.poll(async () => (await state(page)).cuts).toEqual([]);
  await hand.press(fold(page, "Traitors"));
  const traitors = page.locator("details.fold", { hasText: "Traitors" });
  await hand.choose(traitors.getByLabel("Who lies"), "2");
  await hand.press(traitors.getByRole("button", { name: "Byzantine", exact: true }));
  await expect(replica(page, 2)).toHaveAccessibleName(/byzantine/);
  await hand.press(traitors.getByRole("button", { name: "All honest" }));
  await expect(replica(page, 2)).not.toHaveAccessibleName(/byzantine/);
}

async function meddles(page, hand) {
  const flying = async () => (await state(page)).flights;
  for (let steps = 0; steps < 80 && (await flying()).length < 2; steps += 1)
    await element(page).evaluate((one) => one.step());
  const id = Number(await messages(page).first().getAttribute("data-message"));
  const due = async () => (await flying()).find((one) => one.id === id)?.due;
  const before = await due();
  await hand.press(messages(page).first());
  const what = page.getByRole("group", { name: /^What to do to the message/ });
  await hand.press(what.getByRole("button", { name: "Delay by 50ms" }));
  await expect.poll(due).toBe(before + 50_000);
  const count = (await flying()).length;
  await hand.press(what.getByRole("button", { name: "Duplicate" }));
  await expect.poll(async () => (await flying()).length).toBe(count + 1);
  await hand.press(what.getByRole("button", { name: "Drop" }));
  await expect.poll(due).toBe(undefined);
  await hand.check(page.getByLabel("Deliver messages only when I click them"));
  await expect(page.getByRole("group", { name: "Only what you click" })).toBeVisible();
  const [event, { now }] = [await eventNumber(page), await state(page)];
  await hand.press(button(page, "Deliver the oldest"));
  await expect.poll(() => eventNumber(page)).toBeGreaterThan(event);
  expect((await state(page)).now).toBe(now);
  await hand.press(button(page, "Let time go on"));
  await expect(page.getByRole("group", { name: "Only what you click" })).toHaveCount(0);
}

async function travels(page, hand) {
  // What was left behind until here is given up, so that the walk knows its one lane.
  const old = page.getByRole("button", { name: /^Delete / });
  for (let left = await old.count(); left > 0; left -= 1) {
    await hand.press(old.first());
    await expect(old).toHaveCount(left - 1);
  }
  const end = await eventNumber(page);
  const hash = () => element(page).evaluate((one) => one.traceHash());
  const future = await hash();
  await hand.slide(page.getByRole("slider", { name: "Event", exact: true }), "Home");
  await expect.poll(() => eventNumber(page)).toBeLessThan(end);
  await hand.choose(page.getByLabel("Whom"), "3");
  await hand.press(button(page, "Crash").first());
  const lane = page.getByRole("button", { name: /^Return to / });
  await expect(lane).toHaveCount(1);
  await hand.press(page.getByRole("button", { name: /^Name (?!of)/ }).first());
  await hand.write(page.getByLabel("Name of the branch"), "the old way");
  await expect(lane.first()).toContainText("the old way");
  await hand.press(page.getByRole("button", { name: /^Return to the old way/ }));
  await expect.poll(hash).toBe(future);
  await hand.press(page.getByRole("button", { name: /^Delete / }).first());
  await expect(lane).toHaveCount(0);
  await hand.press(button(page, "Crash").first());
  await expect(replica(page, 3)).toHaveClass(/crashed/);
  await hand.press(transport(page, "Undo"));
  await expect(replica(page, 3)).toHaveClass(/\bup\b/);
  await hand.press(transport(page, "Redo"));
  await expect(replica(page, 3)).toHaveClass(/crashed/);
}

async function reads(page, hand) {
  const narrator = page.locator("cp-narrator");
  const at = await eventNumber(page);
  if (hand.name === "finger") {
    const canvas = page.locator("cp-space-time canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await page.touchscreen.tap(box.x + box.width * 0.3, box.y + 12);
  } else {
    const events = page.locator("cp-events [data-event]");
    await hand.reach(events.nth(6));
    await hand.press(events.nth(3));
  }
  await expect.poll(() => eventNumber(page)).toBeLessThan(at);
  await hand.slide(page.getByRole("slider", { name: "Event", exact: true }), "Home");
  const chain = narrator.getByText("How did we get here?");
  // The narrator follows the clock by a picture or two: what it still says of the moment before doesn't count.
  const told = async () => {
    await page.waitForTimeout(300);
    return chain.isVisible();
  };
  // A timer that fires has no cause; what it leads to has.
  for (let more = 0; more < 8 && !(await told()); more += 1) {
    const before = await eventNumber(page);
    await hand.press(transport(page, "Next milestone"));
    await expect.poll(() => eventNumber(page)).toBeGreaterThan(before);
  }
  await hand.press(chain);
  const here = await eventNumber(page);
  await hand.press(narrator.locator("li button").first());
  await expect.poll(() => eventNumber(page)).toBeLessThan(here);
  await expect(page.locator("cp-inspector .rules")).toBeVisible();
  await hand.press(page.locator("cp-header").getByRole("button", { name: "Share", exact: true }));
  await hand.press(button(page, "Copy link"));
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/#s1=/);
  await hand.press(page.getByRole("dialog").getByRole("button", { name: "Close" }).first());
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function proves(page, hand) {
  await choosesScenario(page, hand, (text) => /^expect violation/m.test(text));
  await hand.slide(page.getByLabel("Speed"), "End");
  await hand.press(transport(page, "Play"));
  const badge = page.locator("cp-badges button.bad").first();
  await expect(badge).toBeVisible({ timeout: 20_000 });
  const [violation] = (await state(page)).violations;
  await hand.press(badge);
  const evidence = page.getByRole("region", { name: "Evidence" });
  await expect.poll(() => eventNumber(page)).toBe(violation.event);
  await hand.press(evidence.locator("ol button").first());
  await expect.poll(() => eventNumber(page)).toBe(violation.evidence[0]);
  await hand.press(evidence.getByRole("button", { name: "Close" }));
  await expect(evidence).toHaveCount(0);
}

async function walks(page, hand) {
  await opens(page);
  await runs(page, hand);
  await breaks(page, hand);
  await meddles(page, hand);
  await travels(page, hand);
  await reads(page, hand);
  await proves(page, hand);
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    page.viewportSize().width,
  );
}

test.describe("by finger", () => {
  test.use({
    viewport: { width: 375, height: 812 },
    hasTouch: true,
    isMobile: true,
  });
  test("everything is in reach of a finger at 375 pixels", async ({ page, context, troubles }) => {
    test.setTimeout(240_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await walks(page, finger(page));
    expect(troubles).toEqual([]);
  });
});

for (const [width, height] of [
  [375, 812],
  [1280, 800],
]) {
  test(`everything is in reach of the keys at ${width} pixels, and the focus is always seen`, async ({
    page,
    context,
    troubles,
  }) => {
    test.skip(!EVERY && width > 375, "the small screen is the harder one");
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await walks(page, keys(page));
    expect(troubles).toEqual([]);
  });
}
