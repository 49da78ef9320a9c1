/** The restaurant challenge in a course: the score is the tasks that were solved, and the code is kept. */
import type { Language } from "@consensus-playground/challenge/types.ts";
import { GIVEN, TASKS } from "@consensus-playground/challenge/grader/tasks.ts";
import { LANGUAGE_NAMES } from "@consensus-playground/challenge/ui/editor.ts";
import { KEY } from "@consensus-playground/challenge/ui/store.ts";
import { courses } from "@consensus-playground/element/page/course.ts";
import { begin as speak } from "../../site/src/tongue.ts";
import { begin, type Attempt } from "./attempt.ts";
import { words } from "./words.ts";

const COMMENT: Readonly<Record<Language, string>> = { python: "#", javascript: "//" };
const HEAD = /^(?:#|\/\/) consensus-playground challenge, (python|javascript), done: ([1-5 ]*)$/;

await speak();
courses.challenge = () => import("@consensus-playground/challenge/ui/challenge.ts");
let begun = false;
const attempt = await begin(() => begun && keep(false));
take(attempt);
await import("@consensus-playground/element/consensus-playground.ts");
const element = document.querySelector("consensus-playground");
/** The tasks that are done, which are stored a little later. */
let solved: number[] | undefined;
element?.addEventListener("progress", ({ detail }: CustomEventInit<{ solved: number[] }>) => {
  solved = detail?.solved;
  keep(true);
});
element?.setAttribute("challenge", "");
begun = true;
keep(true);

/** Puts what the platform has kept to where the challenge looks for it. */
function take({ keep, head, body }: Attempt): void {
  const [, language, done = ""] = HEAD.exec(head) ?? [];
  if (!keep || !language) return;
  keep.set(`${KEY}language`, language);
  keep.set(`${KEY}solved`, JSON.stringify(done.split(" ").filter(Boolean).map(Number)));
  if (body) keep.set(KEY + language, body);
}

function keep(now: boolean): void {
  const read = (name: string) => (attempt.keep ? attempt.keep.get(KEY + name) : stored(KEY + name)) ?? null;
  const language: Language = read("language") === "javascript" ? "javascript" : "python";
  const done = solved ?? (read("solved") ?? "").match(/[1-5]/g) ?? [];
  const other: Language = language === "python" ? "javascript" : "python";
  const unkept = ![null, GIVEN[other]].includes(read(other));
  attempt.report(
    {
      solved: done.length,
      tasks: TASKS.length,
      head: `${COMMENT[language]} consensus-playground challenge, ${language}, done: ${[...done].sort().join(" ")}`,
      body: read(language) ?? GIVEN[language],
    },
    now,
    unkept ? words().other(LANGUAGE_NAMES[other]) : undefined,
  );
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
