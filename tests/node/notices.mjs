// Whatever is shipped comes with its notice: in the site, and in the offline page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const read = (relative) => readFileSync(path(relative), "utf8");

/** The packages of the page, with all that they need, as the lock file has them. */
function packages() {
  const { packages: locked } = JSON.parse(read("www/package-lock.json"));
  const { workspaces } = JSON.parse(read("www/package.json"));
  const needs = workspaces.flatMap((one) => Object.keys(locked[one].dependencies ?? {}));
  const found = new Map();
  const visit = (name) => {
    const one = locked[`node_modules/${name}`];
    if (found.has(name) || !one || one.link) return;
    found.set(name, one.version);
    for (const needed of Object.keys(one.dependencies ?? {})) visit(needed);
  };
  for (const name of needs) visit(name);
  // Types ship nothing; and of these two, no code gets into a bundle: one is for servers, one for other languages.
  const unused = /^(@types\/|@lit-labs\/ssr-dom-shim$|@codemirror\/streamparser$)/;
  return [...found].filter(([name]) => !unused.test(name)).map(([name, version]) => `${name} ${version} (`);
}

/** The crates of the wasm, as cargo itself tells them. */
function crates() {
  const given =
    "tree -p consensus-playground --locked -e normal,no-proc-macro --target wasm32-unknown-unknown --prefix none";
  const lines = execFileSync("cargo", given.split(" "), { cwd: path("."), encoding: "utf8" }).split("\n");
  const names = lines
    .map((line) => /^(\S+) v(\S+)/.exec(line))
    .filter((found) => found && found[1] !== "consensus-playground");
  return [...new Set(names.map(([, name, version]) => `${name} ${version} (`))];
}

const locked = (name) => JSON.parse(read("www/package-lock.json")).packages[`node_modules/${name}`].version;
const interpreters = ["quickjs-emscripten-core", "@jitl/quickjs-wasmfile-release-sync", "acorn"];
const ofJavaScript = interpreters.map((name) => `${name} ${locked(name)} (`);

/** What stands below each name. */
function sections(text) {
  return text.split(/\n={80}\n/).slice(1);
}

function missing(text, names) {
  const all = sections(text);
  return names.filter((name) => !all.some((one) => one.includes(name) && one.length > 500));
}

test("the site tells the notices of the page, the crates and the interpreters", () => {
  const text = read("dist/THIRD-PARTY.txt");
  const wanted = [
    ...packages(),
    ...crates(),
    ...ofJavaScript,
    `pyodide ${locked("pyodide")} (`,
    "CPython and its standard library (",
  ];
  assert.ok(wanted.length > 30, `only ${wanted.length}`);
  assert.deepEqual(missing(text, wanted), []);
  for (const words of [
    "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
    "BEOPEN PYTHON OPEN SOURCE LICENSE AGREEMENT VERSION 1",
    "CNRI LICENSE AGREEMENT",
    "CWI LICENSE AGREEMENT FOR PYTHON",
    "Mozilla Public License Version 2.0",
    "Apache License",
    "QuickJS",
  ])
    assert.ok(text.includes(words), words);
  assert.deepEqual(missing(text, ["left-pad 1.0.0 ("]), ["left-pad 1.0.0 ("]);
});

test("the offline page tells its own", () => {
  const [, text] = /<script type="text\/plain" id="third-party">([\s\S]*?)<\/script>/.exec(
    read("dist/consensus-playground.html"),
  );
  const used = packages().filter((name) => !/^(@codemirror|@lezer|@marijn|crelt|style-mod|w3c-keyname)/.test(name));
  assert.deepEqual(missing(text, [...used, ...crates()]), []);
});

test("a part without a licence stops the build", async () => {
  const { rolldown } = createRequire(new URL("../../www/package.json", import.meta.url))("rolldown");
  const bundle = await rolldown({ input: path("www/site/build/notices.ts"), platform: "node", logLevel: "warn" });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  const { licenceIn } = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
  assert.throws(() => licenceIn(mkdtempSync(join(tmpdir(), "bare-"))), /is shipped, and has no licence/);
});
