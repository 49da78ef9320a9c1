/** The page for a frame: only what the query asks for is loaded. */
import { courses } from "@consensus-playground/element/page/course.ts";
import { viewName, views } from "@consensus-playground/element/views/views.ts";
import { takeQuery, tellHeight, wantedLanguage } from "./query.ts";
import { begin } from "./tongue.ts";

const element = document.querySelector<HTMLElement>("consensus-playground");
if (element) {
  takeQuery(element);
  courses.embed = courses.full = "./embed.html";
  // What it needs comes side by side. Whatever does not come is told by the element, or by the page's own script.
  const view = views[viewName(element.getAttribute("view") ?? "full") ?? "full"];
  view().catch(() => undefined);
  await begin(wantedLanguage);
  await import("@consensus-playground/element/consensus-playground.ts");
  tellHeight(element);
}
