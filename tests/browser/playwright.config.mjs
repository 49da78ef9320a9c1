// Drives the built page (`cargo xtask build` writes it) in a real browser: once as a site, once by double click.
import { defineConfig, launchOptions, path } from "./playground.mjs";

const port = Number(process.env.SITE_PORT ?? 4173);

export default defineConfig({
  testDir: path("tests/browser"),
  testMatch: "*.spec.mjs",
  globalSetup: path("tests/browser/sandbox-page.mjs"),
  outputDir: path("target/playwright"),
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  timeout: 60_000,
  // A browser on a busy machine is late now and then. What passes only when run again is listed as flaky, to be looked into.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions,
    // What can't be pressed says so, long before its test is over.
    actionTimeout: 30_000,
    // The page's snapshots at each step would cost a third of the tests' time. `--trace on` takes them.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
    // What a test takes away must be away: only tests of the app let files be kept.
    serviceWorkers: "block",
  },
  webServer: {
    command: `node ../node_modules/vite/bin/vite.js preview --port ${port} --strictPort`,
    cwd: path("www/site"),
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
