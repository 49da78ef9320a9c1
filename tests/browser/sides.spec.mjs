// Two or three runs side by side: one clock moves them all, and each is the run that it is alone.
import { deflateRawSync } from "node:zlib";
import { audit, button, element, opens } from "./page.mjs";
import { expect, test } from "./playground.mjs";

const HEAD = "protocol raft\nreplicas 4\nseed 2\n";
const REST = "run 700ms\npartition 1 2 | 3 4\nrun 600ms\nrequest put x 1 to 1\nrequest put x 2 to 3\nrun 1s\n";
const OTHER = "protocol pbft\nreplicas 4\nseed 3\nat 10ms request put x 1\nat 900ms crash 1\nrun 2s\n";

const link = (value) => `compare.html#c1=${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;
const sides = (page) => page.locator("cp-side");
const host = (page) => page.locator("cp-sides");
const told = (page) => page.locator("cp-sides p[role=status]");

/** How each run stands, beside the clock of all. */
const stand = (page) =>
  host(page).evaluate(async ({ together }) => ({
    now: together.now,
    playing: together.playing,
    runs: await Promise.all(
      together.sides.map(async (side) => ({
        now: side.frame?.now,
        event: side.event,
        next: side.frame?.next ?? Infinity,
        hash: side.frame && (await side.ask("traceHash")),
        text: side.text,
      })),
    ),
  }));

async function opensSides(page, address, count = 2) {
  await page.goto(address);
  await expect(page.locator('cp-sides[data-engine="ready"]')).toBeAttached();
  await expect(sides(page)).toHaveCount(count);
}

test("one clock: steps, times and ends are those of all runs, and each has the hash that it has alone", async ({
  page,
}) => {
  await opensSides(page, link({ r: [HEAD + REST, OTHER], t: 0 }));
  // A step is the next event of any run; none is left behind, and none is ahead.
  for (let step = 0; step < 6; step += 1) {
    const before = await stand(page);
    await host(page).evaluate(({ together }) => together.step());
    const after = await stand(page);
    expect(after.now).toBeGreaterThanOrEqual(before.now);
    expect(after.runs.filter(({ event }, place) => event > before.runs[place].event).length).toBeGreaterThan(0);
    for (const { now, next } of after.runs) {
      expect(next).toBeGreaterThanOrEqual(after.now);
      // Whoever has something to do at that very moment does it in a step of its own.
      if (next > after.now) expect(now).toBe(after.now);
      else expect(now).toBeLessThanOrEqual(after.now);
    }
  }
  const before = await stand(page);
  await host(page).evaluate(({ together }) => together.stepBack());
  await host(page).evaluate(({ together }) => together.step());
  expect((await stand(page)).runs.map(({ hash }) => hash)).toEqual(before.runs.map(({ hash }) => hash));
  // To and fro, and at a time both are what they are alone.
  for (const time of [1_500_000, 300_000, 1_200_000])
    await host(page).evaluate(({ together }, at) => together.seek(at), time);
  const there = await stand(page);
  expect(there.runs.map(({ now }) => now)).toEqual([1_200_000, 1_200_000]);
  const alone = await host(page).evaluate(async ({ together }) => {
    const hashes = [];
    for (const { text } of together.sides) {
      const client = new together.sides[0].client.constructor();
      const { hash } = await client.call("arrive", text, 1_000_000, 1_200_000, false);
      client.stop();
      hashes.push(hash);
    }
    return hashes;
  });
  expect(there.runs.map(({ hash }) => hash)).toEqual(alone);
});

test("it plays both to where their scripts end, and pauses where a property breaks", async ({ page }) => {
  await opensSides(page, link({ r: [HEAD + REST, HEAD + REST.replace("run 1s", "run 500ms")], t: 0 }));
  await sides(page).nth(1).getByLabel("Change one thing…").selectOption("quorum-of-half");
  await expect(sides(page).nth(1)).toContainText("Only here: set quorum-of-half on");
  await expect(sides(page).nth(0)).not.toContainText("Only here");
  await host(page).evaluate(({ together }) => together.setPace("time", 10));
  await button(page, "Play").click();
  const broken = () =>
    host(page).evaluate(({ together }) =>
      together.sides.map(({ frame }) => frame.properties.filter(({ broken }) => broken).length > 0),
    );
  await expect.poll(broken, { timeout: 15_000 }).toEqual([false, true]);
  await expect.poll(async () => (await stand(page)).playing).toBe(false);
  // Another property may break on the way.
  const over = () =>
    host(page).evaluate(({ together }) => {
      const over = together.sides.every(({ frame }) => frame.finished);
      if (!over) together.play();
      return over && !together.playing;
    });
  await expect.poll(over, { timeout: 15_000 }).toBe(true);
  const { now, runs } = await stand(page);
  expect(now).toBeGreaterThanOrEqual(2_300_000);
  for (const one of runs) expect(now - one.now).toBeLessThan(1000);
});

test("a time that is asked for while a run opens, or another seek is under way, is come to", async ({ page }) => {
  await opensSides(page, link({ r: [HEAD + REST, OTHER], t: 0 }));
  const times = await host(page).evaluate(async ({ together }, text) => {
    const seen = [];
    const look = () => seen.push([together.now, ...together.sides.map(({ frame }) => frame.now)]);
    const opening = together.open(together.sides[1], text);
    await together.seek(1_200_000);
    await opening;
    look();
    // It opens long after the others have begun to go there.
    const slow = together.sides[0].open.bind(together.sides[0]);
    together.sides[0].open = async (text) => {
      const opened = await slow(text);
      together.seek(400_000);
      return opened;
    };
    await together.open(together.sides[0], together.sides[0].text);
    look();
    together.seek(700_000);
    await together.seek(900_000);
    look();
    return seen;
  }, OTHER);
  expect(times).toEqual([1_200_000, 400_000, 900_000].map((time) => [time, time, time]));
});

test("where a script is the scheduler, its steps are seen one by one, and the others wait for it", async ({ page }) => {
  const manual =
    "protocol raft\nreplicas 3\nnetwork manual\nfire election-timeout of 1\ndeliver all\ndeliver all\nrun 1s\n";
  await opensSides(page, link({ r: [manual, OTHER], t: 0 }));
  await host(page).evaluate(({ together }) => together.setPace("meaning", 8));
  const seen = await host(page).evaluate(
    ({ together }) =>
      new Promise((done) => {
        const events = new Set();
        together.addEventListener("frame", () => {
          const [first, second] = together.sides;
          if (!first.byHand) return done({ events: [...events], other: second.frame.now });
          events.add(first.event);
        });
        together.play();
      }),
  );
  expect(seen.events.length).toBeGreaterThanOrEqual(3);
  expect(seen.other).toBe(0);
  await expect.poll(async () => (await stand(page)).runs[1].now).toBeGreaterThan(0);
});

test("the address carries all; what is wrong in one is said, and asks for nothing", async ({ page }) => {
  await opensSides(page, "compare.html#pbft-normal-case+raft");
  await expect(sides(page).nth(0)).toContainText("Three phases");
  await button(page, "Add a run").click();
  await expect(sides(page)).toHaveCount(3);
  await expect(button(page, "Add a run")).toBeDisabled();
  await expect.poll(() => page.url()).toMatch(/#pbft-normal-case\+raft\+raft$/);
  // One number of replicas for all.
  await page.getByLabel("Replicas in each run").fill("7");
  await expect
    .poll(async () => (await stand(page)).runs.map(({ text }) => /^replicas 7$/m.test(text)))
    .toEqual([true, true, true]);
  await expect(sides(page).nth(1).locator("[data-node]")).toHaveCount(7);
  await sides(page).nth(2).getByLabel("Change one thing…").selectOption({ index: 1 });
  await host(page).evaluate(({ together }) => together.seek(400_000));
  await button(page, "Copy link").click();
  await expect(told(page)).toContainText(/The link (is in the clipboard|stands in the address bar)/);
  const [before, address] = [await stand(page), page.url()];
  await page.goto("about:blank");
  await opensSides(page, address, 3);
  expect((await stand(page)).runs).toEqual(before.runs);
  for (const [wrong, words] of [
    ["#c1=AAAA", "damaged"],
    [link({ r: [], t: 0 }).replace("compare.html", ""), "damaged"],
    [link({ r: ["a", "b", "c", "d"], t: 0 }).replace("compare.html", ""), "damaged"],
    [link({ r: [OTHER], t: 1e15 }).replace("compare.html", ""), "damaged"],
    [link({ r: ["x".repeat(1024 * 1024)], t: 0 }).replace("compare.html", ""), "more than 1 MiB"],
    ["#no-such-thing", "no-such-thing"],
  ]) {
    await page.evaluate((hash) => (location.hash = hash), wrong);
    await expect(told(page)).toContainText(words);
    await expect(sides(page)).toHaveCount(2);
  }
  // A scenario with a mistake is told where it stands; the other is shown all the same.
  await page.evaluate(
    (hash) => (location.hash = hash),
    link({ r: ["protocol raft\nreplicsa 3", OTHER], t: 0 }).slice(12),
  );
  await expect(sides(page).nth(0).getByRole("alert")).toContainText("replicsa");
  await expect(sides(page).nth(1).locator("[data-node]").first()).toBeVisible();
});

test("the playground's run goes there as it is, beside a copy of itself; by keys alone, and heard", async ({
  page,
}) => {
  await opens(page);
  await element(page).evaluate((one) => one.seek(12));
  await element(page).evaluate((one) => one.act("crash 3"));
  const { now, text } = await element(page).evaluate(async (one) => ({ now: one.now, text: await one.script() }));
  await button(page, "Compare…").click();
  await page.waitForURL(/compare\.html#c1=/);
  await expect(page.locator('cp-sides[data-engine="ready"]')).toBeAttached();
  await expect(sides(page).nth(1)).toContainText("As run 1");
  const there = await stand(page);
  expect(there.runs.map((run) => run.text)).toEqual([text, text]);
  expect(Math.abs(there.now - now)).toBeLessThan(2);
  expect(await audit(page)).toEqual([]);
  await sides(page).nth(0).locator(".view").focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await stand(page)).runs[0].event).toBeGreaterThan(there.runs[0].event);
  await expect
    .poll(() => host(page).evaluate((one) => one.renderRoot.querySelector("#live").textContent))
    .toMatch(/Run [12]: /);
  expect(await host(page).evaluate((one) => one.renderRoot.querySelectorAll("[aria-live=polite]").length)).toBe(1);
  for (const playing of [true, false]) {
    await page.keyboard.press("Space");
    await expect.poll(async () => (await stand(page)).playing).toBe(playing);
  }
  await button(page, "Remove run 2").focus();
  await page.keyboard.press("Enter");
  await expect(sides(page)).toHaveCount(1);
  await expect(button(page, "Add a run")).toBeFocused();
});

test("on a phone they stand below one another, with the transport in sight; in German, in forced colors", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 375, height: 812 },
    locale: "de-DE",
    forcedColors: "active",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await opensSides(page, "compare.html");
  const [first, second] = [await sides(page).nth(0).boundingBox(), await sides(page).nth(1).boundingBox()];
  expect(second.y).toBeGreaterThanOrEqual(first.y + first.height);
  await expect(button(page, "Abspielen")).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await button(page, "Abspielen").click();
  await expect.poll(async () => (await stand(page)).now).toBeGreaterThan(0);
  await button(page, "Anhalten").click();
  expect(await audit(page)).toEqual([]);
  await context.close();
});
