// How a newer build comes to somebody who has an older one: no page mixes the two, and the next visit has the new one.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { expect, path, test } from "./playground.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/** Serves the built site; after `renew` one that differs in its home page, and so in the worker's list of files. */
async function host() {
  let newer = false;
  const file = async (name) => {
    const bytes = await readFile(path(`dist/${name}`));
    if (!newer) return bytes;
    if (name === "index.html") return bytes.toString().replace("</title>", " (newer)</title>");
    if (name === "sw.js") return bytes.toString().replace(/(const CACHE = OWN \+ ")/, "$1newer-");
    return bytes;
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    const name = decodeURIComponent(pathname.slice(1)).replace(/(^|\/)$/, "$1index.html");
    const body = await file(name).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      "cache-control": "no-cache",
    });
    response.end(body);
  });
  await new Promise((listens) => server.listen(0, "127.0.0.1", listens));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    renew: () => (newer = true),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test.use({ serviceWorkers: "allow" });

test("a newer build waits while a page of the older one is open; the next visit has it, without a network too", async ({
  page,
  context,
}) => {
  // All files of two builds are fetched.
  test.setTimeout(180_000);
  const site = await host();
  try {
    await page.goto(site.address);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    const older = await page.title();
    site.renew();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
    });
    await expect
      .poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.ready).waiting)), {
        timeout: 30_000,
      })
      .toBe(true);
    // The older one goes on: its pages and files belong together.
    await page.reload();
    expect(await page.title()).toBe(older);
    await page.close();
    const next = await context.newPage();
    await expect
      .poll(
        async () => {
          // With no page open, the browser exchanges the workers; on a busy machine that takes it a moment.
          await next.goto("about:blank");
          await next.waitForTimeout(1000);
          await next.goto(site.address);
          return next.title();
        },
        { timeout: 30_000 },
      )
      .toBe(`${older} (newer)`);
    // What the older build kept is gone, and the newer one needs no network.
    await expect.poll(() => next.evaluate(async () => (await caches.keys()).length)).toBe(1);
    site.close();
    await context.setOffline(true);
    await next.reload();
    await expect(next).toHaveTitle(`${older} (newer)`);
    await expect(next.locator('home-cluster[data-engine="ready"]')).toBeAttached();
  } finally {
    site.close();
  }
});
