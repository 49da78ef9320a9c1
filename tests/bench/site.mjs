// The built page, served on this machine for a measurement.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { path } from "../browser/playground.mjs";

/** Vite's preview of the built site, on a free port: its address, and how to end it. */
export async function served() {
  const vitePackage = createRequire(new URL("../../www/package.json", import.meta.url)).resolve("vite/package.json");
  const { preview } = await import(new URL("dist/node/index.js", pathToFileURL(vitePackage)).href);
  const server = await preview({
    root: path("www/site"),
    configFile: path("www/site/vite.config.ts"),
    preview: { port: 0, strictPort: false },
  });
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}
