// The sandbox alone under the site's policy: built before the tests where its sources have changed, and served to them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { path } from "./playground.mjs";

const SOURCES = ["www/challenge/src", "www/site/build", "tests/browser/sandbox-page"];
const MODES = { site: "production", offline: "offline" };

/** Tells one state of the sources from another. */
function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(path("www/package-lock.json")));
  for (const folder of SOURCES) {
    const files = readdirSync(path(folder), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const name of files.map((one) => `${one.parentPath ?? one.path}/${one.name}`).sort()) {
      hash.update(name).update(readFileSync(name));
    }
  }
  return hash.digest("hex");
}

/** Builds both pages into `target/sandbox-page/`. Playwright calls this before all tests. */
export default function build() {
  const stamp = path("target/sandbox-page/stamp");
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  for (const mode of Object.values(MODES)) {
    const vite = path("www/node_modules/vite/bin/vite.js");
    const config = path("www/site/build/sandbox-page.config.ts");
    execFileSync(process.execPath, [vite, "build", "--config", config, "--mode", mode, "--logLevel", "error"], {
      cwd: path("www"),
      stdio: "inherit",
    });
  }
  writeFileSync(stamp, wanted);
}

const KINDS = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".gz": "application/gzip",
  ".wasm": "application/wasm",
};

/** Serves the page, or another folder, on a free port, and writes down every request that comes. */
export async function serve(folder = "target/sandbox-page/site") {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request.url);
    const name = new URL(request.url, "http://127.0.0.1").pathname.replace(/\/$/, "/index.html");
    readFile(path(`${folder}${name}`)).then(
      (bytes) => response.writeHead(200, { "content-type": KINDS[extname(name)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, requests, close: () => server.close() };
}

/** Opens the page and a sandbox in it: `window.box`. */
export async function opens(page, address, language) {
  await page.goto(address);
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  await page.evaluate(async (wanted) => {
    const { openSandbox } = await window.sandbox();
    window.box = await openSandbox(wanted, document.body, () => {});
    window.printed = "";
    window.box.onPrint = (text) => (window.printed += text);
  }, language);
}

/** Loads code, and gives its problems and what it printed. */
export const load = (page, code) =>
  page.evaluate(async (text) => {
    window.printed = "";
    const problems = await window.box.load(text);
    return { problems, printed: window.printed };
  }, code);
