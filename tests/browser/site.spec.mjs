// The site around the playground: addresses, home, gallery, lessons' pages, languages, and the app without a network.
import { readFileSync, readdirSync } from "node:fs";
import { audit, EVERY, opens, scenarioList, script, state } from "./page.mjs";
import { expect, offlinePage, path, test } from "./playground.mjs";

const cluster = (page) => page.locator("home-cluster");
const living = (page) => expect(page.locator('home-cluster[data-engine="ready"]')).toBeAttached();
const leads = (page) =>
  expect(page.locator('home-cluster button.node.up[data-look="lead"]')).toBeVisible({ timeout: 30_000 });
const lessons = readdirSync(path("lessons"))
  .filter((name) => /^\d\d-[\w-]+\.md$/.test(name))
  .map((name) => name.replace(/\.md$/, ""));
const PAGES = [
  "./",
  "learn/",
  "learn/open.html",
  "learn/06-figure-8.html",
  "learn/06-figure-8.de.html",
  "scenarios.html",
  "compare.html",
  "lab.html",
];

test("the home elects a leader by itself, and crashes it by one button and by one click", async ({
  page,
  troubles,
}) => {
  await page.goto("./");
  await leads(page);
  await page.getByRole("button", { name: "Crash the leader" }).click();
  await expect(page.locator("home-cluster button.node.crashed")).toHaveCount(1);
  await leads(page);
  const second = page.locator('home-cluster button.node.up[data-look="lead"]');
  await second.click({ position: { x: 10, y: 10 } });
  await expect(page.locator("home-cluster button.node.crashed")).toHaveCount(2);
  await page.getByRole("button", { name: "Restart them all" }).click();
  await expect(page.locator("home-cluster button.node.crashed")).toHaveCount(0);
  expect(troubles).toEqual([]);
});

test("the home's cluster is crashed and restarted by keys alone", async ({ page }) => {
  await page.goto("./");
  await leads(page);
  const node = page.locator("home-cluster button.node").first();
  await node.focus();
  await page.keyboard.press("Enter");
  await expect(node).toHaveClass(/crashed/);
  await page.keyboard.press("Enter");
  await expect(node).not.toHaveClass(/crashed/);
});

test("whoever wants no motion is shown a picture that stands still, and a way to play it", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("./");
  await living(page);
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  const moving = await page
    .locator(".fly")
    .evaluateAll((all) => all.filter((one) => one.getAnimations().length > 0).length);
  expect(moving).toBe(0);
});

test("a run that was shared before there was a home opens where it is played", async ({ page }) => {
  const link = readFileSync(path("tests/links/s1-pbft-normal-case.link"), "utf8").trim();
  await page.goto(`./index.html${link}`);
  await expect(page).toHaveURL(/play\.html#s\d+=/);
  await expect(page.locator('consensus-playground[data-engine="ready"]')).toBeAttached();
});

test("address and title say which scenario is open; reload, back and forward keep to it", async ({
  page,
  troubles,
}) => {
  await opens(page, "play.html#raft-minority");
  expect(await script(page)).toContain("# A minority can't commit");
  await expect(page).toHaveTitle(/A minority can't commit.* – Raft – Consensus Playground/);
  const list = await scenarioList(page);
  await list.selectOption({ label: "A clean election" });
  await expect(page).toHaveURL(/#raft-clean-election$/);
  await expect(page).toHaveTitle(/^A clean election/);
  await page.reload();
  await expect.poll(() => script(page).catch(() => "")).toContain("# A clean election");
  await page.goBack();
  await expect.poll(() => script(page)).toContain("# A minority can't commit");
  await expect(page).toHaveTitle(/^A minority/);
  await page.goForward();
  await expect.poll(() => script(page)).toContain("# A clean election");
  expect(troubles).toEqual([]);
});

test("a text of one's own has no name, and back leads to what had one", async ({ page }) => {
  await opens(page, "play.html#raft-minority");
  await page
    .locator("consensus-playground")
    .evaluate((one) => one.open("# My own\nprotocol raft\nreplicas 3\nrun 1s\n"));
  await expect(page).toHaveURL(/play\.html$/);
  await expect(page).toHaveTitle(/^My own – Raft/);
  await page.goBack();
  await expect.poll(() => script(page)).toContain("# A minority can't commit");
});

test("the gallery has every scenario, its bugs last, each with a title and a picture", async ({ page, troubles }) => {
  await page.goto("scenarios.html");
  const files = readdirSync(path("tests/scenarios")).map((name) => name.replace(/\.scenario$/, ""));
  const links = await page.locator("li.card a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const file of files) expect(links).toContain(`play.html#${file}`);
  const named = await page.locator("li.card strong").allTextContents();
  for (const file of files) expect(named).not.toContain(file);
  expect(await page.locator("li.card svg").count()).toBe(links.length);
  const shelf = page.locator("section").last();
  await expect(shelf.getByRole("heading")).toHaveText(/^Bugs/);
  const bugs = await shelf.locator("li.card a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const file of files) if (/-bug(?:-|$)/.test(file)) expect(bugs).toContain(`play.html#${file}`);
  expect(troubles).toEqual([]);
});

test("the gallery is searched as one types and filtered, and the address keeps what is looked for", async ({
  page,
}) => {
  await page.goto("scenarios.html");
  const shown = page.locator("li.card:visible");
  await page.getByLabel("Search").fill("figure 8");
  const all = await page.locator("li.card").count();
  await expect.poll(() => shown.count()).toBeLessThan(all);
  await expect(page.getByRole("status")).toHaveText(/^\d+ scenarios?$/);
  for (const text of await shown.allTextContents()) expect(text.toLowerCase()).toContain("figure");
  await page.getByLabel("Search").fill("");
  await page.getByLabel("Protocol").selectOption("PBFT");
  await page.getByLabel("Topic").selectOption("liars");
  await page.getByLabel("Breaks something").check();
  expect(await shown.count()).toBeGreaterThan(0);
  for (const card of await shown.all()) {
    await expect(card).toHaveAttribute("data-protocol", "PBFT");
    await expect(card).toHaveAttribute("data-topics", /liars/);
    await expect(card).toHaveAttribute("data-breaks", "");
  }
  const before = await shown.count();
  await page.reload();
  await expect(shown).toHaveCount(before);
  await page.getByLabel("Search").fill("no such thing at all");
  await expect(page.getByRole("status")).toHaveText(/No scenario matches/);
});

test("what is typed while the gallery is loading is looked for once it is there", async ({ page }) => {
  let go;
  const typed = new Promise((done) => (go = done));
  await page.route("**/*.js", async (route) => {
    await typed;
    await route.continue();
  });
  await page.goto("scenarios.html", { waitUntil: "commit" });
  const search = page.getByLabel("Search");
  await search.fill("figure 8");
  go();
  const cards = page.locator("li.card");
  await expect.poll(() => cards.filter({ visible: false }).count()).toBeGreaterThan(0);
  await expect(search).toHaveValue("figure 8");
  for (const text of await cards.filter({ visible: true }).allTextContents())
    expect(text.toLowerCase()).toContain("figure");
});

test("what the gallery calls broken is broken in the playground", async ({ page }) => {
  await page.goto("scenarios.html");
  const card = page.locator("li.card[data-breaks] a").first();
  await card.click();
  await expect(page.locator('consensus-playground[data-engine="ready"]')).toBeAttached();
  const violations = await page.locator("consensus-playground").evaluate(async (one) => {
    one.speed = 10;
    one.play();
    for (;;) {
      const { finished, violations: found } = await one.state();
      if (finished || found.length > 0) return found.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  expect(violations).toBeGreaterThan(0);
});

for (const id of EVERY ? lessons : [lessons[0], lessons.at(-1)])
  test(`the lesson ${id} can be read without JavaScript, and opens with it`, async ({ browser, baseURL, page }) => {
    const title = /^# (.+)$/m.exec(readFileSync(path(`lessons/${id}.md`), "utf8"))[1];
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
    const still = await context.newPage();
    await still.goto(`learn/${id}.html`);
    await expect(still.locator(".readable")).toBeVisible();
    await expect(still.locator(".readable svg.drawing").first()).toBeVisible();
    await expect(still).toHaveTitle(`${title} – Consensus Playground`);
    await context.close();
    await page.goto(`learn/${id}.html`);
    await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
    await expect(page.locator(".readable")).toBeHidden();
  });

test("the playground leads home; as an offline page it leads nowhere", async ({ page }) => {
  await opens(page, "play.html");
  await page.getByRole("link", { name: "Consensus Playground" }).click();
  await living(page);
  await opens(page, offlinePage);
  await expect(page.getByRole("link", { name: "Consensus Playground" })).toHaveCount(0);
});

test("progress in lessons shows on the path", async ({ page }) => {
  await page.addInitScript(() =>
    localStorage.setItem("consensus-playground.lessons", JSON.stringify({ "03-majorities": { done: true, at: 5 } })),
  );
  await page.goto("./");
  await expect(page.locator('[data-lesson="03-majorities"]')).toContainText("✓ done");
});

test("the page speaks German where it was asked to, and remembers it", async ({ page }) => {
  await page.goto("./");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Fünf Computer/);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.goto("learn/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lernen");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Learn");
});

for (const address of PAGES)
  for (const colorScheme of ["light", "dark"])
    test(`an audit of ${address} finds nothing (${colorScheme}), and 320 pixels are enough`, async ({
      page,
      troubles,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(address);
      if (address === "./") await living(page);
      if (/\d\d-/.test(address)) await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
      expect(await audit(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      expect(troubles).toEqual([]);
    });

test("the first tab stop leads past the header", async ({ page }) => {
  for (const address of PAGES) {
    await page.goto(address);
    await page.keyboard.press("Tab");
    await expect(page.locator("a.skip")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/#main$/);
  }
});

test.describe("as an app", () => {
  test.use({ serviceWorkers: "allow" });

  test("it works without a network once it was there, every page of it", async ({ page, context }) => {
    await page.goto("./");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await leads(page);
    await page.goto("play.html#raft-minority");
    await expect.poll(() => script(page).catch(() => "")).toContain("# A minority can't commit");
    await page.goto("learn/");
    await page
      .getByRole("link", { name: /One vote per term/ })
      .first()
      .click();
    await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
    await page.goto("scenarios.html?protocol=Raft");
    await expect(page.getByRole("status")).toHaveText(/scenarios$/);
    await context.setOffline(false);
  });

  test("it keeps all files of one build, and nothing that is not there", async ({ page, request }) => {
    const worker = await (await request.get("sw.js")).text();
    const files = JSON.parse(/^const FILES = (\[.*\]);$/m.exec(worker)[1]);
    for (const file of files) expect((await request.get(file)).status(), file).toBe(200);
    await page.goto("./");
    await page.evaluate(() => navigator.serviceWorker.ready);
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name)).keys()).length;
    });
    expect(kept).toBe(files.length);
  });
});
