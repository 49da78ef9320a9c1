/** Tells the element how the challenge is loaded. This comes before the element, which looks for it when it is defined. */
import { courses } from "@consensus-playground/element/page/course.ts";

courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
