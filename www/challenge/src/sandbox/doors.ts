/** What leads out of a worker: all of it is shut by the policy, or by there being no origin; this takes the names away too. */
const DOORS = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "WebSocketStream",
  "EventSource",
  "WebTransport",
  "RTCPeerConnection",
  "importScripts",
  "indexedDB",
  "caches",
  "cookieStore",
  "BroadcastChannel",
  "MessageChannel",
  "Worker",
  "SharedWorker",
  "Notification",
  "navigator",
  "postMessage",
  "close",
];

/** Removes the doors from the worker's global object, for good. */
export function closeDoors(): void {
  for (const name of DOORS) {
    for (let owner: object | null = globalThis; owner; owner = Object.getPrototypeOf(owner) as object | null) {
      if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
    }
    Reflect.defineProperty(globalThis, name, { value: undefined, configurable: false, writable: false });
  }
}

/** Stops the worker's clocks at a moment. */
export function stopClocks(): void {
  const still = 1_700_000_000_000;
  Date.now = () => still;
  Object.defineProperty(performance, "now", { value: () => 0 });
}
