/** What a person guessed and did, as one text that `check lesson.md receipt.txt` carries out again. */
import type { Walk } from "./walk.ts";

export function receipt(walk: Walk, id: string): string {
  const { title, fences } = walk.lesson;
  const lines = [`# ${title}`, `lesson ${id || "unnamed"}`, `fences ${fences}`];
  let [question, task] = [0, 0];
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

/**
 * Puts a walk to where a receipt was made. Nothing is carried out: it is the same person's, and who gives marks has it checked.
 * A receipt of another version of the lesson is left alone, for its questions and tasks may be others.
 */
export function takeUp(walk: Walk, text: string): void {
  const lines = text.split("\n");
  if (!lines.includes(`fences ${walk.lesson.fences}`)) return;
  const asked = [...walk.steps.entries()].filter(([, { kind }]) => kind === "guess" || kind === "recall");
  const tasks = [...walk.tasks.values()];
  let solution: string[] | undefined;
  for (const line of lines) {
    const [, kind, number = "", said = ""] = /^(answer|task) (\d+) (\w+)$/.exec(line) ?? [];
    if (kind === "answer") {
      const place = asked[Number(number) - 1]?.[0];
      const answer = said === "unknown" ? said : Number(said) - 1;
      if (place !== undefined && !Number.isNaN(answer))
        Object.assign(walk.answered(place), { chosen: answer, said: answer });
    } else if (kind === "task") {
      solution = undefined;
      const task = tasks[Number(number) - 1];
      if (task && said === "solved") task.solution = solution = [];
    } else if (line.trim() !== "" && !line.startsWith("#")) solution?.push(line);
  }
  for (const task of tasks) task.took = task.solution?.filter((act) => !/^(?:after \S+ )?run\b/.test(act)).length ?? 0;
}
