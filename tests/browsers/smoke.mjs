// The page in Chromium, in Firefox and, where it is installed, in WebKit: one list of checks, each a few presses, that all of
// it works in each.
// `BROWSERS=firefox` takes one of them; `ONLY=words` the checks whose name has these (a pattern).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { path } from "../browser/playground.mjs";
import { serve } from "../package/serving.mjs";
import { webkitIsHere } from "../bench/webkit.mjs";
import { open } from "./drivers.mjs";
import { checks } from "./checks.mjs";

const { ONLY = "", BROWSERS = `chromium firefox${webkitIsHere() ? " webkit" : ""}` } = process.env;

let site;
before(async () => (site = await serve(path("dist"), { pages: (await import("./checks.mjs")).pages })));
after(() => site.close());

for (const browser of BROWSERS.split(/\s+/))
  describe(browser, () => {
    const tabs = new Map();
    after(() => Promise.all([...tabs.values()].map((tab) => tab.close())));

    for (const { name, options = {}, work } of checks)
      test(name, { skip: !new RegExp(ONLY).test(name), timeout: 120_000 }, async (context) => {
        const kind = JSON.stringify(options);
        if (!tabs.has(kind)) tabs.set(kind, await open(browser, options));
        const tab = tabs.get(kind);
        tab.frame = 0;
        tab.troubles.length = 0;
        await tab.resize(1280, 900);
        try {
          const why = await work(tab, site.address);
          if (why) context.skip(why);
          assert.deepEqual(tab.troubles, []);
        } finally {
          tab.frame = 0;
          await tab.goto(`${site.address}nothing.html`).catch(() => undefined);
          await tab.ask(() => localStorage.clear()).catch(() => undefined);
        }
      });
  });
