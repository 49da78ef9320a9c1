/** What the row of tasks calls them; what they ask for stands with the grader, which checks it. */
import type { TaskNumber } from "../../types.ts";

export const SHORT: Readonly<Record<TaskNumber, string>> = {
  1: "Vote, decide",
  2: "Five agents",
  3: "A liar",
  4: "Count rounds",
  5: "Change minds",
};
