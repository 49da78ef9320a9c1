/** All of the package that is no script of its build: its manifest, the engine alone, types, licences, the offline page. */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { MANIFEST } from "../../site/build/elements.ts";
import { NOTICES } from "../../site/build/notices.ts";

const PAGE = "consensus-playground.html";
const GLUE = "consensus_playground.js";

/** On a server, the elements are names without a meaning: whoever imports them renders their tags, and no more. */
const NOTHING = "export const ConsensusPlayground = undefined;\nexport const ConsensusLesson = undefined;\n";

const CORE_IN_NODE = `import { readFileSync } from "node:fs";
import { initSync } from "./${GLUE}";

initSync({ module: readFileSync(new URL("../core.wasm", import.meta.url)) });

export * from "./${GLUE}";
export default async function init() {}
`;

const CORE_IN_BROWSERS = `import start from "./${GLUE}";

export * from "./${GLUE}";
export default async function init(source = new URL("../core.wasm", import.meta.url)) {
  await start({ module_or_path: source });
}
`;

/** An entry that is an element in browsers and nothing on a server. */
const element = (file: string) => ({ types: "./element.d.ts", node: "./nothing.js", default: file });

function manifest(version: string, multi: readonly string[]): object {
  return {
    name: "consensus-playground",
    version,
    description: "See agents agree: Raft, Paxos, PBFT and more as custom elements, and their engine without a page",
    type: "module",
    license: "MIT OR Apache-2.0",
    keywords: ["consensus", "raft", "paxos", "pbft", "distributed-systems", "education", "web-component"],
    exports: {
      ".": element("./element.js"),
      "./multi": element("./multi/index.js"),
      "./lesson": element("./multi/lesson.js"),
      "./challenge": element("./multi/challenge.js"),
      "./core": { types: "./core/index.d.ts", node: "./core/node.js", default: "./core/browser.js" },
      "./core.wasm": "./core.wasm",
      "./worker.js": "./multi/worker.js",
      [`./${MANIFEST}`]: `./${MANIFEST}`,
      [`./${PAGE}`]: `./${PAGE}`,
      "./package.json": "./package.json",
    },
    types: "./element.d.ts",
    unpkg: "./element.js",
    jsdelivr: "./element.js",
    customElements: `./${MANIFEST}`,
    sideEffects: ["./element.js", ...multi.map((file) => `./multi/${file}`)],
    engines: { node: ">=20.19" },
  };
}

/** @param top - The repository's top folder. */
export function assemble(top: string): Plugin {
  const out = join(top, "target/package");
  const write = (name: string, text: string) => writeFileSync(join(out, name), text);
  return {
    name: "assemble",
    writeBundle() {
      const version = /^version = "([^"]+)"/m.exec(readFileSync(join(top, "Cargo.toml"), "utf8"))?.[1] ?? "";
      const engine = join(top, "www/engine/wasm");
      mkdirSync(join(out, "core"), { recursive: true });
      cpSync(join(engine, "consensus_playground_bg.wasm"), join(out, "core.wasm"));
      cpSync(join(engine, "consensus_playground.d.ts"), join(out, "core/consensus_playground.d.ts"));
      cpSync(join(engine, "snippets"), join(out, "core/snippets"), { recursive: true });
      const glue = readFileSync(join(engine, GLUE), "utf8");
      // It is told where the wasm is. Bundlers would look for the file that it names by itself.
      write(`core/${GLUE}`, glue.replace("new URL('consensus_playground_bg.wasm', import.meta.url)", "undefined"));
      write("core/node.js", CORE_IN_NODE);
      write("core/browser.js", CORE_IN_BROWSERS);
      write("nothing.js", NOTHING);
      cpSync(join(top, "www/package/types"), out, { recursive: true });
      for (const name of [MANIFEST, NOTICES]) renameSync(join(out, "multi", name), join(out, name));
      const known = readFileSync(join(out, MANIFEST), "utf8");
      write(MANIFEST, known.replaceAll(/"element\/src\/[^"]*\.ts"/g, '"element.js"'));
      for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(top, name), join(out, name));
      const readme = readFileSync(join(top, "www/package/README.md"), "utf8");
      write("README.md", readme.replaceAll("{version}", version));
      if (!existsSync(join(top, "dist", PAGE))) throw new Error(`dist/${PAGE} is not built`);
      cpSync(join(top, "dist", PAGE), join(out, PAGE));
      const multi = readdirSync(join(out, "multi")).filter((name) => name.endsWith(".js"));
      write("package.json", `${JSON.stringify(manifest(version, multi), null, 2)}\n`);
    },
  };
}
