// A way out of everything: engines that break down, are killed, are busy or can't be had; links that are too much; and
// calls of the element that make no sense. What the person did is kept, and there is one thing to press.
import { deflateRawSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { expect, test } from "./playground.mjs";
import { act, button, eventNumber, openText, opens, scenarioFiles, scenarioList, script, state } from "./page.mjs";
import { looksRight } from "./looks.mjs";
import { hooked, plan } from "./worker-hook.mjs";

const ELECTION = "protocol raft\nreplicas 5\nseed 2\nnetwork latency 10ms..20ms\n";
const element = (page) => page.locator("consensus-playground");
const alert = (page) => page.getByRole("alert");
const transport = (page, name) => page.locator("cp-transport").getByRole("button", { name });
const play = (page) => transport(page, "Play");
const stop = (page) => button(page, "Stop");
/** What makes the message of a call that is refused; nothing where it is not. */
const refused = (page, call) =>
  element(page).evaluate((one, text) => new Function("one", `return ${text}`)(one).then(String, String), call);
const link = (shared) =>
  `#s1=${deflateRawSync(JSON.stringify({ e: 0, t: 0, c: "0.1.0", h: "", v: {}, ...shared })).toString("base64url")}`;
/** Sixteen doublings of ten messages, and then all of them are delivered. */
const FLOOD = `protocol raft\nreplicas 5\nnetwork manual\nfire election-timeout of 1\n${"duplicate all\n".repeat(16)}settle\n`;

/** What is expected to be told on the console. */
const only = (troubles, pattern) => expect(troubles.splice(0).filter((one) => !pattern.test(one))).toEqual([]);

test("a panic under play stays to be read, and the run is opened again where it stood", async ({ page, troubles }) => {
  await hooked(page);
  await opens(page);
  await openText(page, `${ELECTION}at 100ms request put x 1\nrun 5s\n`);
  expect(await act(page, "clock 2 1.5x")).toBe(true);
  for (let steps = 0; steps < 12; steps += 1) await element(page).evaluate((one) => one.step());
  const at = await eventNumber(page);
  await plan(page, { op: "run", panics: "panicked at src/kernel/queue.rs:88:9:\nthe test breaks it" });
  await play(page).click();
  await expect(alert(page)).toContainText(/The engine broke down: panicked at src\/kernel\/queue\.rs:88:9:\s+the test/);
  // Whatever is pressed now, it stays, and the text can still be had.
  for (const name of ["Step", "Next milestone", "Step back"]) await button(page, name).click();
  await page.waitForTimeout(500);
  await expect(alert(page)).toHaveCount(1);
  await expect(alert(page)).toContainText("the test breaks it");
  expect(await script(page)).toContain("clock 2 1.50x");
  expect(await refused(page, "one.state()")).toContain("the test breaks it");
  await looksRight(page, "panic");
  await button(page, "Open the run again").click();
  await expect(alert(page)).toHaveCount(0);
  expect(await eventNumber(page)).toBe(at);
  expect(await script(page)).toContain("clock 2 1.50x");
  await button(page, "Step").click();
  await expect.poll(() => eventNumber(page)).toBe(at + 1);
  expect(troubles).toEqual([]);
});

test("a run that breaks the engine again can be opened from its beginning", async ({ page, troubles }) => {
  await hooked(page);
  await opens(page);
  await openText(page, `${ELECTION}run 5s\n`);
  for (let steps = 0; steps < 12; steps += 1) await element(page).evaluate((one) => one.step());
  await plan(page, { op: "step", panics: "panicked: once" });
  await button(page, "Step").click();
  await expect(alert(page)).toContainText("panicked: once");
  // The next worker breaks down, too.
  await element(page).evaluate(async (one) => {
    const { client } = one.run;
    const { start } = client;
    client.start = function () {
      client.start = start;
      const worker = start.call(this);
      worker.postMessage({ plan: { op: "seek", panics: "panicked: twice" } });
      worker.postMessage({ plan: { op: "open", panics: "panicked: twice" } });
      return worker;
    };
  });
  await button(page, "Open the run again").click();
  await expect(alert(page)).toContainText("panicked: twice");
  await button(page, "Open the run again from its beginning").click();
  await expect(alert(page)).toHaveCount(0);
  expect((await state(page)).nodes.length).toBe(5);
  expect(troubles).toEqual([]);
});

for (const playing of [false, true])
  test(`a worker that is killed ${playing ? "under play" : "at rest"} is told, and the run opened again`, async ({
    page,
    troubles,
  }) => {
    await opens(page);
    await openText(page, `${ELECTION}run 60s\n`);
    for (let steps = 0; steps < 12; steps += 1) await element(page).evaluate((one) => one.step());
    await act(page, "crash 5");
    if (playing) await play(page).click();
    await element(page).evaluate((one) => one.run.client.worker.terminate());
    await expect(alert(page)).toContainText("The engine is gone");
    if (playing) await looksRight(page, "killed");
    await expect(play(page)).toBeVisible();
    const at = await eventNumber(page);
    await button(page, "Open the run again").click();
    await expect(alert(page)).toHaveCount(0);
    expect(await eventNumber(page)).toBe(at);
    expect(await script(page)).toContain("crash 5");
    expect(troubles).toEqual([]);
  });

test("a worker that is killed does not hang what is asked of it", async ({ page }) => {
  await opens(page);
  await element(page).evaluate((one) => one.run.client.worker.terminate());
  const opened = element(page).evaluate(
    (one, text) => Promise.race([one.open(text), new Promise((r) => setTimeout(r, 8000, "hangs"))]),
    `${ELECTION}run 1s\n`,
  );
  // Told, or opened by the next worker: either will do.
  expect(["hangs", undefined]).not.toContain(await opened);
  await element(page).evaluate((one, text) => one.open(text), `${ELECTION}run 2s\n`);
  await expect(alert(page)).toHaveCount(0);
  expect(await script(page)).toContain("run 2s");
});

test("an engine that does not listen is stopped with its worker, and the run is kept", async ({ page, troubles }) => {
  await hooked(page);
  await opens(page);
  await openText(page, `${ELECTION}run 60s\n`);
  for (let steps = 0; steps < 12; steps += 1) await element(page).evaluate((one) => one.step());
  await act(page, "crash 5");
  const at = await eventNumber(page);
  await plan(page, { op: "step", blocks: 60_000 });
  const pressed = Date.now();
  await button(page, "Step").click();
  await expect(stop(page)).toBeVisible({ timeout: 1500 });
  expect(Date.now() - pressed).toBeLessThan(1500);
  await looksRight(page, "busy");
  await stop(page).click();
  await expect(alert(page)).toContainText("You stopped the work.");
  await expect(stop(page)).toHaveCount(0);
  await looksRight(page, "ended");
  await button(page, "Open the run again").click();
  await expect(alert(page)).toHaveCount(0);
  expect(await eventNumber(page)).toBe(at);
  expect(await script(page)).toContain("crash 5");
  expect(troubles).toEqual([]);
});

test("a link that is too much can be stopped, and after a reload again", async ({ page, troubles }) => {
  const address = `play.html${link({ s: FLOOD, e: 2_000_000, t: 1e9 })}`;
  expect(address.length).toBeLessThan(300);
  for (const way of ["goto", "reload"]) {
    const asked = Date.now();
    if (way === "goto") await page.goto(address);
    else {
      // The address has followed what was opened since.
      await page.evaluate((to) => history.replaceState(null, "", to), address);
      await page.reload();
    }
    await expect(stop(page)).toBeVisible({ timeout: 5000 });
    if (way === "goto") await looksRight(page, "flood");
    console.log(`${way}: Stop after ${Date.now() - asked} ms`);
    await stop(page).click();
    await expect(stop(page)).toHaveCount(0, { timeout: 5000 });
    // There is a run again, that of the link as far as it came or another one, and it answers.
    await expect(page.locator("[data-node]").first()).toBeVisible();
    await expect.poll(() => script(page)).toContain("protocol raft");
    await looksRight(page, `flood-stopped-${way}`);
    await button(page, "Step").click();
    await page.getByLabel("Protocol").selectOption("pbft");
    // What is asked while the step is still under way is given up with it.
    await expect.poll(() => script(page).catch(() => "")).toContain("protocol pbft");
  }
  expect(troubles).toEqual([]);
});

test("a link whose time lies far beyond its event is not carried out to that time", async ({ page, troubles }) => {
  await opens(page);
  const hash = link({ s: `${ELECTION}run 3600s\n`, e: 500, t: 3.6e9 });
  expect(await element(page).evaluate((one, text) => one.openLink(text), hash)).toBe(true);
  expect(await eventNumber(page)).toBe(500);
  expect(await element(page).evaluate((one) => one.run.frame.last)).toBeLessThan(600);
  expect(troubles).toEqual([]);
});

test("long work tells how far it is, and stops where it is", async ({ page, troubles }) => {
  await opens(page);
  const clients = "workload clients 8 rate 2000/s keys 10\n";
  const arrived = element(page).evaluate(
    (one, hash) => one.openLink(hash),
    link({ s: `${ELECTION}${clients}run 3600s\n`, e: 2_000_000, t: 3.6e9 }),
  );
  await expect(page.getByRole("status").filter({ hasText: /Still working, at event \d+…/ })).toBeVisible();
  await stop(page).click();
  expect(await arrived).toBe(true);
  const at = await eventNumber(page);
  expect(at).toBeGreaterThan(100);
  await expect(page.getByRole("status").filter({ hasText: `Stopped at event ${at}.` })).toBeVisible();
  await looksRight(page, "stopped-on-the-way");
  expect(await script(page)).toContain("workload clients 8");
  await button(page, "Step").click();
  await expect.poll(() => eventNumber(page)).toBe(at + 1);
  expect(troubles).toEqual([]);
});

test("play goes slower, but never keeps the person waiting", async ({ page }) => {
  await opens(page);
  await openText(page, `${ELECTION}workload clients 16 rate 20000/s keys 10\nrun 3600s\n`);
  await element(page).evaluate((one) => (one.speed = 10));
  await play(page).click();
  await page.waitForTimeout(3000);
  const pressed = Date.now();
  await transport(page, "Pause").click();
  await script(page);
  expect(Date.now() - pressed).toBeLessThan(2000);
});

test("past the last milestone it is said that there is none, and presses don't queue", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "protocol raft\nreplicas 3\nseed 2\nrun 1s\n");
  const next = button(page, "Next milestone");
  const said = page.getByRole("status").filter({ hasText: /No milestone follows up to event \d+/ });
  for (let presses = 0; presses < 12 && !(await said.isVisible()); presses += 1) {
    await next.click();
    await page.waitForTimeout(300);
  }
  await expect(said).toBeVisible();
  const at = await eventNumber(page);
  await expect(said).toContainText(`The run stays at event ${at}.`);
  await looksRight(page, "no-milestone");
  const started = Date.now();
  await next.evaluate((one) => {
    for (let presses = 0; presses < 30; presses += 1) one.click();
  });
  await script(page);
  expect(Date.now() - started).toBeLessThan(2000);
  expect(await eventNumber(page)).toBe(at);
  await button(page, "Step").click();
  await expect(said).toHaveCount(0);
  expect(troubles).toEqual([]);
});

test("a link that unpacks to more than it may is refused before it is unpacked", async ({ page, troubles }) => {
  await opens(page);
  const bomb = `#s1=${deflateRawSync(Buffer.alloc(1_000_000_000, " "), { level: 9 }).toString("base64url")}`;
  expect(bomb.length).toBeGreaterThan(1_000_000);
  const [opened, took] = await element(page).evaluate(async (one, hash) => {
    const before = performance.now();
    return [await one.openLink(hash), performance.now() - before];
  }, bomb);
  console.log(`a bomb of ${bomb.length} characters is refused in ${Math.round(took)} ms`);
  expect(opened).toBe(false);
  expect(took).toBeLessThan(1000);
  await expect(alert(page)).toContainText("unpacks to more than 1 MiB");
  await looksRight(page, "bomb");
  expect(troubles).toEqual([]);
});

test("calls of the element that make no sense reject with an error that names what is wrong", async ({
  page,
  troubles,
}) => {
  await opens(page);
  await openText(page, `${ELECTION}run 1s\n`);
  const before = await script(page);
  const wrong = ["NaN", "-1", "{}", "1.5", "Infinity", "'3'", "undefined", "null", "true", "[]", "5n", "Symbol()"];
  for (const value of wrong)
    expect(await refused(page, `one.seek(${value})`)).toMatch(
      /TypeError: `event` must be a whole number from 0 on, not /,
    );
  for (const value of ["true", "5", "{}", "undefined", "null", "() => 1", "['crash 2']"])
    for (const [method, name] of Object.entries({ act: "line", open: "text", openLink: "link" }))
      expect(await refused(page, `one.${method}(${value})`)).toMatch(new RegExp(`\`${name}\` must be a string, not `));
  for (const value of ["'fast'", "NaN", "-1", "0", "{}", "undefined"])
    expect(await refused(page, `(async () => { one.speed = ${value} })()`)).toContain(
      "`speed` must be a number above 0",
    );
  expect(await element(page).evaluate((one) => one.speed)).toBe(null);
  expect(await script(page)).toBe(before);
  const told = await element(page).evaluate(
    (one) =>
      new Promise((resolve) => {
        one.addEventListener("error", ({ detail }) => resolve(detail), { once: true });
        one.setAttribute("speed", "abc");
      }),
  );
  expect(told.message).toContain('`speed` must be a number above 0, not NaN (`speed="abc"`)');
  await expect(alert(page)).toContainText("`speed` must be a number above 0");
  await button(page, "Close").click();
  // The clock goes on all the same.
  const now = await element(page).evaluate((one) => one.now);
  await play(page).click();
  await expect.poll(() => element(page).evaluate((one) => one.now)).toBeGreaterThan(now);
  await transport(page, "Pause").click();
  expect(troubles).toEqual([]);
});

/** The files in which the site has the scenarios. */
const SCENARIOS = /scenarios-[^/]*\.js$/;

const PARTS = [
  { what: "the engine's wasm", files: /\.wasm$/, says: "The engine could not be loaded" },
  { what: "the engine's worker", files: /assets\/worker[^/]*\.js$/, says: "The engine could not be loaded" },
  { what: "the gallery", files: SCENARIOS, says: "could not be loaded (the scenarios)" },
  {
    what: "the challenge",
    files: /assets\/challenge[^/]*\.js$/,
    says: "could not be loaded (the challenge)",
    at: "challenge.html",
  },
];
for (const { what, files, says, at = "play.html" } of PARTS)
  test(`where ${what} does not arrive, that is said, and trying again helps`, async ({ page, troubles }) => {
    await page.route(files, (route) => route.abort());
    await page.goto(at);
    await expect(alert(page)).toContainText(says);
    await looksRight(page, `missing ${what}`);
    await page.unroute(files);
    await button(page, "Try again").click();
    await expect(alert(page)).toHaveCount(0);
    await expect(page.locator("[data-node]").first()).toBeVisible();
    if (files === SCENARIOS) await scenarioList(page);
    if (at === "challenge.html") await expect(page.locator("cp-challenge")).toContainText("Check");
    only(troubles, /Failed to load|ERR_FAILED/);
  });

test("where the scenario that is asked for does not arrive, another is shown, and trying again opens it", async ({
  page,
  troubles,
}) => {
  const [{ file, text }] = scenarioFiles;
  await page.route(SCENARIOS, (route) => route.abort());
  await page.goto("play.html");
  await page.evaluate((name) => {
    const one = document.createElement("consensus-playground");
    one.setAttribute("scenario", name);
    one.setAttribute("drawers", "inspect");
    document.querySelector("consensus-playground").replaceWith(one);
  }, file);
  await expect(alert(page)).toHaveText(/could not be loaded \(the scenarios\)/);
  await expect(page.locator("[data-node]").first()).toBeVisible();
  expect(await element(page).evaluate(({ run }) => run.text)).not.toBe(text);
  // That another part arrives does not make up for it.
  await page.locator("summary", { hasText: "Client histories" }).click();
  await expect(page.locator("cp-histories")).toBeVisible();
  await expect(alert(page)).toHaveText(/could not be loaded \(the scenarios\)/);
  await page.unroute(SCENARIOS);
  await button(page, "Try again").click();
  await expect.poll(() => element(page).evaluate(({ run }) => run.text)).toBe(text);
  await expect(alert(page)).toHaveCount(0);
  only(troubles, /Failed to load|ERR_FAILED/);
});

test("where a fold's part does not arrive, that is said, and trying again helps", async ({ page, troubles }) => {
  await opens(page);
  await page.route(/histories[^/]*\.js$/, (route) => route.abort());
  await page.locator("summary", { hasText: "Client histories" }).click();
  await expect(alert(page)).toContainText("could not be loaded (Client histories)");
  await looksRight(page, "missing-fold");
  await page.unroute(/histories[^/]*\.js$/);
  await button(page, "Try again").click();
  await expect(alert(page)).toHaveCount(0);
  await expect(page.locator("cp-histories")).toBeVisible();
  only(troubles, /Failed to load|ERR_FAILED/);
});

test("where the page's own script does not arrive, that is said", async ({ page, troubles }) => {
  await page.route(/assets\/main[^/]*\.js$/, (route) => route.abort());
  await page.goto("play.html");
  await expect(page.getByRole("link", { name: "Try again" })).toBeVisible();
  await expect(page.locator("main")).toContainText("a part of the page did not arrive");
  await page.waitForTimeout(3200);
  await looksRight(page, "missing-main");
  only(troubles, /Failed to load|ERR_FAILED/);
});

const LACKING = [
  { what: "WebAssembly", before: "delete self.WebAssembly;\n", says: "This browser has no WebAssembly" },
  {
    what: "memory",
    before:
      "WebAssembly.instantiateStreaming = WebAssembly.instantiate = async () => { throw new RangeError('Out of memory'); };\n",
    says: "The browser has no memory left for the engine",
  },
];
for (const { what, before, says } of LACKING)
  test(`without ${what} there is a sentence, and something to press`, async ({ page }) => {
    await hooked(page, before);
    await page.goto("play.html");
    await expect(alert(page)).toContainText(says);
    await looksRight(page, `without ${what}`);
    const another = page.waitForEvent("worker");
    await button(page, "Try again").click();
    await another;
    await expect(alert(page)).toContainText(says);
    await page.unrouteAll();
    await button(page, "Try again").click();
    await expect(alert(page)).toHaveCount(0);
    await expect(page.locator("[data-node]").first()).toBeVisible();
  });

test("a trace is downloaded whole, in pieces", async ({ page, troubles }) => {
  await opens(page);
  const text = `${ELECTION}workload clients 8 rate 1000/s keys 10\nrun 80s\n`;
  await openText(page, text);
  expect(await element(page).evaluate((one, hash) => one.openLink(hash), link({ s: text, e: 70_000, t: 80e6 }))).toBe(
    true,
  );
  const { last } = await element(page).evaluate((one) => one.run.frame);
  expect(last).toBeGreaterThan(45_000);
  await button(page, "Share").click();
  const loading = page.waitForEvent("download");
  await button(page, "Download trace").click();
  const lines = (await readFile(await (await loading).path(), "utf8")).trim().split("\n");
  expect(lines.length).toBe(last);
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(lines.map((_, place) => place + 1));
  await expect(page.locator("cp-share")).toContainText("trace.ndjson is in your downloads.");
  expect(troubles).toEqual([]);
});

test("a download that there is no room for is not told to be there", async ({ page }) => {
  await opens(page);
  await button(page, "Share").click();
  await page.evaluate(() => {
    window.Blob = class extends Blob {
      get size() {
        return 0;
      }
    };
  });
  for (const name of ["Download trace", "Download ShiViz log", "Download scenario"]) {
    await button(page, name).click();
    await expect(page.locator("cp-share")).toContainText("could not be made: there was no room for it.");
    await expect(page.locator("cp-share")).not.toContainText("is in your downloads");
  }
});
