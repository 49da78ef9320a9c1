/** The interface's strings in German: the same keys as in English, or it does not compile. */
import type { Words } from "../words.ts";
import { language } from "./language.ts";
import { lesson } from "./lesson.ts";
import { site } from "./site.ts";

export const de: Words = {
  ...language,
  ...lesson,
  ...site,
};
