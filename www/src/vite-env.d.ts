/// <reference types="vite/client" />

/** Made when the page is built, by `build/sources.ts`. */
declare module "virtual:rule-sources" {
  const found: import("../build/sources.ts").RuleSources;
  export default found;
}

/** Whether this is the build of the one offline file. */
declare const __OFFLINE__: boolean;
