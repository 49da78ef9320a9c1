/** Answers the questions of a run with a person's code: what `Run` calls whenever the kernel waits for an answer. */
import type { Run } from "../../engine/run.ts";
import { attendant } from "../agents.ts";
import type { Answerer, Problem } from "../types.ts";
import type { Setting } from "./setting.ts";

/** Answers all questions that are open, in the order in which they were asked; stops at the first mistake. */
export function attend(
  answerer: Answerer,
  { byzantine }: Pick<Setting, "byzantine">,
  printed: (text: string) => void,
  failed: (problem: Problem) => void,
): (run: Run) => Promise<void> {
  return attendant(answerer, {
    prepare: (question) => ({ ...question, byzantine: byzantine.includes(question.agent) }),
    printed,
    failed,
  });
}
