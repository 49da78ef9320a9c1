/**
 * The challenge's interpreters as files of our own: a worker in one piece each, its WebAssembly, and Python's library cut
 * down to what votes need. Nothing of it is loaded before a person asks for it.
 *
 * The page imports `virtual:challenge-files`. The site has them in `dist/python/` and `dist/javascript/`, gzipped here so
 * that they are small on any server. The offline page carries JavaScript's within itself (0.5 MB); Python's would make
 * that one file five times its size, so it is not there, and the page says so.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "vite";
import { FRAME_SCRIPT } from "../../challenge/src/sandbox/frame.ts";
import { note } from "./notices.ts";
import { pythonLibrary } from "./python-library.ts";
import { quicker } from "./quicker.ts";

const NAME = "virtual:challenge-files";
const require = createRequire(import.meta.url);

/** A file before it is packed. */
interface Piece {
  name: string;
  bytes: Uint8Array;
}

type Pieces = Record<string, Piece>;

/** The frame's only script, as a policy names it. */
export const frameHash = createHash("sha256").update(FRAME_SCRIPT).digest("base64");

/** A worker that is a blob has no address: what a package would look for beside itself is handed to it instead. */
const nowhere: Plugin = {
  name: "nowhere",
  enforce: "pre",
  transform: (code) =>
    code.includes("import.meta.url") ? code.replaceAll("import.meta.url", '"https://sandbox.invalid/worker.js"') : null,
};

/** Bundles a worker into one classic script. */
async function worker(name: string): Promise<Uint8Array> {
  const lock = JSON.parse(await readFile(require.resolve("pyodide/pyodide-lock.json"), "utf8")) as { info: object };
  const built = await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("..", import.meta.url)),
    define: { __PYODIDE_INFO__: JSON.stringify(lock.info) },
    plugins: [nowhere],
    build: {
      write: false,
      minify: true,
      target: "es2022",
      lib: {
        entry: fileURLToPath(new URL(`../../challenge/src/sandbox/${name}.worker.ts`, import.meta.url)),
        formats: ["iife"],
        name: "sandboxed",
      },
      rolldownOptions: { external: /^(node:.*|ws)$/ },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk, ...more] = first && "output" in first ? first.output : [];
  if (chunk?.type !== "chunk" || more.length > 0) throw new Error(`the ${name} worker is not one file`);
  note(chunk.moduleIds);
  return new TextEncoder().encode(chunk.code);
}

/** `grade.mjs`: the grader for Node, which takes the interpreters' files beside it. */
async function grader(languages: Record<string, Pieces | null>): Promise<string> {
  const files = Object.entries(languages).map(([language, pieces]) => {
    const named = Object.entries(pieces ?? {}).map(([key, piece]) => [key, `./${fileName(piece)}`]);
    return [language, Object.fromEntries(named) as object];
  });
  const built = await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("..", import.meta.url)),
    define: { __FILES__: JSON.stringify(Object.fromEntries(files)) },
    build: {
      write: false,
      minify: false,
      target: "node20",
      lib: { entry: fileURLToPath(new URL("../../challenge/src/grade.ts", import.meta.url)), formats: ["es"] },
      rolldownOptions: { external: /^node:/, output: { codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk, ...more] = first && "output" in first ? first.output : [];
  if (chunk?.type !== "chunk" || more.length > 0) throw new Error("the grader is not one file");
  return chunk.code;
}

/** What a file is called in the site. */
function fileName({ name, bytes }: Piece): string {
  return `${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.gz`;
}

async function python(): Promise<Pieces> {
  const [script, wasm, library] = await Promise.all([
    worker("python"),
    readFile(require.resolve("pyodide/pyodide.asm.wasm")),
    pythonLibrary(),
  ]);
  return {
    worker: { name: "python/worker", bytes: script },
    wasm: { name: "python/python", bytes: wasm },
    library: { name: "python/library", bytes: library },
  };
}

async function javascript(): Promise<Pieces> {
  note([require.resolve("@jitl/quickjs-wasmfile-release-sync/wasm")]);
  const [script, wasm] = await Promise.all([
    worker("javascript"),
    quicker(require.resolve("@jitl/quickjs-wasmfile-release-sync/wasm")),
  ]);
  return {
    worker: { name: "javascript/worker", bytes: script },
    wasm: { name: "javascript/quickjs", bytes: wasm },
  };
}

/** The virtual module's source: for each file an expression of its address, and its sizes in bytes. */
function source(
  languages: Record<string, Pieces | null>,
  address: (file: Piece, packed: Uint8Array) => string,
): string {
  const file = (piece: Piece) => {
    const packed = gzipSync(piece.bytes, { level: 9 });
    return `{ address: ${address(piece, packed)}, packed: ${packed.length}, bytes: ${piece.bytes.length} }`;
  };
  const exported = Object.entries(languages).map(([language, pieces]) => {
    const list = pieces && Object.entries(pieces).map(([key, piece]) => `${key}: ${file(piece)}`);
    return `export const ${language} = ${list ? `{ ${list.join(", ")} }` : "null"};`;
  });
  return [...exported, `export const frameHash = ${JSON.stringify(frameHash)};`].join("\n");
}

/** Makes the interpreters' files part of a build, and of the live server. */
export function challengeFiles({ offline }: { offline: boolean }): Plugin {
  let serving = false;
  const served = new Map<string, Uint8Array>();
  return {
    name: "challenge-files",
    configResolved(config) {
      serving = config.command === "serve";
    },
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      const languages = { python: offline ? null : await python(), javascript: await javascript() };
      if (!offline && !serving) {
        this.emitFile({ type: "asset", fileName: "grade.mjs", source: await grader(languages) });
      }
      return source(languages, (piece, packed) => {
        if (offline) return JSON.stringify(`data:application/gzip;base64,${Buffer.from(packed).toString("base64")}`);
        const named = fileName(piece);
        if (serving) {
          served.set(`/${named}`, packed);
          return JSON.stringify(`/${named}`);
        }
        return `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "asset", fileName: named, source: packed })}`;
      });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = served.get(request.url?.replace(/\?.*$/, "") ?? "");
        if (file) response.writeHead(200, { "content-type": "application/gzip" }).end(file);
        else next();
      });
    },
  };
}
