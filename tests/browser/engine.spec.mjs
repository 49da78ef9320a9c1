// The engine without the element: a page of a few lines plays a run, acts in it, and can't write into it.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, path, test } from "./playground.mjs";
import { serve } from "./sandbox-page.mjs";

const SOURCE = "tests/browser/engine-page/main.ts";

let server;
test.beforeAll(async () => {
  const vite = path("www/node_modules/vite/bin/vite.js");
  const config = path("www/site/build/engine-page.config.ts");
  const cwd = path("www");
  execFileSync(process.execPath, [vite, "build", "--config", config, "--logLevel", "error"], { cwd, stdio: "inherit" });
  server = await serve("target/engine-page");
});
test.afterAll(() => server.close());

test("ten lines and no element: a leader is elected, crashed, and followed by another", async ({ page }) => {
  // The first election takes about nine seconds at this pace, and more where the machine is busy.
  test.setTimeout(150_000);
  const lines = readFileSync(path(SOURCE), "utf8").split("\n").filter(Boolean);
  expect(lines.length).toBeLessThanOrEqual(10);
  await page.goto(server.address);
  const now = page.locator("#now");
  await expect(now).toContainText("leader up", { timeout: 60_000 });
  const first = /(\d) leader up/.exec(await now.textContent())?.[1];
  await page.locator("#crash").click();
  await expect(now).toContainText(new RegExp(`${first} \\w+ crashed`));
  await expect(now).toContainText(/\d leader up/, { timeout: 60_000 });
});

test("the README shows this very page", () => {
  const readme = readFileSync(path("README.md"), "utf8");
  expect(readme).toContain(readFileSync(path(SOURCE), "utf8").trim());
});

test("the engine's page carries no element", () => {
  const folder = path("target/engine-page/assets");
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThanOrEqual(2);
  for (const name of scripts) expect(readFileSync(`${folder}/${name}`, "utf8")).not.toMatch(/lit-html|customElements/);
});
