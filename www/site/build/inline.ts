/** Draws scripts and styles into the page, and states what the page may do (its content security policy). */
import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";
import { frameHash } from "./challenge.ts";

type Bundle = Rolldown.OutputBundle;

/** What every page may: nothing but what is named here. Forms, plug-ins, frames and foreign hosts are not. */
const COMMON = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "manifest-src 'self'",
];

/**
 * Where else a page may connect to. On the challenge's page a person may type in the address of a language model, over
 * https or on their own computer; which one can't be known when the page is built. Every other page keeps to its own host.
 */
const ASKING: Readonly<Record<string, string>> = {
  "challenge.html": " https: http://localhost:* http://127.0.0.1:*",
};

/**
 * Writes the policy into every page of a build. With `offline`, it first draws the page's script and styles into it,
 * so that the one file works by double click: a browser loads no module over `file://`.
 */
export function finishPages({ offline }: { offline: boolean }): Plugin {
  return {
    name: "finish-pages",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const page of Object.values(bundle)) {
          if (page.type !== "asset" || !page.fileName.endsWith(".html")) continue;
          let html = text(page);
          if (offline) html = drawIn(html, bundle);
          page.source = withPolicy(html, offline, page.fileName);
        }
        if (offline) keepPagesOnly(bundle);
      },
    },
  };
}

function text(asset: Rolldown.OutputAsset): string {
  return typeof asset.source === "string" ? asset.source : new TextDecoder().decode(asset.source);
}

/** Replaces links to the bundle's files by the files. */
function drawIn(html: string, bundle: Bundle): string {
  const find = (address: string) => {
    const file = bundle[address.replace(/^\.?\//, "")];
    if (!file) throw new Error(`${address} is not in the bundle`);
    return file;
  };
  return (
    html
      // One file has nothing beside it: no icon and no manifest either.
      .replace(/<link\b[^>]*\brel="(?:modulepreload|icon|manifest)"[^>]*>\s*/g, "")
      .replace(/<script\b[^>]*\bsrc="([^"]+)"[^>]*><\/script>/g, (_, address: string) => {
        const file = find(address);
        if (file.type !== "chunk") throw new Error(`${address} is not a script`);
        // What is loaded later by the source is folded in here: the script then names itself.
        if ([...file.imports, ...file.dynamicImports].some((name) => name !== file.fileName))
          throw new Error(`${address} imports another file`);
        // Inside a script element, `</script` and `<!--` mean something to the HTML parser. In strings and patterns, `\x3C` is the same letter.
        return `<script type="module">${file.code.replace(/<(?=\/script|!--)/gi, "\\x3C")}</script>`;
      })
      .replace(/<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"[^>]*>/g, (_, address: string) => {
        const file = find(address);
        if (file.type !== "asset") throw new Error(`${address} is not a style sheet`);
        return `<style>${text(file).replace(/<(?=\/style)/gi, "\\3C ")}</style>`;
      })
  );
}

function keepPagesOnly(bundle: Bundle): void {
  for (const name of Object.keys(bundle)) if (!name.endsWith(".html")) delete bundle[name];
}

/** Puts the policy where it holds for all that follows, with the hash of each script inside the page. */
function withPolicy(html: string, offline: boolean, name: string): string {
  const hashes = [...html.matchAll(/<script\b(?![^>]*\b(?:src=|type="text\/plain"))[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) =>
      `'sha256-${createHash("sha256")
        .update(script ?? "")
        .digest("base64")}'`,
  );
  // The challenge's sandbox is a frame that inherits this policy; its one script is named here, and runs nowhere else.
  hashes.push(`'sha256-${frameHash}'`);
  const scripts = [...(offline ? [] : ["'self'"]), ...hashes, "'wasm-unsafe-eval'"].join(" ");
  const policy = [
    ...COMMON,
    `script-src ${scripts}`,
    // The offline page's worker is a blob, which inherits this policy; its wasm is a data address.
    offline ? "worker-src blob:" : "worker-src 'self' blob:",
    offline ? "connect-src data:" : `connect-src 'self'${ASKING[name] ?? ""}`,
  ].join("; ");
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  const finished = html.replace(/<meta charset="[^"]*"\s*\/?>/i, (charset) => `${charset}\n    ${meta}`);
  if (finished === html) throw new Error("the page has no <meta charset>, after which the policy belongs");
  return finished;
}
