/**
 * In the place of the engine's own `files.ts`: its files lie beside the script. The three names are written out by the build as
 * what bundlers look for, `new Worker(new URL(…, import.meta.url), …)` and `new URL(…, import.meta.url)`.
 */
import { scriptAddress } from "./script-address.ts";

declare const __WORKER_BESIDE__: Worker;
declare const __WORKER_ADDRESS__: string;
declare const __WASM_ADDRESS__: string;

/** A script of another host can't be a worker, but a worker without a host can import it. */
function foreign(): Worker {
  const script = `import ${JSON.stringify(__WORKER_ADDRESS__)}`;
  return new Worker(scriptAddress(`data:text/javascript,${encodeURIComponent(script)}`), { type: "module" });
}

export const ways: readonly (() => Worker)[] = [() => __WORKER_BESIDE__, foreign];

export function wasmFile(): Promise<Response> {
  return fetch(__WASM_ADDRESS__);
}
