import type { en } from "./en/index.ts";

/** A sentence, or one for each plural category of its `{count}`. */
export type Phrase = string | Partial<Record<Intl.LDMLPluralRule, string>>;

/** All keys, with a phrase of some language for each. */
export type Words = { [Key in keyof typeof en]: Phrase };
export type Key = keyof Words;
