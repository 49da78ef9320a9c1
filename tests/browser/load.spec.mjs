// The page comes up: as a site under its content policy, from a sub-folder, and as one file without a server.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { element, gallery, scenarioList, script } from "./page.mjs";
import { expect, offlinePage, path, test } from "./playground.mjs";

/** Opens the page and waits until its worker has started the engine; the page then marks an element so. */
async function opens(page, address) {
  const started = page.waitForEvent("worker");
  await page.goto(address);
  await started;
  await expect(page).toHaveTitle(/Consensus Playground/);
  await expect(page.locator('[data-engine="ready"]').first()).toBeAttached();
}

test("the site loads its wasm and runs a worker", async ({ page, troubles }) => {
  const wasm = page.context().waitForEvent("response", (response) => response.url().endsWith(".wasm"));
  await opens(page, "play.html");
  expect((await wasm).status()).toBe(200);
  expect(troubles).toEqual([]);
});

test("the offline page runs by double click", async ({ page, troubles }) => {
  await opens(page, offlinePage);
  expect(troubles).toEqual([]);
});

for (const [where, address] of [
  ["the site", "play.html"],
  ["the embedded page", "embed.html"],
  ["the offline page", offlinePage],
])
  test(`${where} has every scenario, by its list and by its name`, async ({ page, troubles }) => {
    await opens(page, address);
    const known = await gallery(page);
    for (const protocol of new Set(known.map((one) => one.protocol))) {
      await page.getByLabel("Protocol").selectOption(protocol);
      await expect.poll(() => script(page)).toContain(`protocol ${protocol}`);
      const list = await scenarioList(page);
      const own = known.filter((one) => one.protocol === protocol);
      await expect(list.locator("option")).toHaveText(own.map(({ text }) => /^#\s*(.+)$/m.exec(text)[1]));
      const last = own.at(-1);
      await list.selectOption({ index: own.length - 1 });
      await expect.poll(() => element(page).evaluate(({ run }) => run.text)).toBe(last.text);
      await expect(list).toHaveValue(`${own.length - 1}`);
      await page.evaluate((name) => {
        const one = document.createElement("consensus-playground");
        one.setAttribute("scenario", name);
        document.querySelector("consensus-playground").replaceWith(one);
      }, own[1].file);
      await expect(page.locator('consensus-playground[data-engine="ready"]')).toBeAttached();
      expect(await element(page).evaluate(({ run }) => run.text)).toBe(own[1].text);
    }
    expect(troubles).toEqual([]);
  });

test("the policy stops a foreign request", async ({ page }) => {
  await page.goto("play.html");
  const violation = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        void fetch("http://127.0.0.2:9/").catch(() => {});
      }),
  );
  expect(violation).toBe("connect-src");
});

test("the site works in any folder", async ({ page, troubles }) => {
  const home = await mkdtemp(join(tmpdir(), "playground-"));
  await cp(path("dist"), join(home, "some/where"), { recursive: true });
  const kinds = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".css": "text/css",
  };
  const server = createServer((request, response) => {
    const name = new URL(request.url, "http://127.0.0.1").pathname.replace(/\/$/, "/index.html");
    readFile(join(home, name)).then(
      (bytes) =>
        response
          .writeHead(200, {
            "content-type": kinds[extname(name)] ?? "text/plain",
          })
          .end(bytes),
      () => response.writeHead(name === "/favicon.ico" ? 204 : 404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await opens(page, `http://127.0.0.1:${server.address().port}/some/where/play.html`);
    expect(troubles).toEqual([]);
  } finally {
    server.close();
    await rm(home, { recursive: true });
  }
});
