// The page around an engine to which another crate has added a protocol; `cargo xtask` builds it into `target/rumors/site`.
// The page's own site has no word of that protocol.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { path } from "./playground.mjs";

/** Serves the site on a free port. */
export async function serveSite(folder = "target/rumors/site") {
  const vitePackage = createRequire(new URL("../../www/package.json", import.meta.url)).resolve("vite/package.json");
  const { preview } = await import(new URL("dist/node/index.js", pathToFileURL(vitePackage)).href);
  const server = await preview({
    root: path("www/site"),
    configFile: path("www/site/vite.config.ts"),
    build: { outDir: path(folder) },
    preview: { port: 0, strictPort: false },
    logLevel: "error",
  });
  return { address: `${server.resolvedUrls.local[0]}play.html`, close: () => server.close() };
}
