// What every browser test shares: Playwright (it lives in www/node_modules), the browser's options, and a page that
// fails its test when anything goes wrong unseen.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const playwright = createRequire(new URL("../../www/package.json", import.meta.url))("@playwright/test");

export const { chromium, defineConfig, expect } = playwright;

/** The repository's top folder, with a slash at its end. */
export const top = new URL("../../", import.meta.url);

/** The offline page as a browser opens it by double click. */
export const offlinePage = new URL("dist/consensus-playground.html", top).href;

const isRoot = process.getuid?.() === 0;

/** How to start the browser: the one that CHROME names, quiet on the network; as root its sandbox can't start. */
export const launchOptions = {
  ...(process.env.CHROME ? { executablePath: process.env.CHROME } : {}),
  chromiumSandbox: !isRoot,
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Each frame of another origin in a process of its own, as a person's browser has it: without a window it is not by itself.
    "--site-per-process",
    "--enable-features=IsolateSandboxedIframes",
  ],
};

/** Collects what a person wouldn't see: errors on the console (a broken content policy is one), exceptions, foreign requests. */
export function watch(page) {
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const own = ["file:", "data:", "blob:"].includes(protocol) || hostname === "127.0.0.1";
    if (!own) troubles.push(`request: ${request.url()}`);
  });
  return troubles;
}

/** Playwright's test, whose page must end without troubles; `troubles` is the list, for a test that expects some. */
export const test = playwright.test.extend({
  /** Which of the playground's drawers are open when a page is opened for the first time. */
  drawers: ["break inspect", { option: true }],
  context: async ({ context, drawers }, use) => {
    await context.addInitScript((open) => {
      try {
        if (localStorage.getItem("consensus-playground.drawers") === null)
          localStorage.setItem("consensus-playground.drawers", open);
      } catch {
        // A frame without an origin keeps nothing.
      }
    }, drawers);
    await use(context);
  },
  troubles: async ({ page }, use) => {
    const troubles = watch(page);
    await use(troubles);
    expect(troubles).toEqual([]);
  },
});

/** A path of the repository for the file system. */
export const path = (relative) => fileURLToPath(new URL(relative, top));
