/** Made by `www/site/build/challenge.ts`. */
declare module "virtual:challenge-files" {
  /** A gzipped file: where it is (a data address in the offline page), and its sizes in bytes. */
  export interface Packed {
    address: string;
    packed: number;
    bytes: number;
  }
  /** The hash of the frame's script, as a policy writes it. */
  export const frameHash: string;
  /** Null in the offline page. */
  export const python: { worker: Packed; wasm: Packed; library: Packed } | null;
  export const javascript: { worker: Packed; wasm: Packed };
}

/** About the Pyodide that is built in, as its lock file says. */
declare const __PYODIDE_INFO__: { abi_version: string; arch: "wasm32"; platform: string; python: string };

declare module "pyodide/pyodide.asm.mjs" {
  import type { loadPyodide } from "pyodide";
  const create: NonNullable<NonNullable<Parameters<typeof loadPyodide>[0]>["createPyodideModule"]>;
  export default create;
}
