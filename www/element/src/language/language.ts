/** The language of the interface. What protocols say stays English, and is marked so (`lang="en"`). */
import { english, type Phrase } from "./english.ts";
import type { Key, Words } from "./words.ts";
import "./en/faults.ts";
import "./en/header.ts";
import "./en/inspector.ts";
import "./en/language.ts";
import "./en/narrator.ts";
import "./en/news.ts";
import "./en/outcome.ts";
import "./en/page.ts";
import "./en/present.ts";
import "./en/stage.ts";
import "./en/timeline.ts";
import "./en/transport.ts";

export type { Key, Words } from "./words.ts";

/** How each language is loaded that is not in the first load. */
const others: Readonly<Record<string, () => Promise<Words>>> = {
  de: async () => (await import("./de/index.ts")).de,
};

/** The language in use, whole; none for English, whose phrases come room by room. */
let words: Words | undefined;
let tongue = "en";

/** The languages that the interface has, by their codes. */
export const languages: readonly string[] = ["en", ...Object.keys(others)];

/** The code of the language in use. */
export function language(): string {
  return tongue;
}

/**
 * Takes the first of the wanted languages (`de-CH`, `en`) that there is. Called before the first element is
 * defined, where that is known by then; else playgrounds that are on the page say again what they show.
 */
export async function speak(wanted: readonly string[]): Promise<void> {
  const codes = wanted.map((one) => one.toLowerCase().split("-")[0] ?? "");
  const code = codes.find((one) => languages.includes(one)) ?? "en";
  const load = others[code];
  [words, tongue] = load ? [await load(), code] : [undefined, "en"];
  settled.dispatchEvent(new Event("change"));
}

/** Tells (`change`) that another language is in use. */
export const settled = new EventTarget();

/** What the interface says: the phrase of a key, with its `{names}` filled in. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const phrase: Phrase = (words ?? english)[key] ?? key;
  const text = typeof phrase === "string" ? phrase : (phrase[plural(values.count)] ?? phrase.other ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function plural(count: string | number | undefined): Intl.LDMLPluralRule {
  return new Intl.PluralRules(tongue).select(Number(count ?? 0));
}
