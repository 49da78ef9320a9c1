/** The interface's strings in German: the same keys as in English, or it does not compile. */
import type { Words } from "../words.ts";
import { editor } from "./editor.ts";
import { faults } from "./faults.ts";
import { film } from "./film.ts";
import { fold } from "./fold.ts";
import { header } from "./header.ts";
import { help } from "./help.ts";
import { histories } from "./histories.ts";
import { inspector } from "./inspector.ts";
import { lab } from "./lab.ts";
import { language } from "./language.ts";
import { lesson } from "./lesson.ts";
import { narrator } from "./narrator.ts";
import { news } from "./news.ts";
import { outcome } from "./outcome.ts";
import { page } from "./page.ts";
import { present } from "./present.ts";
import { search } from "./search.ts";
import { share } from "./share.ts";
import { shelf } from "./shelf.ts";
import { sides } from "./sides.ts";
import { site } from "./site.ts";
import { stage } from "./stage.ts";
import { timeline } from "./timeline.ts";
import { transport } from "./transport.ts";

export const de: Words = {
  ...editor,
  ...faults,
  ...film,
  ...fold,
  ...header,
  ...help,
  ...histories,
  ...inspector,
  ...lab,
  ...language,
  ...lesson,
  ...narrator,
  ...news,
  ...outcome,
  ...page,
  ...present,
  ...search,
  ...share,
  ...shelf,
  ...sides,
  ...site,
  ...stage,
  ...timeline,
  ...transport,
};
