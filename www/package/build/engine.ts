/** How the engine's worker and its wasm come into the package: within the one file, or as files beside the others. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "vite";
import { wasmElsewhere } from "../../site/build/wasm-elsewhere.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const WASM = here("../../engine/wasm/consensus_playground_bg.wasm");
const INLINE = "virtual:engine-inline";

/** The worker in one script. */
async function worker(format: "es" | "iife"): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    root: here(".."),
    plugins: [wasmElsewhere()],
    build: {
      write: false,
      minify: true,
      target: "es2022",
      lib: { entry: here("../../engine/src/worker.ts"), formats: [format], name: "engine" },
      rolldownOptions: { output: { codeSplitting: false, minify: true } },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk, ...more] = first && "output" in first ? first.output : [];
  if (chunk?.type !== "chunk" || more.length > 0) throw new Error("the worker is not one file");
  return chunk.code;
}

/** Puts a module of the package in the place of the engine's `files.ts`. */
function filesFrom(name: string): Plugin {
  return {
    name: "engine-files",
    enforce: "pre",
    resolveId(source, importer) {
      return source === "./files.ts" && importer?.includes("/engine/src/") ? here(`../src/${name}`) : null;
    },
  };
}

export function engineInline(): Plugin[] {
  return [
    filesFrom("files-inline.ts"),
    {
      name: "engine-inline",
      resolveId: (id) => (id === INLINE ? `\0${INLINE}` : null),
      async load(id) {
        if (id !== `\0${INLINE}`) return null;
        const wasm = gzipSync(readFileSync(WASM), { level: 9 }).toString("base64");
        return `export const worker = ${JSON.stringify(await worker("iife"))};\nexport const wasm = "${wasm}";`;
      },
    },
  ];
}

/** Where `files-beside.ts` says these, bundlers must find them in so many words. */
const WRITTEN: Readonly<Record<string, string>> = {
  __WORKER_BESIDE__: 'new Worker(new URL("./worker.js", import.meta.url), { type: "module" })',
  __WORKER_ADDRESS__: 'new URL("./worker.js", import.meta.url).href',
  __WASM_ADDRESS__: 'new URL("../core.wasm", import.meta.url).href',
};

export function engineBeside(): Plugin[] {
  return [
    filesFrom("files-beside.ts"),
    {
      name: "engine-beside",
      async buildStart() {
        this.emitFile({ type: "asset", fileName: "worker.js", source: await worker("es") });
      },
      generateBundle(_, bundle) {
        for (const chunk of Object.values(bundle))
          if (chunk.type === "chunk")
            chunk.code = chunk.code.replace(
              /__(?:WORKER_BESIDE|WORKER_ADDRESS|WASM_ADDRESS)__/g,
              (name) => WRITTEN[name] ?? "",
            );
      },
    },
  ];
}
