// The playground as a guest in a course's page: in a column, in a frame, in a sandbox, from a file.
import { readFile } from "node:fs/promises";
import { audit, button, element, eventNumber } from "./page.mjs";
import { expect, offlinePage, test } from "./playground.mjs";

const LINE = "scenario=raft-minority";
const frame = (query, attributes = "") =>
  `<p>Text of the course.</p><iframe title="Playground" src="embed.html?${query}" ${attributes}></iframe>`;

/** A page of a course with a column of 600 px, on the same host. */
async function hosts(page, body, style = "") {
  const html = `<!doctype html><html lang="en"><title>A course</title>
    <style>body { width: 600px; margin: 0 auto } iframe { display: block; width: 100%; height: 420px; border: 0 } ${style}</style>
    <script>window.heard = []; addEventListener("message", ({ data }) => heard.push(data));</script>
    <main><h1>A course</h1>${body}<p style="height: 2000px">The end.</p></main>`;
  await page.route("**/course.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto("course.html");
}

/** What stands in the element's view, once its run is open. */
async function ready(place) {
  const one = place.locator("consensus-playground");
  await expect(one).toHaveAttribute("data-engine", "ready");
  await expect(place.locator("[data-node]").first()).toBeVisible();
  return one;
}

/** Plays, ten times slower than real time, until the caption tells of something, and pauses. */
async function plays(place) {
  await place.locator("consensus-playground").evaluate((playground) => (playground.speed = 0.1));
  await place.getByRole("button", { name: "Play", exact: true }).click();
  const one = place.locator("consensus-playground");
  await expect.poll(() => one.evaluate(({ now }) => now), { timeout: 20_000 }).toBeGreaterThan(150_000);
  await one.evaluate((playground) => playground.pause());
}

/** What in the compact view is cut off, or reaches beyond it. */
const clipped = (one) =>
  one.evaluate((playground) => {
    const outer = playground.getBoundingClientRect();
    const deep = (root) =>
      [...root.querySelectorAll("*")].flatMap((at) => [at, ...(at.shadowRoot ? deep(at.shadowRoot) : [])]);
    return deep(playground.shadowRoot).flatMap((at) => {
      if (!at.checkVisibility() || at.closest(".hidden, .scheme")) return [];
      const { left, right, top, bottom } = at.getBoundingClientRect();
      const out = left < outer.left - 1 || right > outer.right + 1 || top < outer.top - 1 || bottom > outer.bottom + 1;
      const cut = at.localName === "p" && at.scrollHeight > at.clientHeight + 1;
      return out || cut ? [`${at.localName}.${at.className}: ${at.textContent.trim().slice(0, 40)}`] : [];
    });
  });

for (const [where, attributes] of [
  ["frames", ""],
  ["sandboxed frames", 'sandbox="allow-scripts"'],
])
  test(`three compact ${where} in a column are low, whole, and leave wheel and focus to the page`, async ({ page }) => {
    await hosts(page, frame(`view=compact&${LINE}`, attributes).repeat(3));
    const frames = page.frames().slice(1);
    expect(frames).toHaveLength(3);
    for (const one of frames) {
      const playground = await ready(one);
      await plays(one);
      expect(await clipped(playground)).toEqual([]);
    }
    const heights = await page.locator("iframe").evaluateAll((all) => all.map((one) => one.offsetHeight));
    expect(heights).toEqual([420, 420, 420]);
    // Playing pressed a button in a frame; by itself none takes the focus.
    await page.evaluate(() => {
      document.activeElement.blur();
      scrollTo(0, 0);
    });
    await page.mouse.move(page.viewportSize().width / 2, 200);
    // A wheel that turns just as the browser puts frames in their place is lost now and then; a frame that keeps it keeps it each time.
    const scrolled = () => page.evaluate(() => scrollY);
    await expect(async () => {
      await page.mouse.wheel(0, 300 - (await scrolled()));
      await expect.poll(scrolled, { timeout: 1_000 }).toBe(300);
    }).toPass({ timeout: 10_000 });
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    const told = () => page.evaluate(() => heard.filter(({ type }) => type === "consensus-playground:height"));
    await expect.poll(told).toEqual(Array(3).fill({ type: "consensus-playground:height", height: 420 }));
    expect(await audit(page)).toEqual([]);
  });

test("a compact frame works in a course that is a file, too", async ({ page }) => {
  await page.goto(`${offlinePage}?view=compact&${LINE}&theme=dark`);
  const playground = await ready(page);
  await plays(page);
  expect(await clipped(playground)).toEqual([]);
  expect(await page.locator("cp-palette, cp-inspector, cp-transport").count()).toBe(0);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
});

for (const colorScheme of ["light", "dark"])
  for (const width of [320, 480, 600, 900])
    test(`compact at ${width} px, ${colorScheme}: picture, caption and controls are in sight`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 420 });
      await page.goto(`embed.html?view=compact&scenario=pbft`);
      const playground = await ready(page);
      await plays(page);
      expect(await playground.evaluate((one) => one.offsetHeight)).toBeLessThanOrEqual(420);
      expect(await clipped(playground)).toEqual([]);
      for (const room of ["cp-stage", "cp-caption", "cp-controls"])
        await expect(page.locator(room)).toBeInViewport({ ratio: 1 });
      const stage = await page.locator("cp-stage").boundingBox();
      expect(stage.height).toBeGreaterThan(230);
      // What is read is at least 12 px high, and no smaller than elsewhere on the stage.
      const size = await page.locator("cp-caption p").evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
      expect(size).toBeGreaterThanOrEqual(12);
      expect(await page.evaluate(() => document.scrollingElement.scrollHeight <= innerHeight)).toBe(true);
      expect(await audit(page)).toEqual([]);
    });

const paper = (place) =>
  place.locator("cp-stage").evaluate((one) => getComputedStyle(one).getPropertyValue("color-scheme"));
const looks = (place) =>
  place.locator(".scheme").evaluate((one) => (getComputedStyle(one).color === "rgb(255, 255, 255)" ? "dark" : "light"));
const drawn = (place) =>
  place.locator("cp-stage").evaluate(({ palette }) => Number(palette?.ink.match(/\d+/)[0] ?? NaN));

for (const [host, system] of [
  ["dark", "light"],
  ["light", "dark"],
])
  test(`in a ${host} page on a ${system} system, frame and element are ${host}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: system });
    await hosts(page, frame(`view=compact&${LINE}`), `html { color-scheme: ${host} }`);
    const [, inner] = page.frames();
    await ready(inner);
    expect(await looks(inner)).toBe(host);
    // The element itself, on a page that changes its mind while it stands there.
    await page.goto("play.html");
    await ready(page);
    await page.evaluate((scheme) => (document.documentElement.style.colorScheme = scheme), host);
    await expect.poll(() => looks(page)).toBe(host);
    // Not a number before the first drawing: that is neither.
    await expect
      .poll(async () => [(await drawn(page)) > 128, (await drawn(page)) <= 128])
      .toEqual([host === "dark", host === "light"]);
    expect(await paper(page)).toBe(host);
  });

test("a page of another host says in a message whether it is light or dark", async ({ page }) => {
  await hosts(page, frame(`view=compact&${LINE}`, 'sandbox="allow-scripts"'));
  const [, inner] = page.frames();
  await ready(inner);
  expect(await looks(inner)).toBe("light");
  await page.evaluate(() => frames[0].postMessage({ type: "consensus-playground:theme", theme: "dark" }, "*"));
  await expect.poll(() => looks(inner)).toBe("dark");
});

test("the query gives the attributes: controls, caption, language, start and end", async ({ page }) => {
  await page.goto(
    `embed.html?view=compact&${LINE}&controls=play&caption=Watch+replica+1&lang=de&start-at=20&end-at=400ms`,
  );
  const playground = await ready(page);
  await expect(page.locator("cp-caption")).toHaveText("Watch replica 1");
  await expect(page.locator("cp-controls").getByRole("button")).toHaveCount(1);
  await expect(page.getByRole("slider")).toHaveCount(0);
  expect(await eventNumber(page)).toBe(20);
  await playground.evaluate((one) => (one.speed = 0.2));
  await page.getByRole("button", { name: "Abspielen", exact: true }).click();
  await page.getByRole("button", { name: "Anhalten", exact: true }).waitFor();
  await page.getByRole("button", { name: "Abspielen", exact: true }).waitFor({ timeout: 30_000 });
  expect(await playground.evaluate(({ now }) => now)).toBeLessThanOrEqual(400_000);
  expect(await playground.evaluate(({ event }) => event)).toBeGreaterThan(20);
  // From its end it plays from its beginning again.
  await page.getByRole("button", { name: "Abspielen", exact: true }).click();
  await page.getByRole("button", { name: "Anhalten", exact: true }).waitFor();
  expect(await playground.evaluate(({ now }) => now)).toBeLessThan(400_000);
});

test("what stands wrongly in the query is told", async ({ page }) => {
  await page.goto(`embed.html?view=huge&${LINE}`);
  await expect(page.getByRole("alert")).toContainText('`view` must be full, lesson or compact, not "huge"');
  await page.goto(`embed.html?view=compact&start-at=soon&${LINE}`);
  await expect(page.getByRole("alert")).toContainText("`start-at` must be an event's number");
});

test("the lesson view has the picture, why and the transport, and can be acted on", async ({ page }) => {
  await page.setViewportSize({ width: 600, height: 600 });
  await page.goto(`embed.html?view=lesson&${LINE}`);
  const playground = await ready(page);
  await button(page, "Step").click();
  for (const room of ["cp-stage", "cp-narrator", "cp-transport"])
    await expect(page.locator(room)).toBeInViewport({ ratio: 1 });
  await page.locator('[data-node="1"]').click();
  await expect(page.locator("cp-actions")).toContainText("Crash");
  expect(await playground.evaluate((one) => one.offsetHeight)).toBeLessThanOrEqual(600);
  expect(await audit(page)).toEqual([]);
});

for (const view of ["full", "lesson", "compact"])
  test(`--consensus-playground-height is the height of the ${view} view in a column`, async ({ page }) => {
    await page.setViewportSize({ width: 600, height: 800 });
    await page.goto("play.html");
    await ready(page);
    const height = await element(page).evaluate(async (one, name) => {
      one.setAttribute("view", name);
      one.style.setProperty("--consensus-playground-height", "380px");
      await new Promise((resolve) => setTimeout(resolve, 500));
      return one.offsetHeight;
    }, view);
    expect(height).toBe(380);
  });

test("a compact frame loads no panels", async ({ page }) => {
  const manifest = JSON.parse(await readFile(new URL("../../dist/.vite/manifest.json", import.meta.url), "utf8"));
  const panels = ["views/full.ts", "header/share-panel.ts", "header/help.ts"].map((name) => {
    const { file } = manifest[`../element/src/${name}`];
    return file.replace("assets/", "");
  });
  const fetched = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname.split("/").at(-1)));
  await page.goto(`embed.html?view=compact&${LINE}`);
  await ready(page);
  expect(fetched.filter((name) => panels.includes(name))).toEqual([]);
});

test("where a file is missing, the frame says so at once, and tells the page around it", async ({ page, troubles }) => {
  await page.route("**/assets/compact-*.js", (route) => route.abort());
  await hosts(page, frame(`view=compact&${LINE}`));
  await expect(page.frameLocator("iframe").getByRole("alert")).toContainText("could not be loaded");
  await page.unrouteAll();
  await page.route("**/assets/consensus-playground-*.js", (route) => route.abort());
  await hosts(page, frame(`view=compact&${LINE}`));
  await expect(page.frameLocator("iframe").getByRole("alert")).toContainText("could not be loaded");
  await expect.poll(() => page.evaluate(() => heard.map(({ type }) => type))).toContain("consensus-playground:error");
  troubles.splice(0);
});

test("Share gives the HTML of a frame that shows the run at hand, and a live preview", async ({ page }) => {
  await page.goto("play.html#raft-minority");
  await ready(page);
  await element(page).evaluate((one) => one.seek(30));
  await button(page, "Share").click();
  await page.locator("cp-embed summary").click();
  const preview = page.locator("cp-embed consensus-playground");
  await expect(preview.locator("cp-controls")).toBeVisible();
  await page.locator("cp-embed select").first().selectOption("lesson");
  await expect(preview.locator("cp-transport")).toBeVisible();
  await page.locator("cp-embed select").nth(1).selectOption("dark");
  const snippet = await page.getByLabel("HTML to embed this run").inputValue();
  expect(snippet).toContain("embed.html?view=lesson&amp;theme=dark#s1=");
  const [event, hash] = await element(page)
    .first()
    .evaluate(async (one) => [one.event, await one.traceHash()]);
  await hosts(page, snippet);
  const [, inner] = page.frames();
  const shown = await ready(inner);
  expect(await shown.evaluate(async (one) => [one.event, await one.traceHash()])).toEqual([event, hash]);
});
