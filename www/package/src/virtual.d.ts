/** Made by `www/package/build/engine.ts`: the engine's worker as a classic script, and its wasm, gzipped and in base64. */
declare module "virtual:engine-inline" {
  export const worker: string;
  export const wasm: string;
}
