import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { challengeFiles } from "./build/challenge.ts";
import { gallery } from "./build/gallery.ts";
import { hostHeaders } from "./build/headers.ts";
import { finishPages } from "./build/inline.ts";
import { notices } from "./build/notices.ts";
import { sources } from "./build/sources.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** In the offline page a worker is drawn into the script as a blob, so that the source says `?worker` in both builds. */
function inlineWorkers(): Plugin {
  return {
    name: "inline-workers",
    enforce: "pre",
    resolveId(source, importer, options) {
      if (!source.endsWith("?worker")) return null;
      return this.resolve(`${source}&inline`, importer, { ...options, skipSelf: true });
    },
  };
}

/** Where the engine's package is, for a build around another than our own: one to which its author has added a protocol. */
const engine = process.env.ENGINE;

/**
 * Two builds of one source. `vite build` writes the site into `../dist`: every page of this folder, with names by hash
 * and relative addresses, so that it works in any folder of any host. `vite build --mode offline` writes one file
 * that works by double click.
 */
export default defineConfig(({ mode }) => {
  const offline = mode === "offline";
  const pages = engine ? ["index.html"] : readdirSync(here(".")).filter((name) => name.endsWith(".html"));
  return {
    root: here("."),
    base: "./",
    define: { __OFFLINE__: JSON.stringify(offline) },
    resolve: { alias: engine ? [{ find: /^.*\/wasm(?=\/consensus_playground\.js$)/, replacement: engine }] : [] },
    plugins: [
      hostHeaders(),
      gallery(here("../..")),
      sources(here("../..")),
      ...(offline ? [inlineWorkers()] : []),
      challengeFiles({ offline }),
      notices({ offline }),
      finishPages({ offline }),
    ],
    worker: { format: offline ? "iife" : "es" },
    build: {
      target: "es2022",
      outDir: here(offline ? "../../target/offline" : "../../dist"),
      emptyOutDir: true,
      manifest: !offline,
      modulePreload: { polyfill: false },
      assetsInlineLimit: offline ? Number.MAX_SAFE_INTEGER : 0,
      cssCodeSplit: !offline,
      reportCompressedSize: false,
      rolldownOptions: {
        input: offline ? here("index.html") : pages.map(here),
        output: offline ? { codeSplitting: false } : {},
      },
    },
    server: { host: "127.0.0.1", strictPort: true },
    preview: { host: "127.0.0.1", strictPort: true },
  };
});
