/**
 * The notices of all that is shipped: whose work it is, and under which licence. They are made of what really went into the
 * build, so that a new part comes with its notice, or the build fails.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The notices' name in the site, and the id of the element that holds them in the offline page. */
export const NOTICES = "THIRD-PARTY.txt";
const ELEMENT = "third-party";

export interface Part {
  name: string;
  licence: string;
  text: string;
}

/** Folders of npm packages whose code went into a script. */
const folders = new Set<string>();

/** Notes the packages that these modules are of. */
export function note(modules: readonly string[]): void {
  for (const module of modules) {
    const [, folder] = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module) ?? [];
    if (folder) folders.add(folder);
  }
}

/** The text of the licence in a folder. Throws where there is none. */
export function licenceIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(licen[sc]e|copying|notice)/i.test(name));
  if (files.length === 0) throw new Error(`${folder} is shipped, and has no licence that could be told`);
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").trim())
    .join("\n\n");
}

function packages(): Part[] {
  return [...folders]
    .filter((folder) => !folder.endsWith("/pyodide"))
    .map((folder) => {
      const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
        "name" | "version" | "license",
        string
      >;
      return { name: `${told.name} ${told.version}`, licence: told.license, text: licenceIn(folder) };
    });
}

interface Metadata {
  packages: {
    id: string;
    name: string;
    version: string;
    license: string | null;
    authors: string[];
    manifest_path: string;
    targets: { kind: string[] }[];
  }[];
  resolve: { root: string; nodes: { id: string; deps: { pkg: string; dep_kinds: { kind: string | null }[] }[] }[] };
}

/** The crates that the wasm is compiled of: not those that only run while it is compiled, nor the tests'. */
export function crates(root: string): Part[] {
  const given = ["metadata", "--locked", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown"];
  const told = execFileSync("cargo", given, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 27 });
  const { packages: all, resolve } = JSON.parse(told) as Metadata;
  const found = new Set<string>();
  const visit = (id: string): void => {
    const runs = all.find((one) => one.id === id)?.targets.some(({ kind }) => kind.includes("proc-macro"));
    if (found.has(id) || runs) return;
    found.add(id);
    const deps = resolve.nodes.find((node) => node.id === id)?.deps ?? [];
    for (const { pkg, dep_kinds } of deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(resolve.root);
  found.delete(resolve.root);
  const standard = readFileSync(join(root, "LICENSE-APACHE"), "utf8").trim();
  const parts = all.filter(({ id }) => found.has(id)).map((one) => crate(one, standard));
  const std = "The Rust standard library, by the Rust project's contributors.";
  return [...parts, { name: "Rust standard library", licence: "MIT OR Apache-2.0", text: `${std}\n\n${standard}` }];
}

/** Some crates carry no file: then their authors are named, and the licence that they chose follows. */
function crate(
  { name, version, license, authors, manifest_path }: Metadata["packages"][number],
  standard: string,
): Part {
  const folder = dirname(manifest_path);
  const licence = license ?? "";
  const own = readdirSync(folder).some((file) => /^(licen[sc]e|copying|notice)/i.test(file));
  if (!own && !/\bApache-2\.0\b/.test(licence))
    throw new Error(`the crate ${name} is shipped, and has no licence that could be told`);
  const text = own ? licenceIn(folder) : `${authors.join(", ")}\n\n${standard}`;
  return { name: `${name} ${version}`, licence, text };
}

/** Python, whose parts are not npm packages with a licence beside them. */
function python(): Part[] {
  const lock = here("../../node_modules/pyodide/package.json");
  const { version } = JSON.parse(readFileSync(lock, "utf8")) as { version: string };
  const text = (name: string) => readFileSync(here(`../licenses/${name}.txt`), "utf8").trim();
  const source = "Unchanged. Its source: https://github.com/pyodide/pyodide";
  return [
    { name: `pyodide ${version}`, licence: "MPL-2.0", text: `${source}\n\n${text("mpl-2.0")}` },
    { name: "CPython and its standard library", licence: "PSF-2.0", text: text("cpython") },
  ];
}

/** All notices, each licence's text once. */
function written(parts: readonly Part[]): string {
  const texts = new Map<string, Part[]>();
  for (const part of [...parts].sort((a, b) => (a.name < b.name ? -1 : 1)))
    texts.set(part.text, [...(texts.get(part.text) ?? []), part]);
  const sections = [...texts].map(
    ([text, list]) => `${list.map(({ name, licence }) => `${name} (${licence})`).join("\n")}\n\n${text}\n`,
  );
  const line = `\n${"=".repeat(80)}\n\n`;
  return `What Consensus Playground is made of besides its own code, and under which licences.\n${line}${sections.join(line)}`;
}

/** Writes the notices beside the site, or into the offline page. */
export function notices({ offline }: { offline: boolean }): Plugin {
  return {
    name: "notices",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) if (file.type === "chunk") note(file.moduleIds);
        const text = written([...packages(), ...crates(here("../../..")), ...(offline ? [] : python())]);
        if (!offline) return void this.emitFile({ type: "asset", fileName: NOTICES, source: text });
        for (const page of Object.values(bundle)) {
          if (page.type !== "asset" || !page.fileName.endsWith(".html")) continue;
          const html = typeof page.source === "string" ? page.source : new TextDecoder().decode(page.source);
          // A block of data: nothing in it is markup, or carried out.
          const block = `<script type="text/plain" id="${ELEMENT}">\n${text.replaceAll("<", "‹").replaceAll(">", "›")}</script>`;
          page.source = html.replace("</body>", () => `${block}\n  </body>`);
        }
      },
    },
  };
}
