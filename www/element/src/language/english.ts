/**
 * The phrases in English, as far as they are here: each room of the page brings its own. A module that says something of
 * a room imports that room's file, so that its phrases come with it.
 */

/** A sentence, or one for each plural category of its `{count}`. */
export type Phrase = string | Partial<Record<Intl.LDMLPluralRule, string>>;

export const english: Record<string, Phrase> = {};

/** Adds a room's phrases. */
export function room<Words extends Record<string, Phrase>>(words: Words): Words {
  Object.assign(english, words);
  return words;
}
