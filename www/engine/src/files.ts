/** Where the engine's worker and its wasm are: files of this build. The package puts a module of its own in this one's place. */
import EngineWorker from "./worker.ts?worker";
import wasm from "../wasm/consensus_playground_bg.wasm?url";

/** The ways to start the worker, the plainest first. Each is tried where those before it have failed. */
export const ways: readonly (() => Worker)[] = [() => new EngineWorker()];

/** The wasm, as a server sends it. */
export function wasmFile(): Promise<Response> {
  return fetch(wasm);
}
