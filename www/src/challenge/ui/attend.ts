/** Answers the questions of a run: what `Run` calls whenever the kernel waits for an answer. */
import type { Run } from "../../engine/run.ts";
import type { Answerer, Problem, Question } from "../types.ts";
import type { Setting } from "./setting.ts";

/** Answers all questions that are open, in the order of the agents; stops at the first mistake. */
export function attend(
  answerer: Answerer,
  { byzantine }: Pick<Setting, "byzantine">,
  printed: (text: string) => void,
  failed: (problem: Problem) => void,
): (run: Run) => Promise<void> {
  return async (run) => {
    for (const { node, text } of [...(run.frame?.questions ?? [])]) {
      const question = JSON.parse(text) as Question;
      const reply = await answerer.answer({ ...question, byzantine: byzantine.includes(question.agent) });
      printed(reply.printed);
      if ("problem" in reply) {
        failed(reply.problem);
        return;
      }
      await run.answer(Number(node), reply.answer ?? "");
    }
  };
}
