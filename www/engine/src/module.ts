/** The engine's wasm, compiled once: all runs of a page share it. */
import { wasmFile } from "./files.ts";

let shared: Promise<WebAssembly.Module> | undefined;

/** The module. A failure is forgotten, so that the next call tries again. */
export function wasmModule(): Promise<WebAssembly.Module> {
  if (shared) return shared;
  const fresh = compile();
  fresh.catch(() => (shared = undefined));
  return (shared = fresh);
}

async function compile(): Promise<WebAssembly.Module> {
  const response = await wasmFile();
  if (!response.ok) throw new Error(`the wasm can't be loaded (${response.status})`);
  // Compiling while it arrives takes a server that knows what wasm is.
  const streams = response.headers.get("content-type") === "application/wasm";
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
