/** Why an engine can't be had, in a sentence for the person. */

export const MISSING = "The engine could not be loaded: a file is missing or the connection was lost.";

export function whyNot(error: unknown): string {
  if (typeof WebAssembly === "undefined")
    return "This browser has no WebAssembly, or it is switched off here. The playground can't run without it.";
  if (error instanceof RangeError)
    return "The browser has no memory left for the engine. Close other pages, and try again.";
  return MISSING;
}
