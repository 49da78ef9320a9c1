/** The page of the playground, and those that embed it. */
import { courses } from "@consensus-playground/element/page/course.ts";
import { begin } from "./tongue.ts";

// The offline page can't load an interpreter; this takes the challenge out of it.
if (!__OFFLINE__) courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
if (!__OFFLINE__ && window.parent === window) [courses.home, courses.learn] = ["./index.html", "./learn/index.html"];
await begin();
if (__OFFLINE__) {
  const [{ follow, LESSON }] = await Promise.all([
    import("./offline.ts"),
    import("@consensus-playground/element/lesson/consensus-lesson.ts"),
  ]);
  courses.learn = LESSON;
  follow();
}
await import("@consensus-playground/element/consensus-playground.ts");
// On the site, lessons come where there is one.
if (!__OFFLINE__ && document.querySelector("consensus-lesson"))
  void import("@consensus-playground/element/lesson/consensus-lesson.ts");
if (!__OFFLINE__ && window.parent === window) void import("./app.ts");
