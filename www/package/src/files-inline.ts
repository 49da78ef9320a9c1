/** In the place of the engine's own `files.ts`: its files are in the script itself, the wasm gzipped and in base64. */
import { wasm, worker } from "virtual:engine-inline";
import { scriptAddress } from "./script-address.ts";

/** Where a page may make blobs into workers, as most may. */
function blob(): Worker {
  const address = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
  try {
    return new Worker(scriptAddress(address));
  } finally {
    // The worker has what it needs once it is there; a browser may fetch the address a moment later.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}

function data(): Worker {
  return new Worker(scriptAddress(`data:text/javascript;charset=utf-8,${encodeURIComponent(worker)}`));
}

export const ways: readonly (() => Worker)[] = [blob, data];

export function wasmFile(): Promise<Response> {
  const packed = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0));
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return Promise.resolve(new Response(bytes, { headers: { "content-type": "application/wasm" } }));
}
