import "@consensus-playground/element/consensus-playground.ts";
import { courses } from "@consensus-playground/element/page/course.ts";

// The offline page can't load an interpreter; this takes the challenge out of it.
if (!__OFFLINE__) courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
// Lessons come where there is one.
if (document.querySelector("consensus-lesson")) void import("@consensus-playground/element/lesson/consensus-lesson.ts");
