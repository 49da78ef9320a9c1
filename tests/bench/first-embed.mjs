// How long a reader of a course waits for an embedded playground: until replicas are drawn and can be played, and how many bytes
// came by then. `node tests/bench/first-embed.mjs [dist] [query…]` after `cargo xtask build`; `CHROME` names the browser.
import { serveSite } from "../browser/another-crate.mjs";
import { chromium, launchOptions } from "../browser/playground.mjs";

const VISITS = 7;
const [folder = "dist", ...queries] = process.argv.slice(2);
const site = await serveSite(folder);
const browser = await chromium.launch(launchOptions);
try {
  for (const query of queries.length > 0 ? queries : ["view=compact", "view=lesson", "view=full"]) {
    const seen = [];
    for (let visit = 0; visit < VISITS; visit += 1)
      seen.push(await firstVisit(new URL(`embed.html?${query}`, site.address).href));
    const middle = (what) => seen.map((one) => one[what]).sort((a, b) => a - b)[VISITS >> 1];
    console.log(
      `${query}: picture after ${middle("picture").toFixed(0)} ms, ${middle("files")} files, scripts ${middle("script").toFixed(1)} KiB, all ${middle("all").toFixed(1)} KiB`,
    );
  }
} finally {
  await browser.close();
  await site.close();
}

/** Milliseconds since the visit began, and KiB of the files that came by then, as they are in the files. */
async function firstVisit(address) {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 600, height: 420 } });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator('consensus-playground[data-engine="ready"] [data-node]').first().waitFor();
  const found = await page.evaluate(() => {
    const files = performance.getEntriesByType("resource");
    const kib = (list) => list.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0) / 1024;
    return {
      picture: performance.now(),
      files: files.length,
      script: kib(files.filter(({ name }) => name.endsWith(".js"))),
      all: kib(files),
    };
  });
  await context.close();
  return found;
}
