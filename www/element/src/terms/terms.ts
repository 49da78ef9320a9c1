/** Finds the words of the field in sentences, where they first stand. Pure, so that it is tested without a page. */

/** A word, and the sentence that says what it means. */
export interface Term {
  name: string;
  about: string;
}

/** A piece of a sentence: with a term, where the piece is a word that has a card. */
export interface Piece {
  text: string;
  term?: Term;
}

/** What a word may end with, behind its stem: `vote`, `votes`, `voted`, `voting`. */
const ENDINGS = "(?:s|es|ed|d|ing|al|als)?";

/** The forms in which a term stands in sentences; the final letter may be doubled (`committed`) or drop out (`voting`). */
function pattern({ name }: Term): string {
  const safe = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const last = safe.at(-1) ?? "";
  if (last === "e") return `${safe.slice(0, -1)}(?:e|es|ed|ing|al|als)`;
  if (last === "y") return `${safe.slice(0, -1)}(?:y|ies)`;
  return /[bdgmnprt]/.test(last) ? `${safe}(?:${last}(?:ed|ing)|${ENDINGS})` : `${safe}${ENDINGS}`;
}

/** Sentences in pieces. A term is marked once: `seen` holds the names of those that were, and takes in the new ones. */
export function pieces(text: string, terms: readonly Term[], seen: Set<string>): Piece[] {
  if (terms.length === 0) return [{ text }];
  // The longest first, so that a joint configuration is not taken for something shorter.
  const all = [...terms].sort((one, other) => other.name.length - one.name.length);
  const words = new RegExp(`(?<![\\w-])(?:${all.map((term) => `(${pattern(term)})`).join("|")})(?![\\w-])`, "gi");
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(words)) {
    const term = all[match.slice(1).findIndex((group) => group !== undefined)];
    if (!term || seen.has(term.name)) continue;
    seen.add(term.name);
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: match[0], term });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** A protocol's own terms, and the common ones that it does not explain itself. */
export function termsOf(own: readonly Term[], common: readonly Term[]): Term[] {
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  return [...own, ...common.filter(({ name }) => !names.has(name.toLowerCase()))];
}
