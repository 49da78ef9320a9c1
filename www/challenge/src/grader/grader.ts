/**
 * The grader: five checks, one a task. Each says what was seen and what was expected.
 *
 * It asks the same of both languages; `harness/probe.py` and `probe.js` carry it out beside the person's code. A check
 * stops at the first thing that is wrong, so that there is one thing to mend.
 */
import type { CheckResult, TaskNumber } from "../types.ts";
import { MAX_ROUNDS, TASKS } from "./tasks.ts";
import { Draw } from "./draw.ts";
import { byzantine } from "./byzantine.ts";
import { changesMind } from "./changes-mind.ts";
import { Examiner, type Bench } from "./examiner.ts";
import { measures } from "./measures.ts";
import { Wrong } from "./wrong.ts";
import { votesAndDecides } from "./votes-and-decides.ts";

/** Five agents, five restaurants. */
async function fiveAgents(examiner: Examiner): Promise<string> {
  const expected = "five agents that agree within 50 rounds in at least 30 of 60 runs";
  const results = await examiner.trials([], expected);
  for (const { seed, decided } of results) {
    const different = new Set(decided.filter((name) => name !== null));
    if (different.size > 1) {
      const line = await examiner.lineOf("decide");
      throw new Wrong(
        `With seed ${seed} they decided differently: ${[...different].join(", ")}.`,
        "one decision of all agents",
        line,
      );
    }
  }
  const agreed = results.filter(({ rounds }) => rounds !== null);
  const saw = `In ${agreed.length} of ${results.length} runs the five agents agreed within ${MAX_ROUNDS} rounds.`;
  if (agreed.length * 2 < results.length) {
    throw new Wrong(saw, expected, await examiner.lineOf(examiner.words.vote, "vote_on"));
  }
  const mean = agreed.reduce((sum, { rounds }) => sum + (rounds ?? 0), 0) / agreed.length;
  return `${saw.slice(0, -1)}, after ${mean.toFixed(1)} on average.`;
}

const CHECKS: Record<TaskNumber, (examiner: Examiner) => Promise<string>> = {
  1: votesAndDecides,
  2: fiveAgents,
  3: byzantine,
  4: measures,
  5: changesMind,
};

/** Runs all checks, whether earlier ones pass or not. */
export async function grade(
  bench: Bench,
  onCheck: (check: CheckResult) => void,
  draw = new Draw(),
): Promise<CheckResult[]> {
  const examiner = new Examiner(bench, draw);
  const results: CheckResult[] = [];
  for (const task of TASKS) {
    const about = { task: task.number, title: task.title };
    let result: CheckResult;
    try {
      result = { ...about, passed: true, saw: await CHECKS[task.number](examiner), expected: task.check };
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const { message, expected, problem } = error;
      result = { ...about, passed: false, saw: message, expected, problem };
    }
    results.push(result);
    onCheck(result);
  }
  return results;
}
