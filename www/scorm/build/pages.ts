/** The lessons' pages of a course: one for each lesson of the path, and the lessons' texts beside them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { escaped } from "../../site/build/drawing.ts";
import { lessonFiles, type LessonFile } from "../../site/build/lessons.ts";

/** The lessons that are written in a language, in their order. */
export function lessonPath(root: string, language: string): LessonFile[] {
  return lessonFiles(root).filter((lesson) => lesson.language === language);
}

export function pageOf({ id }: LessonFile): string {
  return `${id}.html`;
}

/** @param here - The folder of the pages, where those of lessons are nowhere but in the build. */
export function coursePages(here: string, lessons: readonly LessonFile[]): Plugin {
  const pages = new Map(lessons.map((lesson) => [join(here, pageOf(lesson)), lesson]));
  return {
    name: "course-pages",
    resolveId: (id) => (pages.has(id) ? id : null),
    load(id) {
      const lesson = pages.get(id);
      return lesson ? page(join(here, "lesson.html"), lesson) : null;
    },
    generateBundle() {
      for (const { id, text } of lessons) this.emitFile({ type: "asset", fileName: `lessons/${id}.md`, source: text });
    },
  };
}

function page(frame: string, { id, language, title }: LessonFile): string {
  const written = language === "en" ? '<html lang="en"' : `<html lang="${language}" data-written="${language}"`;
  const element = `<consensus-lesson src="./lessons/${id}.md" name="${id}" sandbox="none"></consensus-lesson>`;
  return readFileSync(frame, "utf8")
    .replace('<html lang="en"', written)
    .replaceAll("<!-- title -->", () => escaped(title))
    .replace("<!-- lesson -->", () => element);
}
