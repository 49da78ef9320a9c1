export * from "./consensus_playground.js";

/**
 * Gets the engine ready. In Node it is ready at once and this does nothing; in a browser it has to be awaited first.
 * `source` is where the wasm is, where it does not lie beside the script any more.
 */
export default function init(source?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<void>;
