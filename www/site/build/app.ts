/**
 * The service worker and the app's manifest. The worker keeps all files of one build, by their list's hash, and answers from
 * them alone: a page never meets a file of another build. A newer build is fetched beside it, and takes over when no page of the
 * older one is open any more.
 */
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** What is fetched when it is wanted, and kept then: interpreters of many megabytes. */
const LATER = /^(?:python|javascript)\//;
/** What is no part of the app. */
const ASIDE = /^(?:\.vite\/|sw\.js$|grade\.mjs$|THIRD-PARTY|custom-elements\.json$|embed\.html$)/;

export const MANIFEST = "app.webmanifest";

const manifest = {
  name: "Consensus Playground",
  short_name: "Consensus",
  description: "See computers agree, even when some fail.",
  start_url: "./",
  scope: "./",
  display: "standalone",
  background_color: "#fbfaf7",
  theme_color: "#fbfaf7",
  icons: [
    { src: "icon.svg", sizes: "any", type: "image/svg+xml" },
    { src: "icon-192.png", sizes: "192x192", type: "image/png" },
    { src: "icon-512.png", sizes: "512x512", type: "image/png" },
    { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  ],
};

/** Files of `public/`, which are no part of the bundle. */
const PUBLIC = ["icon.svg", "icon-192.png", "icon-512.png"];

export function app({ offline }: { offline: boolean }): Plugin {
  return {
    name: "app",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        if (offline) return;
        this.emitFile({ type: "asset", fileName: MANIFEST, source: JSON.stringify(manifest, null, 2) });
        const names = Object.keys(bundle).filter((name) => !ASIDE.test(name) && !LATER.test(name));
        const files = [...new Set([...names, ...PUBLIC, MANIFEST])].sort();
        const hash = createHash("sha256");
        for (const name of files) {
          const file = bundle[name];
          hash.update(name).update("\0");
          if (file) hash.update(file.type === "chunk" ? file.code : file.source);
        }
        this.emitFile({ type: "asset", fileName: "sw.js", source: worker(files, hash.digest("hex").slice(0, 16)) });
      },
    },
  };
}

/** The worker's own script: it imports nothing, so that a browser sees by one comparison whether there is a newer build. */
function worker(files: readonly string[], version: string): string {
  return `"use strict";
const PREFIX = "consensus-playground ";
const HERE = new URL("./", self.location.href);
// Other copies of the site may live on this host, in folders of their own.
const OWN = PREFIX + HERE.pathname + " ";
const CACHE = OWN + "${version}";
const FILES = ${JSON.stringify(files)};
const LATER = ${String(LATER)};

self.addEventListener("install", (event) => {
  const fresh = FILES.map((name) => new Request(new URL(name, HERE), { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(OWN) && name !== CACHE;
  event.waitUntil(caches.keys().then((all) => Promise.all(all.filter(old).map((name) => caches.delete(name)))));
});

/** The file that an address means, or undefined where it is none of this site. */
function fileOf(address) {
  const url = new URL(address);
  if (url.origin !== HERE.origin || !url.pathname.startsWith(HERE.pathname)) return undefined;
  const path = url.pathname.slice(HERE.pathname.length);
  return path === "" || path.endsWith("/") ? path + "index.html" : path;
}

async function answer(request, name) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(new URL(name, HERE));
  if (kept) return kept;
  const fetched = await fetch(request);
  if (fetched.ok && LATER.test(name)) await cache.put(new URL(name, HERE), fetched.clone());
  return fetched;
}

self.addEventListener("fetch", (event) => {
  const name = event.request.method === "GET" ? fileOf(event.request.url) : undefined;
  if (name !== undefined && (FILES.includes(name) || LATER.test(name))) event.respondWith(answer(event.request, name));
});
`;
}
