/** What a person guessed and did, as one text that `check lesson.md receipt.txt` carries out again. */
import type { Walk } from "./walk.ts";

export function receipt(walk: Walk, id: string): string {
  const { title, fences } = walk.lesson;
  const lines = [`# ${title}`, `lesson ${id || "unnamed"}`, `fences ${fences}`];
  let question = 0;
  let task = 0;
  for (const [place, step] of walk.steps.entries()) {
    if (step.kind === "guess" || step.kind === "recall") {
      question += 1;
      const { said } = walk.answered(place);
      lines.push(`answer ${question} ${typeof said === "number" ? said + 1 : (said ?? "none")}`);
    }
    const done = walk.tasks.get(place);
    if (!done) continue;
    task += 1;
    lines.push(`task ${task} ${done.solution ? "solved" : "open"}`, ...(done.solution ?? []));
  }
  return `${lines.join("\n")}\n`;
}
