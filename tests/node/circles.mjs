// The page's rooms: which file imports which, and which workspace may lean on which. No circle, no arrow back.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const www = fileURLToPath(new URL("../../www/", import.meta.url));
const ts = createRequire(join(www, "package.json"))("typescript");
/** Each leans on those before it, and on none after it. */
const WORKSPACES = ["engine", "element", "challenge", "package", "site"];

const sources = WORKSPACES.flatMap((workspace) =>
  readdirSync(join(www, workspace, "src"), { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(workspace, "src", name)),
);

/** What a file imports or exports from elsewhere, at once or later, types included, as files of `www/`. */
function imports(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(www, file), "utf8"), true, true);
  return importedFiles.map(({ fileName }) => place(file, fileName.replace(/\?.*$/, ""))).filter(Boolean);
}

function place(file, name) {
  if (name.startsWith(".")) return relative(www, join(www, dirname(file), name));
  const [, workspace, path = "index.ts"] = /^@consensus-playground\/(\w+)(?:\/(.+))?$/.exec(name) ?? [];
  return workspace && join(workspace, path.startsWith("wasm/") ? "" : "src", path);
}

/** The first circle that a walk along the arrows finds, as a list of files that ends where it begins. */
export function circle(arrows) {
  const done = new Set();
  const walk = (file, path) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of arrows.get(file) ?? []) {
      const found = walk(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of arrows.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return undefined;
}

const arrows = new Map(sources.map((file) => [file, imports(file)]));

test("every import within the page leads to a file that was read", () => {
  assert.ok(sources.length > 100, `${sources.length} files`);
  const known = new Set(sources);
  const astray = [...arrows].flatMap(([file, all]) =>
    all.filter((one) => one.endsWith(".ts") && !known.has(one)).map((one) => `${file} -> ${one}`),
  );
  assert.deepEqual(astray, []);
});

test("no file imports itself by a way round", () => {
  assert.equal(circle(arrows)?.join(" -> "), undefined);
});

test("a circle is found where there is one", () => {
  const some = new Map(Object.entries({ a: ["b"], b: ["c", "d"], c: [], d: ["b"] }));
  assert.deepEqual(circle(some), ["b", "d", "b"]);
});

test("no workspace leans on one that leans on it", () => {
  const rank = (file) => WORKSPACES.indexOf(file.split("/")[0]);
  const back = [...arrows].flatMap(([file, all]) =>
    all.filter((one) => rank(one) > rank(file)).map((one) => `${file} -> ${one}`),
  );
  assert.deepEqual(back, []);
});

test("the engine needs no element: neither Lit nor a rendered page", () => {
  const text = (file) => readFileSync(join(www, file), "utf8");
  const engine = sources.filter((file) => file.startsWith("engine/"));
  assert.deepEqual(
    engine.filter((file) => /from "lit|customElements|\bdocument\b/.test(text(file).replace(/\/\*[\s\S]*?\*\//g, ""))),
    [],
  );
});
