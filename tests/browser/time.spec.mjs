// Time on the page: links that hold a run, branches, the space-time diagram, charts. No test knows a protocol's name.
import { readFile, readdir } from "node:fs/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { expect, path, test } from "./playground.mjs";
import { scenarioFiles, some } from "./page.mjs";

const element = (page) => page.locator("consensus-playground");
const ready = (page) => expect(page.locator('consensus-playground[data-engine="ready"]').first()).toBeAttached();
const alert = (page) => page.getByRole("alert").first();

async function opens(page, hash = "") {
  await page.goto(`play.html${hash}`);
  await ready(page);
  await expect(page.locator("[data-node]").first()).toBeVisible();
}

const where = (page) =>
  element(page).evaluate(async (one) => ({
    event: one.event,
    now: one.now,
    hash: await one.traceHash(),
    script: await one.script(),
  }));

const decode = (link) => JSON.parse(inflateRawSync(Buffer.from(link.replace(/^#s1=/, ""), "base64url")).toString());
const encode = (value) => `#s1=${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

const files = async (folder, ending) =>
  Promise.all(
    (await readdir(path(folder)))
      .filter((name) => name.endsWith(ending))
      .map(async (name) => ({
        name,
        text: (await readFile(path(`${folder}/${name}`), "utf8")).trim(),
      })),
  );

/**
 * What each link of the corpus is expected to do, by name: `equal`, or why its run is another one now. Links that are not
 * here fail, and so do those that do the other thing: whoever changes traces says here which old links that has changed.
 */
const EXPECTED = JSON.parse(await readFile(path("tests/links/expected.json"), "utf8"));
/** So many links arrive at the very state that was shared. May grow only. */
const EQUAL = 18;

test("all seeks end where the last of them leads", async ({ page }) => {
  await opens(page);
  const events = await element(page).evaluate(async (one) => {
    for (let step = 0; step < 30; step += 1) await one.step();
    const seen = await Promise.all([5, 20, 9].map(async (event) => (await one.seek(event), one.event)));
    return [...seen, one.event];
  });
  expect(events).toEqual([9, 9, 9, 9]);
});

test("every link of the corpus has an expectation, and enough of them are of today's runs", async () => {
  const names = (await files("tests/links", ".link")).map(({ name }) => name.replace(/\.link$/, ""));
  expect(Object.keys(EXPECTED).sort()).toEqual(names.sort());
  for (const [name, why] of Object.entries(EXPECTED)) expect(why, name).toMatch(/^equal$|^differs: .{20,}/);
  expect(Object.values(EXPECTED).filter((one) => one === "equal").length).toBeGreaterThanOrEqual(EQUAL);
});

test("every link that was ever made opens with the run that it holds, or says that it differs where that is expected", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const links = await files("tests/links", ".link");
  await opens(page);
  const [hashes, seen] = [[], {}];
  for (const { name, text } of links) {
    const shared = decode(text);
    const before = await element(page).evaluateHandle((one) => one.run.info);
    await page.goto(`play.html${text}`);
    // A link opens as a whole: what it tells afterwards is of this link, be it of the same scenario as the one before.
    await expect.poll(() => element(page).evaluate((one, old) => one.run.info !== old, before)).toBe(true);
    await expect.poll(async () => (await where(page)).script, { message: name }).toBe(shared.s);
    await expect.poll(async () => (await where(page)).event, { message: name }).toBe(shared.e);
    const at = await where(page);
    hashes.push(at.hash);
    const equal = at.hash === shared.h;
    seen[name.replace(/\.link$/, "")] = equal;
    // The page must say the same as the hashes do.
    const notes = page.getByRole("alert");
    await expect(notes, name).toHaveCount(equal ? 0 : 1);
    if (equal) expect(at.now, name).toBe(shared.t);
    else await expect(notes, name).toContainText("differs from the one that was shared");
  }
  expect(seen).toEqual(Object.fromEntries(Object.entries(EXPECTED).map(([name, one]) => [name, one === "equal"])));
  await page.goBack();
  await expect.poll(async () => (await where(page)).hash).toBe(hashes.at(-2));
});

test("scenarios of every protocol come back from a link as they went in", async ({ page }) => {
  test.setTimeout(600_000);
  await opens(page);
  for (const { file, text } of some(scenarioFiles)) {
    const { before, after } = await element(page).evaluate(async (one, scenario) => {
      const place = async () => [one.event, one.now, await one.traceHash(), await one.script(), one.speed];
      await one.open(scenario);
      for (let step = 0; step < 10; step += 1) await one.step();
      await one.act("network latency 3ms..9ms");
      for (let step = 0; step < 5; step += 1) await one.step();
      const [link, before] = [await one.link(), await place()];
      await one.open("protocol raft");
      if (!(await one.openLink(link))) throw new Error("refused");
      return { before, after: await place() };
    }, text);
    expect(after, file).toEqual(before);
    await expect(page.getByRole("alert"), file).toHaveCount(0);
  }
});

test("a run of 200 events with 20 acts fits into 2,000 characters", async ({ page }) => {
  await opens(page);
  const { link, event } = await element(page).evaluate(async (one) => {
    for (let act = 0; act < 20; act += 1) {
      for (let step = 0; step < 10; step += 1) await one.step();
      if (!(await one.act(act % 4 === 0 ? `clock ${1 + act / 4} 1.5x` : `network latency ${act + 1}ms..${act + 20}ms`)))
        throw new Error("refused");
    }
    return { link: await one.link(), event: one.event };
  });
  const shared = decode(link);
  console.log(`a link of ${event} events and 20 acts: ${link.length} characters`);
  expect(event).toBeGreaterThanOrEqual(200);
  expect(shared.s.match(/^after .*(clock|network)/gm)?.length).toBe(20);
  expect(link.length).toBeLessThan(2000);
});

test("a link that can't be read says why, and the page goes on", async ({ page }) => {
  await opens(page);
  const good = await element(page).evaluate((one) => one.link());
  const shared = decode(good);
  const bomb = `#s1=${deflateRawSync(Buffer.alloc(64 << 20, 32)).toString("base64url")}`;
  const bad = [
    [good.slice(0, good.length * 0.7), /damaged/],
    ["#s1=", /damaged/],
    ["#s1=!!!%00", /damaged/],
    ["#s1=AAAA", /damaged/],
    [encode([1, 2]), /damaged/],
    [encode({ ...shared, e: -1 }), /damaged/],
    [encode({ ...shared, s: "protocol nonsense" }), /nonsense/],
    [bomb, /more than 1 MiB/],
    [`#s1=${"A".repeat(2 << 20)}`, /more than 1 MiB/],
    [good.replace("s1", "s2"), /newer version/],
    [good.replace("s1", "s0"), /no version/],
  ];
  const before = await where(page);
  for (const [link, why] of bad) {
    expect(await element(page).evaluate((one, some) => one.openLink(some), link)).toBe(false);
    await expect(alert(page)).toContainText(why);
    expect(await where(page)).toEqual(before);
  }
  await opens(page, good.slice(0, 60));
  await page.reload();
  await ready(page);
  await expect(alert(page)).toContainText(/damaged/);
  await element(page).evaluate((one) => one.step());
  expect((await where(page)).event).toBe(before.event + 1);
});

test("a link of another core opens, and says where its run is another now", async ({ page }) => {
  await opens(page);
  const shared = decode(await element(page).evaluate((one) => one.link()));
  await page.goto(`play.html${encode({ ...shared, c: "0.0.1" })}`);
  await expect(alert(page)).toContainText(/is the one that was shared.*0\.0\.1/);
  await page.goto(`play.html${encode({ ...shared, h: "0000000000000000" })}`);
  await expect(alert(page)).toContainText(/differs/);
  expect((await where(page)).event).toBe(shared.e);
});

test("the share panel copies, saves and opens; only then it writes the address", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opens(page);
  await element(page).evaluate((one) => one.act("crash 1"));
  const before = await where(page);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  expect(new URL(page.url()).hash).toBe("");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#s1=/);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(page.url());
  await page.getByRole("button", { name: "Copy scenario" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(before.script);
  const saved = async (name) => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    return readFile(await (await download).path(), "utf8");
  };
  expect(await saved("Download scenario")).toBe(before.script);
  const lines = (await saved("Download trace")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line)).length).toBeGreaterThanOrEqual(before.event);
  expect(await saved("Download ShiViz log")).toMatch(/\{.*"replica1":1/);
  await page.getByLabel("A scenario or a link").fill("protocol raft\nreplicas 3\nseed 5\n");
  await page.getByRole("button", { name: "Open the pasted text" }).click();
  await expect.poll(async () => (await where(page)).script).toMatch(/replicas 3/);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByLabel("A scenario or a link").fill(copied);
  await page.getByRole("button", { name: "Open the pasted text" }).click();
  await expect.poll(() => where(page)).toEqual(before);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.locator("#file").setInputFiles({
    name: "a.scenario",
    mimeType: "text/plain",
    buffer: Buffer.from("protocol raft\nreplicas 7\n"),
  });
  await expect.poll(async () => (await where(page)).script).toMatch(/replicas 7/);
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const steps = (page, count) =>
  element(page).evaluate(async (one, most) => {
    for (let step = 0; step < most; step += 1) await one.step();
  }, count);

test("acting in the past keeps the old future as a lane, to return to, to name and to delete", async ({ page }) => {
  await opens(page);
  await steps(page, 30);
  const old = await where(page);
  await element(page).evaluate(async (one) => {
    await one.seek(12);
    await one.act("crash 2");
  });
  const lane = page.getByRole("button", { name: /^Return to / });
  await expect(lane).toHaveCount(1);
  expect((await where(page)).event).toBe(13);
  await page.getByRole("button", { name: /^Name (?!of)/ }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("before the crash");
  await page.keyboard.press("Enter");
  await expect(lane).toContainText("before the crash");
  await lane.focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await where(page)).hash).toBe(old.hash);
  await expect(lane).toHaveCount(1);
  await page.getByRole("button", { name: /^Delete / }).focus();
  await page.keyboard.press("Enter");
  await expect(lane).toHaveCount(0);
});

test("what was done by hand is taken back and done again, by buttons and by keys", async ({ page }) => {
  await opens(page);
  await steps(page, 5);
  const before = await where(page);
  await expect(button(page, "Undo")).toBeDisabled();
  await element(page).evaluate((one) => one.act("crash 2"));
  const after = await where(page);
  await button(page, "Undo").click();
  await expect.poll(() => where(page)).toEqual(before);
  await button(page, "Redo").click();
  await expect.poll(() => where(page)).toEqual(after);
  await page.getByRole("group", { name: /^Stage/ }).focus();
  await page.keyboard.press("Control+z");
  await expect.poll(() => where(page)).toEqual(before);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => where(page)).toEqual(after);
  // Without the focus: a page of its own takes the keys, a page around it has them for itself.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Control+z");
  await expect.poll(() => where(page)).toEqual(before);
  await element(page).evaluate((one) => (one.address = false));
  await page.keyboard.press("Control+Shift+z");
  await page.waitForTimeout(200);
  expect(await where(page)).toEqual(before);
});

const canvas = (page) => page.locator("cp-space-time canvas");
const drawn = async (page) => Number(await canvas(page).getAttribute("data-drawn"));

/** Where the diagram draws the present, in the pixels of the page, and how far the colours of what it draws after it differ. */
const presentOf = (page) =>
  page.locator("cp-space-time").evaluate(({ renderRoot }) => {
    const drawing = renderRoot.querySelector("canvas");
    const { width, height } = drawing;
    const density = width / drawing.clientWidth;
    const { data } = drawing.getContext("2d").getImageData(0, 0, width, height);
    const pixel = (x, y) => data.slice(4 * (y * width + x), 4 * (y * width + x) + 4);
    // At the foot stand names of events, and the axis.
    const lanes = height - Math.round(35 * density);
    const rows = Array.from({ length: lanes - Math.ceil(3 * density) }, (_, row) => row + Math.ceil(3 * density));
    // Nothing but the present goes from the head to the foot.
    const lit = Array.from({ length: width }, (_, x) => x).filter((x) => rows.every((y) => pixel(x, y)[3] > 99));
    const after = Math.round((lit[0] ?? 0) + 12 * density);
    const colours = rows.map((y) => pixel(after, y)).filter(([, , , alpha]) => alpha > 99);
    // Of one colour but for rounding: a line between two rows of pixels is drawn in both, fainter.
    const spread = [0, 1, 2].map((part) => {
      const parts = colours.map((colour) => colour[part]);
      return Math.max(...parts) - Math.min(...parts);
    });
    return { present: (lit[0] ?? -1) / density, spread: Math.max(...spread) };
  });

// Where time stands still, the axis is one of events; else one of time.
for (const text of [
  await readFile(path("tests/scenarios/raft-minority.scenario"), "utf8"),
  "protocol raft\nreplicas 5\nseed 2\nrun 900ms\n",
])
  test(`the diagram's present is below the scrubber's knob, and lanes end in it: ${text.includes("manual") ? "events" : "time"}`, async ({
    page,
  }) => {
    await opens(page);
    await element(page).evaluate(async (one, scenario) => {
      await one.open(scenario);
      while (!one.run.frame.finished) await one.step();
      await one.act("partition 1 2 | 3 4 5");
    }, text);
    const knob = page.locator("cp-scrubber .thumb");
    const middle = () => knob.evaluate((one) => parseFloat(one.style.left));
    await expect.poll(async () => Math.abs((await presentOf(page)).present - (await middle()))).toBeLessThan(2);
    // The lanes themselves are of one colour, and so is what is on its way: nothing else has happened yet.
    expect((await presentOf(page)).spread).toBeLessThan(6);
  });

test("scrubber and diagram are one control: the same x is the same moment", async ({ page }) => {
  await opens(page);
  await steps(page, 40);
  const [strip, picture] = [await page.locator("cp-scrubber").boundingBox(), await canvas(page).boundingBox()];
  expect(strip.x).toBe(picture.x);
  expect(strip.width).toBe(picture.width);
  const present = (await page.locator("cp-scrubber .thumb").boundingBox()).x - strip.x;
  const x = strip.x + present * 0.9;
  await page.mouse.click(x, strip.y + 12);
  await page.waitForTimeout(200);
  const byStrip = await where(page);
  // Between two events the earlier one counts.
  expect(byStrip.event).toBeLessThan(48);
  await page.mouse.click(strip.x + present * 0.3, strip.y + 12);
  await expect.poll(async () => (await where(page)).event).toBeLessThan(byStrip.event);
  await page.mouse.click(x, picture.y + picture.height - 3);
  await expect.poll(() => where(page)).toEqual(byStrip);
  await page.getByRole("slider", { name: "Event", exact: true }).focus();
  await page.keyboard.press("Home");
  // The replicas' first starts are events, before which there is nothing.
  await expect.poll(async () => (await where(page)).event).toBeLessThan(8);
  await page.keyboard.press("End");
  await expect.poll(async () => (await where(page)).event).toBeGreaterThan(40);
});

test("the diagram zooms and moves, and leaves the wheel to the page", async ({ page }) => {
  await opens(page);
  await steps(page, 60);
  await button(page, "Fit the whole run").click();
  await page.waitForTimeout(400);
  const { x, y, width, height } = await canvas(page).boundingBox();
  await page.mouse.click(x + 34, y + height - 40);
  await expect.poll(async () => (await where(page)).event).toBeLessThan(12);
  await page.mouse.click(x + width - 12, y + 30);
  await expect.poll(async () => (await where(page)).event).toBeGreaterThan(50);
  const taken = (ctrlKey) =>
    canvas(page).evaluate((one, held) => {
      const event = new WheelEvent("wheel", {
        deltaY: -100,
        ctrlKey: held,
        cancelable: true,
        bubbles: true,
        composed: true,
      });
      return !one.dispatchEvent(event);
    }, ctrlKey);
  expect(await taken(false)).toBe(false);
  expect(await taken(true)).toBe(true);
  await canvas(page).focus();
  for (const key of ["+", "-", "0", "PageUp", "PageDown"]) await page.keyboard.press(key);
  const before = (await where(page)).event;
  await page.mouse.move(x + 200, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + 300, y + 50, { steps: 4 });
  await page.mouse.up();
  expect((await where(page)).event).toBe(before);
});

test("a long run is drawn in samples, and stays quick", async ({ page }) => {
  await opens(page);
  await element(page).evaluate((one) =>
    one.open("protocol raft\nreplicas 5\nseed 3\nworkload clients 4 rate 200/s keys 5\nrun 60s\n"),
  );
  await element(page).evaluate((one) => {
    one.speed = 10;
    one.play();
  });
  await expect
    .poll(async () => element(page).evaluate((one) => one.event), {
      timeout: 30_000,
    })
    .toBeGreaterThan(20_000);
  await element(page).evaluate((one) => one.pause());
  await button(page, "Fit the whole run").click();
  await expect(page.locator("cp-space-time .sampled")).toContainText(/of \d{5,} events/);
  expect(await drawn(page)).toBeLessThanOrEqual(3000);
});

test("charts are loaded when they are wanted, and say the same as a table", async ({ page, troubles }) => {
  const loaded = [];
  page.on("request", (request) => loaded.push(request.url()));
  await opens(page);
  await steps(page, 60);
  expect(loaded.filter((address) => address.includes("plot"))).toEqual([]);
  await page.getByText("Charts", { exact: true }).click();
  await expect(page.locator("cp-charts canvas")).toHaveCount(3);
  expect(loaded.filter((address) => address.includes("plot")).length).toBe(1);
  const cells = await page.locator("cp-charts td").allTextContents();
  expect(cells.filter((text) => Number(text) > 0).length).toBeGreaterThan(3);
  await page.getByText("Charts", { exact: true }).click();
  await expect(page.locator("cp-charts canvas").first()).toBeHidden();
  expect(troubles).toEqual([]);
});
