/** The language of the interface. What protocols say stays English, and is marked so (`lang="en"`). */
import { first } from "./en/first.ts";
import type { Key, Phrase, Words } from "./words.ts";

export type { Key, Words } from "./words.ts";

/** How each language is loaded that is not in the first load. */
const others: Readonly<Record<string, () => Promise<Words>>> = {
  de: async () => (await import("./de/index.ts")).de,
};

/** English, as far as it is here: the strings of later parts come with them. */
const en: Partial<Words> = { ...first };

let words: Partial<Words> = en;
let tongue = "en";

/** The languages that the interface has, by their codes. */
export const languages: readonly string[] = ["en", ...Object.keys(others)];

/** Takes up the English strings of a part that is loaded later. Other languages come whole. */
export function bring(room: Partial<Words>): void {
  Object.assign(en, room);
}

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
  [words, tongue] = load ? [await load(), code] : [en, "en"];
  settled.dispatchEvent(new Event("change"));
}

/** Tells (`change`) that another language is in use. */
export const settled = new EventTarget();

/** What the interface says: the phrase of a key, with its `{names}` filled in. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const phrase: Phrase = words[key] ?? key;
  const text = typeof phrase === "string" ? phrase : (phrase[plural(values.count)] ?? phrase.other ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function plural(count: string | number | undefined): Intl.LDMLPluralRule {
  return new Intl.PluralRules(tongue).select(Number(count ?? 0));
}
