/** Builds the sandbox alone, under the site's policy, for its tests: `tests/browser/sandbox-page/` into `target/`. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { challengeFiles } from "./challenge.ts";
import { finishPages } from "./inline.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => {
  const offline = mode === "offline";
  return {
    root: here("../../../tests/browser/sandbox-page"),
    base: "./",
    plugins: [challengeFiles({ offline }), finishPages({ offline })],
    build: {
      target: "es2022",
      outDir: here(`../../../target/sandbox-page/${offline ? "offline" : "site"}`),
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: offline ? Number.MAX_SAFE_INTEGER : 0,
      reportCompressedSize: false,
      rolldownOptions: { output: offline ? { codeSplitting: false } : {} },
    },
  };
});
