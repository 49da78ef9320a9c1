/** The page of the playground, and those that embed it. */
import { courses } from "@consensus-playground/element/page/course.ts";
import { begin } from "./tongue.ts";

// The offline page can't load an interpreter; this takes the challenge out of it.
if (!__OFFLINE__) courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
if (!__OFFLINE__ && window.parent === window) courses.home = "./index.html";
await begin();
await import("@consensus-playground/element/consensus-playground.ts");
// Lessons come where there is one.
if (document.querySelector("consensus-lesson")) void import("@consensus-playground/element/lesson/consensus-lesson.ts");
if (!__OFFLINE__ && window.parent === window) void import("./app.ts");
