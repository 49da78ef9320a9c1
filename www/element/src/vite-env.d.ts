/// <reference types="vite/client" />

/** Made when the page is built, by `site/build/sources.ts`. */
declare module "virtual:rule-sources" {
  const found: { base: string; lines: Record<string, Record<string, Record<string, number[]>>> };
  export default found;
}

/** Made when the page is built, by `site/build/gallery.ts`: how to load the scenarios of each protocol. */
declare module "virtual:gallery" {
  type Files = { file: string; text: string }[];
  const found: Record<string, () => Promise<{ default: Files }>>;
  export default found;
}

/** Whether this is the build of the one offline file. */
declare const __OFFLINE__: boolean;
