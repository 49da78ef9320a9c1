/**
 * Imported first: Pyodide asks whether its worker is a classic one by calling `importScripts`, and refuses those. Ours is
 * one (a blob of one file), which does no harm as nothing is ever imported; the policy forbids it anyway.
 */
Object.defineProperty(globalThis, "importScripts", {
  value: () => {
    throw new TypeError("nothing is imported here");
  },
});
export {};
