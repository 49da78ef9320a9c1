/** Builds a page that uses the engine alone, for its test: `tests/browser/engine-page/` into `target/`. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const engine = here("../../engine/src/index.ts");

export default defineConfig({
  root: here("../../../tests/browser/engine-page"),
  base: "./",
  // The page lies beside the workspaces, so that it sees none of their packages by itself.
  resolve: { alias: [{ find: /^@consensus-playground\/engine$/, replacement: engine }] },
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: here("../../../target/engine-page"),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
