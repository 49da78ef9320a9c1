/** What the line above the work says. */
import { language } from "@consensus-playground/element/language/language.ts";
import type { Kept } from "./session.ts";

interface Words {
  standing: (solved: number, tasks: number) => string;
  kept: string;
  alone: string;
  failed: (why: string) => string;
  head: (length: number, room: number) => string;
  refused: (why: string) => string;
  older: string;
  other: (name: string) => string;
}

const count = (value: number) => value.toLocaleString(language());

const EN: Words = {
  standing: (solved, tasks) => `${solved} of ${tasks} ${tasks === 1 ? "task" : "tasks"} solved.`,
  kept: "Your course has your score and your work.",
  alone: "No course is around this page: nothing is reported, and your work is kept in this browser only.",
  failed: (why) =>
    `Your course did not answer (${why}): nothing is reported, and your work is lost when you leave. Open it again from your course.`,
  head: (length, room) =>
    `Your course has your score, but it does not have your work: that has ${count(length)} characters, and your course keeps ${count(room)}. Save it yourself before you leave.`,
  refused: (why) => `Your course did not take what you did (${why}). Save your work yourself before you leave.`,
  older: "Your course kept your score, but not your work, which was too long: here you begin again.",
  other: (name) => `Your course keeps the code in one language. It does not have your ${name}.`,
};

const DE: Words = {
  standing: (solved, tasks) => `${solved} von ${tasks} ${tasks === 1 ? "Aufgabe" : "Aufgaben"} gelöst.`,
  kept: "Ihr Kurs hat Ihre Punkte und Ihre Arbeit.",
  alone: "Um diese Seite ist kein Kurs: Nichts wird gemeldet, und Ihre Arbeit bleibt nur in diesem Browser.",
  failed: (why) =>
    `Ihr Kurs antwortet nicht (${why}): Nichts wird gemeldet, und Ihre Arbeit ist fort, wenn Sie gehen. Öffnen Sie sie noch einmal aus Ihrem Kurs.`,
  head: (length, room) =>
    `Ihr Kurs hat Ihre Punkte, aber nicht Ihre Arbeit: Sie hat ${count(length)} Zeichen, und Ihr Kurs behält ${count(room)}. Sichern Sie sie selbst, bevor Sie gehen.`,
  refused: (why) =>
    `Ihr Kurs hat nicht angenommen, was Sie getan haben (${why}). Sichern Sie Ihre Arbeit selbst, bevor Sie gehen.`,
  older: "Ihr Kurs hat Ihre Punkte behalten, aber nicht Ihre Arbeit, die zu lang war: Hier beginnen Sie neu.",
  other: (name) => `Ihr Kurs behält den Code in einer Sprache. Ihr ${name} hat er nicht.`,
};

export const words = (): Words => (language() === "de" ? DE : EN);

/** A sentence about what became of the work. */
export function keptWords({ how, length, room, refused }: Kept): string {
  if (refused) return words().refused(refused);
  return how === "head" ? words().head(length, room) : words().kept;
}
