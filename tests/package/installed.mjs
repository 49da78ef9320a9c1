// The package as somebody installs it: packed by npm, unpacked where the hosts look for it, and bundled by them.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(join(top, "www/package.json"));

/** Where the hosts stand, with the package in their `node_modules`; what they are built with stands one folder above. */
export const hosts = join(top, "target/hosts");
export const folder = join(hosts, "node_modules/consensus-playground");

/** Packs and installs; gives what npm says of the package. */
export function install() {
  rmSync(hosts, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(top, "tests/package/hosts"), hosts, { recursive: true });
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", hosts, join(top, "target/package")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  const [told] = Object.values(packed);
  execFileSync("tar", ["-xzf", join(hosts, told.filename), "--strip-components=1", "-C", folder]);
  const tools = join(top, "target/node_modules");
  if (!existsSync(tools)) symlinkSync(join(top, "www/node_modules"), tools, "dir");
  return told;
}

/** A page around a script. */
const page = (
  script,
) => `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><title>A host</title>
  <div id="page"></div><script type="module" src="${script}"></script></html>`;

const load = (name) => import(pathToFileURL(require.resolve(name)).href);

/** Builds hosts into `target/hosts/out/<bundler>/`, each with a page. */
export const bundlers = {
  async vite(names) {
    const { build } = await load("vite");
    const { svelte } = await load("@sveltejs/vite-plugin-svelte");
    for (const name of names)
      writeFileSync(join(hosts, name, "index.html"), page(`./main.${name === "react" ? "jsx" : "js"}`));
    await build({
      configFile: false,
      logLevel: "error",
      root: hosts,
      base: "./",
      plugins: [svelte({ configFile: false })],
      build: {
        outDir: join(hosts, "out/vite"),
        chunkSizeWarningLimit: 10_000,
        rolldownOptions: { input: names.map((name) => join(hosts, name, "index.html")) },
      },
    });
  },
  async esbuild() {
    const { build } = await load("esbuild");
    const outdir = join(hosts, "out/esbuild");
    await build({ entryPoints: [join(hosts, "plain.js")], bundle: true, format: "esm", outdir, logLevel: "error" });
    writeFileSync(join(outdir, "index.html"), page("./plain.js"));
  },
  async rollup() {
    const { rollup } = await load("rollup");
    const { nodeResolve } = await load("@rollup/plugin-node-resolve");
    const bundle = await rollup({ input: join(hosts, "plain.js"), plugins: [nodeResolve({ browser: true })] });
    const dir = join(hosts, "out/rollup");
    await bundle.write({ dir, format: "es" });
    writeFileSync(join(dir, "index.html"), page("./plain.js"));
  },
  async webpack(entry = "plain.js") {
    const { default: webpack } = await load("webpack");
    const path = join(hosts, "out/webpack");
    const output = { path, filename: "plain.js", publicPath: "auto" };
    const stats = await new Promise((resolve, reject) =>
      webpack(
        { mode: "production", context: hosts, entry: `./${entry}`, output, performance: false, devtool: false },
        (error, done) => (error ? reject(error) : resolve(done)),
      ),
    );
    if (stats.hasErrors()) throw new Error(stats.toString("errors-only"));
    writeFileSync(join(path, "index.html"), page("./plain.js"));
  },
};
