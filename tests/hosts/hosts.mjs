// The playground in pages that other tools make: each is built from its folder, served, and opened in Chromium.
// `PYTHON` is a folder of programs with Sphinx, marimo and the wheel, `MDBOOK` the program, `VITEPRESS` a folder with its packages.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, expect, launchOptions, path } from "../browser/playground.mjs";
import { serve } from "../package/serving.mjs";

const { PYTHON, MDBOOK, VITEPRESS } = process.env;
const built = path("target/hosts-built");
const element = path("target/package/element.js");

let browser;

before(async () => {
  rmSync(built, { recursive: true, force: true });
  browser = await chromium.launch(launchOptions);
});
after(() => browser?.close());

/** A host's folder, copied to where it may be built in. */
function copied(name) {
  const folder = join(built, name);
  mkdirSync(built, { recursive: true });
  cpSync(path(`tests/hosts/${name}`), folder, { recursive: true });
  return folder;
}

const work = (program, given, folder) =>
  execFileSync(program, given, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });

/** Opens a page, in which all playgrounds must come to stand and step. */
async function plays(address, count) {
  const page = await browser.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  try {
    await page.goto(address);
    const playgrounds = page.locator("consensus-playground");
    await expect(playgrounds).toHaveCount(count, { timeout: 60_000 });
    for (let place = 0; place < count; place++) {
      const one = playgrounds.nth(place);
      await one.scrollIntoViewIfNeeded();
      await expect(one).toHaveAttribute("data-engine", "ready", { timeout: 60_000 });
      await expect(one.locator("[data-node]").first()).toBeVisible();
      await steps(one);
    }
    await page.screenshot({ path: `${built}/${new URL(address).port}.png` });
  } finally {
    await page.close();
    assert.deepEqual(troubles, []);
  }
}

/** Takes a step; gives the event that it leads to. */
async function steps(playground) {
  const before = await playground.evaluate(({ event }) => event);
  await playground.evaluate((playground) => playground.step());
  await expect.poll(() => playground.evaluate(({ event }) => event)).toBeGreaterThan(before);
  return playground.evaluate(({ event }) => event);
}

async function served(folder, count) {
  const site = await serve(folder);
  try {
    await plays(site.address, count);
  } finally {
    site.close();
  }
}

test("Sphinx with MyST", async () => {
  const folder = copied("sphinx");
  cpSync(element, join(folder, "_static/element.js"));
  work(join(PYTHON, "sphinx-build"), ["-W", "-q", "-b", "html", ".", "_build"], folder);
  await served(join(folder, "_build"), 2);
});

test("VitePress", async () => {
  const folder = copied("vitepress");
  cpSync(VITEPRESS, join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
  cpSync(path("target/package"), join(folder, "node_modules/consensus-playground"), { recursive: true });
  work(process.execPath, ["node_modules/vitepress/bin/vitepress.js", "build"], folder);
  await served(join(folder, ".vitepress/dist"), 1);
});

test("mdBook", async () => {
  const folder = copied("mdbook");
  cpSync(element, join(folder, "src/element.js"));
  work(MDBOOK, ["build"], folder);
  await served(join(folder, "book"), 1);
});

test("marimo, whose cells hear of the stage", async () => {
  const folder = copied("marimo");
  const port = await free();
  const given = ["run", "notebook.py", "--headless", "--no-token", "--port", String(port)];
  const server = spawn(join(PYTHON, "marimo"), given, { cwd: folder, stdio: "ignore" });
  try {
    const address = `http://127.0.0.1:${port}/`;
    await expect
      .poll(
        () =>
          fetch(address).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    const page = await browser.newPage();
    await page.goto(address);
    const stage = page.locator("consensus-playground");
    await expect(stage).toHaveAttribute("data-engine", "ready", { timeout: 60_000 });
    await expect(stage.locator("[data-node]").first()).toBeVisible();
    const event = await steps(stage);
    await expect(page.getByText(`The stage is at event ${event}.`)).toBeVisible({ timeout: 30_000 });
    await page.screenshot({ path: `${built}/marimo.png` });
    await page.close();
  } finally {
    server.kill();
  }
});

/** A port that nobody listens on just now. */
const free = () =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
