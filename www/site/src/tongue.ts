/** In which language the interface speaks to this person: the one that they chose, else the first of the browser's that there is. */
import { language, speak } from "@consensus-playground/element/language/language.ts";

const KEY = "consensus-playground.language";

function chosen(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Remembers a choice, where storage is allowed. It holds from the next page on. */
export function choose(code: string): void {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Without storage the choice is asked for again.
  }
}

/** Begins to speak. To be awaited before an element is defined; `wanted` comes first. */
export async function begin(wanted: string | null = null): Promise<void> {
  const own = chosen();
  // A page that was translated when it was built keeps its language.
  const { written } = document.documentElement.dataset;
  await speak([wanted, written, own, ...navigator.languages].filter((one) => typeof one === "string"));
  if (written === undefined) document.documentElement.lang = language();
}
