/** The worker is handed its wasm by the page. Without this, its script would name the file by itself and carry it along. */
import type { Plugin } from "vite";

const ADDRESS = "new URL('consensus_playground_bg.wasm', import.meta.url)";

export function wasmElsewhere(): Plugin {
  return {
    name: "wasm-elsewhere",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/consensus_playground.js")) return null;
      if (!code.includes(ADDRESS)) throw new Error(`${id} does not name its wasm as expected: ${ADDRESS}`);
      return code.replace(ADDRESS, "undefined");
    },
  };
}
