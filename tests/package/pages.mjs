// The package in pages of others: by one line from a CDN, and bundled into applications.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, expect, launchOptions, path, watch } from "../browser/playground.mjs";
import { bundlers, folder, hosts, install } from "./installed.mjs";
import { serve } from "./serving.mjs";

/** Everything that is built here takes seconds; `EVERY` has the slower bundlers, too. */
const every = Boolean(process.env.EVERY);

let browser;

before(async () => {
  install();
  browser = await chromium.launch(launchOptions);
});
after(() => browser?.close());

/** Opens a page that must end without troubles. */
async function opened(address, work, prepare = () => undefined) {
  const page = await browser.newPage();
  const troubles = watch(page);
  try {
    await prepare(page);
    await page.goto(address);
    await work(page);
    assert.deepEqual(troubles, []);
  } finally {
    await page.close();
  }
}

/** The hosts' pages play a run up to its 20th event, and write that down. */
const plays = (page) => expect(page.locator("output")).toHaveText("at event 20", { timeout: 30_000 });

const FRAMEWORKS = ["react", "vue", "svelte"];

test("Vite bundles it for React, Vue and Svelte, and in parts", async () => {
  await bundlers.vite([...FRAMEWORKS, "parts"]);
  const site = await serve(join(hosts, "out/vite"));
  try {
    for (const name of [...FRAMEWORKS, "parts"]) await opened(`${site.address}${name}/`, plays);
  } finally {
    site.close();
  }
});

for (const name of ["esbuild", ...(every ? ["rollup", "webpack"] : [])])
  test(`${name} bundles it`, async () => {
    await bundlers[name]();
    const site = await serve(join(hosts, "out", name));
    try {
      await opened(site.address, plays);
    } finally {
      site.close();
    }
  });

if (every)
  test("webpack bundles it in parts", async () => {
    await bundlers.webpack("parts/main.js");
    const site = await serve(join(hosts, "out/webpack"));
    try {
      await opened(site.address, plays);
    } finally {
      site.close();
    }
  });

test("the README's line, with its version, shows a playground from a CDN of another origin", async () => {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const cdn = `https://cdn.jsdelivr.net/npm/consensus-playground@${version}/`;
  for (const readme of [path("README.md"), join(folder, "README.md")]) {
    const text = readFileSync(readme, "utf8");
    const [snippet] = /<script type="module" src="https:[\s\S]*?(?=```)/.exec(text) ?? [];
    assert.ok(snippet?.includes(`src="${cdn}element.js"`), `${readme} must pin ${version}`);
    const html = `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><title>A course</title>${snippet}</html>`;
    const site = await serve(hosts, { pages: { "/index.html": html } });
    try {
      const ready = async (page) => {
        await expect(page.locator('consensus-playground[data-engine="ready"]').first()).toBeAttached();
        await expect(page.locator("[data-node]").first()).toBeVisible();
      };
      await opened(site.address, ready, async (page) => {
        page.removeAllListeners("request");
        await page.route(`${cdn}**`, (route) =>
          route.fulfill({
            path: join(folder, route.request().url().slice(cdn.length)),
            headers: { "access-control-allow-origin": "*", "content-type": "text/javascript" },
          }),
        );
      });
    } finally {
      site.close();
    }
  }
});
