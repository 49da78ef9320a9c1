import type { en } from "./en/index.ts";
import type { Phrase } from "./english.ts";

/** All keys, with a phrase of some language for each. */
export type Words = { [Key in keyof typeof en]: Phrase };
export type Key = keyof Words;
