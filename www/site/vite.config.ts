import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { challengeFiles } from "./build/challenge.ts";
import { app } from "./build/app.ts";
import { elements } from "./build/elements.ts";
import { gallery } from "./build/gallery.ts";
import { hostHeaders } from "./build/headers.ts";
import { finishPages } from "./build/inline.ts";
import { notices } from "./build/notices.ts";
import { lessonPages, pages } from "./build/pages.ts";
import { sources } from "./build/sources.ts";
import { wasmElsewhere } from "./build/wasm-elsewhere.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages that stand in a folder of this one. */
function written(folder: string): string[] {
  const names = readdirSync(here(folder)).filter((name) => name.endsWith(".html"));
  return names.map((name) => join(folder, name));
}

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

/** What all pages need, for their first drawing. */
const FIRST_WORDS = "faults|header|inspector|language|narrator|news|outcome|page|present|stage|timeline|transport";
const WORDS = {
  name: "words",
  test: new RegExp(`preload-helper|element/src/language/(\\w+|en/(${FIRST_WORDS}))\\.ts`),
  priority: 1,
};

/** What every picture of a run needs, the home's small cluster too, as one file: many small ones weigh more. */
const PICTURE = {
  name: "picture",
  test: /node_modules\/@?lit\b|engine\/src\/(?!worker|lessons|together|pace|novelty)|element\/src\/(?:stage\/(?!actions|map)|styles\/(?:tokens|controls)|page\/(?:watch|roving))/,
};

/** What every view of the playground needs besides, and lessons as well. */
const TOLD = {
  name: "told",
  test: /element\/src\/(?:narrator\/(?:announcer|narrator|news|story|titles)|terms\/|page\/(?!keeping)|styles\/)/,
};

/**
 * Two builds of one source. `vite build` writes the site into `../dist`: every page of this folder, with names by hash
 * and relative addresses, so that it works in any folder of any host. `vite build --mode offline` writes one file
 * that works by double click.
 */
export default defineConfig(({ mode }) => {
  const offline = mode === "offline";
  // A page round another engine is the playground alone: home, gallery and lessons are about the protocols of ours.
  const files = engine ? ["play.html"] : [...written("."), ...written("learn"), ...lessonPages(here("../.."))];
  return {
    root: here("."),
    base: "./",
    define: { __OFFLINE__: JSON.stringify(offline) },
    resolve: {
      alias: engine
        ? [{ find: /^.*\/wasm(?=\/consensus_playground(?:\.js|_bg\.wasm\?url)$)/, replacement: engine }]
        : [],
    },
    plugins: [
      hostHeaders(),
      gallery(here("../..")),
      sources(here("../..")),
      elements({ www: here(".."), offline: offline || engine !== undefined }),
      ...(engine ? [] : [pages({ root: here("../.."), site: here("."), offline })]),
      ...(offline ? [inlineWorkers()] : []),
      challengeFiles({ offline }),
      notices({ offline }),
      finishPages({ offline }),
      app({ offline: offline || engine !== undefined }),
    ],
    worker: { format: offline ? "iife" : "es", plugins: () => [wasmElsewhere()] },
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
        input: offline ? here("play.html") : files.map(here),
        output: offline ? { codeSplitting: false } : { codeSplitting: { groups: [WORDS, PICTURE, TOLD] } },
      },
    },
    server: { host: "127.0.0.1", strictPort: true },
    preview: { host: "127.0.0.1", strictPort: true },
  };
});
