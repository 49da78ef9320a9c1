/**
 * The one page without a site holds the playground and the lessons' place: which of them stands there, its address says.
 * `#lesson` is where a lesson is opened from a file, `#l1=…` holds one; all else is the playground's.
 */
import { isLessonLink } from "@consensus-playground/element/lesson/source.ts";

/** The address of the lessons' place. */
export const LESSON = "#lesson";

/** Puts there what the address asks for, now and whenever it changes. */
export function follow(): void {
  place();
  window.addEventListener("hashchange", place);
}

function place(): void {
  const lesson = location.hash === LESSON || isLessonLink(location.hash);
  const [wanted, other] = lesson
    ? (["consensus-lesson", "consensus-playground"] as const)
    : (["consensus-playground", "consensus-lesson"] as const);
  const standing = document.querySelector(other);
  if (!standing) return;
  const element = document.createElement(wanted);
  element.setAttribute("address", "");
  // *Open in the sandbox* leads to this same page.
  if (lesson) element.setAttribute("sandbox", location.pathname.replace(/^.*\//, "./"));
  standing.replaceWith(element);
}
