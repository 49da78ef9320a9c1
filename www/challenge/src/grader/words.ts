/** What the two languages call things. */
import type { Language } from "../types.ts";

export interface Words {
  vote: string;
  none: string;
  random: string;
  measure: string;
}

export const WORDS: Record<Language, Words> = {
  python: { vote: "vote_on", none: "None", random: "the module random", measure: "measure_rounds" },
  javascript: { vote: "voteOn", none: "null", random: "Math.random", measure: "measureRounds" },
};
