import init from "../wasm/consensus_playground.js";

init().then(
  () => self.postMessage("The engine is ready."),
  (error: unknown) => self.postMessage(`The engine did not start: ${String(error)}`),
);
