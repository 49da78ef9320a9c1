import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { challengeFiles } from "../site/build/challenge.ts";
import { gallery } from "../site/build/gallery.ts";
import { finishPages } from "../site/build/inline.ts";
import { notices } from "../site/build/notices.ts";
import { sources } from "../site/build/sources.ts";
import { wasmElsewhere } from "../site/build/wasm-elsewhere.ts";
import { coursePages, lessonPath, pageOf } from "./build/pages.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const top = here("../..");

/**
 * What stands in a course, each a folder of its own: `--mode challenge`, and the path of lessons in a language, `--mode lessons-en`.
 * The packages for learning platforms are made of these.
 */
export default defineConfig(({ mode }) => {
  const language = /^lessons-(\w+)$/.exec(mode)?.[1];
  const lessons = language ? lessonPath(top, language) : [];
  return {
    root: here("."),
    base: "./",
    publicDir: false as const,
    define: { __OFFLINE__: "false" },
    plugins: [
      gallery(top),
      sources(top),
      ...(language ? [coursePages(here("."), lessons)] : [challengeFiles({ offline: false })]),
      notices({ offline: false }),
      finishPages({ offline: false }),
    ],
    worker: { format: "es" as const, plugins: () => [wasmElsewhere()] },
    build: {
      target: "es2022",
      outDir: here(`../../target/scorm/${mode}`),
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { input: language ? lessons.map((one) => here(`./${pageOf(one)}`)) : here("./challenge.html") },
    },
  };
});
