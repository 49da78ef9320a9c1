/** The interface's strings in German: the same keys as in English, or it does not compile. */
import type { Words } from "../language.ts";
import { language } from "./language.ts";
import { lesson } from "./lesson.ts";
import { narrator } from "./narrator.ts";
import { outcome } from "./outcome.ts";
import { site } from "./site.ts";
import { stage } from "./stage.ts";
import { transport } from "./transport.ts";

export const de: Words = {
  ...language,
  ...lesson,
  ...narrator,
  ...outcome,
  ...site,
  ...stage,
  ...transport,
};
