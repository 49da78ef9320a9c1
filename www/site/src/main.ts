/** The page of the playground, the one page without a site, and pages that embed the element. */
import { courses } from "@consensus-playground/element/page/course.ts";
import { viewName, views } from "@consensus-playground/element/views/views.ts";
import { takeQuery, tellHeight, wantedLanguage } from "./query.ts";
import { begin } from "./tongue.ts";

// The offline page can't load an interpreter; this takes the challenge out of it.
if (!__OFFLINE__) {
  courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
  courses.play = "./play.html";
}
if (!__OFFLINE__ && window.parent === window)
  Object.assign(courses, {
    home: "./index.html",
    learn: "./learn/index.html",
    gallery: "./scenarios.html",
    compare: "./compare.html",
  });
const element = document.querySelector<HTMLElement>("consensus-playground");
// What the page shows at first comes beside the rest. Where it does not come, the element tells.
if (!__OFFLINE__) views[viewName(element?.getAttribute("view") ?? "full") ?? "full"]().catch(() => undefined);
courses.embed = __OFFLINE__ ? location.pathname.replace(/^.*\//, "./") : "./embed.html";
await begin(__OFFLINE__ ? wantedLanguage : element?.lang || null);
if (__OFFLINE__) {
  const [{ follow, LESSON }] = await Promise.all([
    import("./offline.ts"),
    import("@consensus-playground/element/lesson/consensus-lesson.ts"),
  ]);
  courses.learn = LESSON;
  if (element) takeQuery(element);
  follow();
}
await import("@consensus-playground/element/consensus-playground.ts");
if (__OFFLINE__ && element) tellHeight(element);
// On the site, lessons come where there is one.
if (!__OFFLINE__ && document.querySelector("consensus-lesson"))
  void import("@consensus-playground/element/lesson/consensus-lesson.ts");
if (!__OFFLINE__ && window.parent === window) void import("./app.ts");
