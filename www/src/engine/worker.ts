import init from "../wasm/consensus_playground.js";

init().then(
  () => self.postMessage("ready"),
  (error: unknown) => self.postMessage(`did not start, ${String(error)}`),
);
