import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { challengeFiles } from "../site/build/challenge.ts";
import { elements } from "../site/build/elements.ts";
import { gallery } from "../site/build/gallery.ts";
import { notices } from "../site/build/notices.ts";
import { sources } from "../site/build/sources.ts";
import { assemble } from "./build/assemble.ts";
import { engineBeside, engineInline } from "./build/engine.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The package in two builds: `--mode element` makes the one file that holds everything, `--mode multi` the files that are loaded
 * when they are wanted, and all that is not built.
 */
export default defineConfig(({ mode }) => {
  const multi = mode === "multi";
  const top = here("../..");
  return {
    root: here("."),
    publicDir: false,
    define: { __OFFLINE__: "false" },
    plugins: [
      gallery(top),
      sources(top),
      ...(multi ? engineBeside() : engineInline()),
      ...(multi ? [challengeFiles({ offline: false }), notices({ offline: false })] : []),
      ...(multi ? [elements({ www: here(".."), offline: false }), assemble(top)] : []),
    ],
    build: {
      target: "es2022",
      outDir: here(multi ? "../../target/package/multi" : "../../target/package"),
      emptyOutDir: true,
      minify: true,
      lib: {
        entry: multi
          ? { index: here("src/multi.ts"), lesson: here("src/lesson.ts"), challenge: here("src/challenge.ts") }
          : { element: here("src/element.ts") },
        formats: ["es"],
      },
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          minify: true,
          entryFileNames: "[name].js",
          chunkFileNames: "[name]-[hash].js",
          ...(multi ? {} : { codeSplitting: false }),
        },
      },
    },
  };
});
