/** A lesson in a course: the score is the tasks that were solved, and the receipt is kept. */
import { KEY } from "@consensus-playground/element/lesson/progress.ts";
import { begin as speak } from "../../site/src/tongue.ts";
import { begin } from "./attempt.ts";

/** Of `progress`. */
interface Progress {
  receipt: string;
  solved: number;
  tasks: number;
  at: number;
}

await speak();
const attempt = await begin(() => undefined);
const element = document.querySelector("consensus-lesson");
const { keep, head, body } = attempt;
const at = Number(/^# chapter (\d+)$/.exec(head)?.[1] ?? 0);
if (keep && element) {
  keep.set(KEY, JSON.stringify({ [element.getAttribute("name") ?? ""]: { done: false, at } }));
  if (body) Object.assign(element, { resume: body });
}
let solvedBefore = -1;
element?.addEventListener("progress", ({ detail }: CustomEventInit<Progress>) => {
  if (!detail) return;
  const { receipt, solved, tasks, at } = detail;
  attempt.report({ solved, tasks, head: `# chapter ${at}`, body: receipt }, solved !== solvedBefore);
  solvedBefore = solved;
});
await import("@consensus-playground/element/lesson/consensus-lesson.ts");
