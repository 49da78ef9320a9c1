// Where the playground runs: each way to embed it in each kind of page, in Chromium and, where they are installed, in Firefox and WebKit.
// `BEFORE` names the `dist/` of another build to be seen beside this one.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium as playwright, launchOptions, path } from "../browser/playground.mjs";
import { serve } from "../package/serving.mjs";
import { firefox } from "./bidi.mjs";
import { webkit, webkitIsHere } from "./webkit.mjs";

const PATIENCE = 15_000;
const PROBE = `(() => {
  const one = document.querySelector("consensus-playground");
  if (!one) return undefined;
  if (one.dataset.engine === "ready") return "runs";
  const alert = one.shadowRoot?.querySelector("[role=alert]") ?? document.querySelector("[role=alert]:not([hidden])");
  return alert ? "says why" : "nothing";
})()`;

async function chromium() {
  const browser = await playwright.launch(launchOptions);
  const page = await browser.newPage();
  return {
    goto: (url) => page.goto(url),
    ask: async (expression) => {
      const answers = page.frames().map((frame) => frame.evaluate(expression).catch(() => undefined));
      return (await Promise.all(answers)).filter((one) => one !== undefined);
    },
    close: () => browser.close(),
  };
}

const page = (body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>A host</title></head><body>${body}</body></html>`;
const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const element = (script) =>
  `<consensus-playground view="compact" scenario="raft-minority"></consensus-playground><script type="module" src="${script}"></script>`;
const frame = (where) => `<iframe title="Playground" style="width: 600px; height: 420px" ${where}></iframe>`;

const cors = { "access-control-allow-origin": "*" };
const out = path("target/matrix");
mkdirSync(out, { recursive: true });

/** A way to embed: `script` in the page, or `framed`, the address of a page for frames. */
function ways(dist, cdn, before) {
  const embed = `${dist.address}embed.html?view=compact&scenario=raft-minority`;
  if (before) return { "site's script, before": { script: before }, "embed.html, before": { framed: embed } };
  const policy = (parts) =>
    `default-src 'none'; style-src 'unsafe-inline'; script-src CDN 'wasm-unsafe-eval'; ${parts}`;
  return {
    "element.js": { script: `${cdn.address}element.js`, policy: policy("worker-src blob:") },
    "multi/index.js": {
      script: `${cdn.address}multi/index.js`,
      policy: policy("worker-src data: CDN; connect-src CDN"),
    },
    "embed.html": { framed: embed },
  };
}

/** The kinds of page: how one is put up for a way, and the address to open. */
const kinds = {
  "same origin": async ({ script, framed }, put) =>
    framed ?? put(page(element(new URL(script).pathname)), { root: script }),
  "other origin, CORS": async ({ script, framed }, put) =>
    put(page(script ? element(script) : frame(`src="${framed}"`))),
  "frame, plain": async (way, put) => put(page(frame(`src="${await inner(way, put)}"`))),
  "frame, allow-scripts": async (way, put) =>
    put(page(frame(`sandbox="allow-scripts" src="${await inner(way, put)}"`))),
  "frame, allow-scripts allow-same-origin": async (way, put) =>
    put(page(frame(`sandbox="allow-scripts allow-same-origin" src="${await inner(way, put)}"`))),
  "file://": async ({ script, framed }) => {
    const file = join(out, "page.html");
    writeFileSync(file, page(script ? element(script) : frame(`src="${framed}"`)));
    return pathToFileURL(file).href;
  },
  srcdoc: async ({ script, framed }, put) =>
    put(page(frame(`srcdoc="${attribute(page(script ? element(script) : frame(`src="${framed}"`)))}"`))),
  "srcdoc, allow-scripts": async ({ script, framed }, put) =>
    put(
      page(
        frame(
          `sandbox="allow-scripts" srcdoc="${attribute(page(script ? element(script) : frame(`src="${framed}"`)))}"`,
        ),
      ),
    ),
  "strict policy": async ({ script, framed, policy }, put) => {
    const origin = new URL(script ?? framed).origin;
    const parts =
      policy ??
      `default-src 'none'; style-src 'unsafe-inline'; ${script ? `script-src CDN 'wasm-unsafe-eval'; worker-src CDN; connect-src CDN` : "frame-src CDN"}`;
    const headers = { "content-security-policy": parts.replaceAll("CDN", origin) };
    return put(page(script ? element(script) : frame(`src="${framed}"`)), { headers });
  },
};

const inner = async ({ script, framed }, put) => framed ?? put(page(element(script)));

async function look(browser, address) {
  await browser.goto(address).catch(() => undefined);
  for (const end = Date.now() + PATIENCE; ;) {
    const [found = "nothing"] = (await browser.ask(PROBE)).slice(-1);
    if (found !== "nothing" || Date.now() > end) return found;
    await new Promise((later) => setTimeout(later, 150));
  }
}

const which = (name) => {
  try {
    return execFileSync("which", [name], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
};
const fox = process.env.FIREFOX ?? (which("firefox-esr") || which("firefox"));
const browsers = {
  Chromium: await chromium(),
  ...(fox ? { Firefox: await firefox(fox) } : {}),
  ...(webkitIsHere() ? { WebKit: await webkit() } : {}),
};
const dist = await serve(path("dist"));
const cdn = await serve(path("target/package"), { headers: cors });
const roots = new Map([[new URL(cdn.address).origin, path("target/package")]]);
const all = ways(dist, cdn);
const closing = [dist, cdn];
if (process.env.BEFORE) {
  const older = await serve(process.env.BEFORE, { headers: cors });
  // No host asks for more than it did then.
  const plain = await serve(process.env.BEFORE);
  closing.push(older, plain);
  const name = readdirSync(join(process.env.BEFORE, "assets")).find((one) => /^main-.*\.js$/.test(one));
  roots.set(new URL(older.address).origin, process.env.BEFORE);
  Object.assign(all, ways(plain, undefined, `${older.address}assets/${name}`));
}

console.log(
  `| page | ${Object.keys(all)
    .flatMap((way) => Object.keys(browsers).map((one) => `${way}, ${one}`))
    .join(" | ")} |`,
);
console.log(`|---${"|---".repeat(Object.keys(all).length * Object.keys(browsers).length)}|`);
try {
  for (const [kind, address] of Object.entries(kinds)) {
    const cells = [];
    for (const way of Object.values(all)) {
      const sites = [];
      const put = async (html, { root, headers } = {}) => {
        const folder = root ? roots.get(new URL(root).origin) : out;
        const site = await serve(folder, { headers, pages: { "/index.html": html } });
        sites.push(site);
        return site.address;
      };
      const where = await address(way, put);
      for (const browser of Object.values(browsers)) cells.push(await look(browser, where));
      for (const site of sites) site.close();
    }
    console.log(`| ${kind} | ${cells.join(" | ")} |`);
  }
} finally {
  for (const browser of Object.values(browsers)) await browser.close();
  for (const site of closing) site.close();
}
