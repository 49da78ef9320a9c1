/** The engine in Node, for what the pages draw and say when they are built. */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Core from "../../engine/wasm/consensus_playground.js";

export type { Descriptor, MessageView, NodeView, StateView } from "../../engine/wasm/consensus_playground.js";

let loaded: Promise<typeof Core> | undefined;

export function core(): Promise<typeof Core> {
  return (loaded ??= load());
}

async function load(): Promise<typeof Core> {
  // Found from here, and not from where the bundled configuration happens to lie.
  const folder = fileURLToPath(new URL("../../engine/wasm/", import.meta.url));
  const engine = (await import(pathToFileURL(`${folder}consensus_playground.js`).href)) as typeof Core;
  engine.initSync({ module: readFileSync(`${folder}consensus_playground_bg.wasm`) });
  return engine;
}

/** A run at its end, and all its messages. */
export async function carriedOut(text: string): Promise<{ state: Core.StateView; messages: Core.MessageView[] }> {
  const { Playground } = await core();
  const run = new Playground();
  try {
    run.open(text);
    run.finish();
    return { state: run.state(), messages: run.messages(1) };
  } finally {
    run.free();
  }
}
