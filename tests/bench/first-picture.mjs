// How long a first visitor of the home page waits: for the first drawing, and for a cluster that moves. On a quiet machine,
// `node tests/bench/first-picture.mjs` after `cargo xtask build`; `CHROME` names the browser.
import { serveSite } from "../browser/another-crate.mjs";
import { chromium, launchOptions } from "../browser/playground.mjs";

const VISITS = 5;

const site = await serveSite("dist");
const home = new URL("./", site.address).href;
const browser = await chromium.launch(launchOptions);
try {
  const seen = [];
  for (let visit = 0; visit < VISITS; visit += 1) seen.push(await firstVisit());
  for (const what of ["drawing", "moving", "kib"]) {
    const sorted = seen.map((one) => one[what]).sort((a, b) => a - b);
    console.log(`${what}: median ${sorted[VISITS >> 1].toFixed(0)}, ${sorted.map((one) => one.toFixed(0)).join(" ")}`);
  }
} finally {
  await browser.close();
  await site.close();
}

/** Milliseconds since the visit began, and KiB fetched until the picture moved, as they are in the files. */
async function firstVisit() {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.goto(home, { waitUntil: "commit" });
  // The cluster is ready when its run is open and begins to play.
  await page.waitForFunction(() => document.querySelector('home-cluster[data-engine="ready"]') !== null, undefined, {
    polling: "raf",
  });
  const found = await page.evaluate(() => ({
    moving: performance.now(),
    drawing: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    kib: performance.getEntriesByType("resource").reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0) / 1024,
  }));
  await context.close();
  return found;
}
