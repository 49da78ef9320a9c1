/** The five tasks, in the words of the exercise, each with steps of hints. */
import type { TaskNumber } from "../../types.ts";

export interface Task {
  task: TaskNumber;
  /** For the row of tasks. */
  short: string;
  title: string;
  /** What to do, in the notation of `prose.ts`. */
  what: string;
}

export const TASKS: readonly Task[] = [
  {
    task: 1,
    short: "Vote, decide",
    title: "Implement voting and deciding",
    what: "Finish `vote_on` and `decide` (in JavaScript `voteOn` and `decide`). A vote is one of the proposals. A decision is a restaurant that your rule accepts, or *nothing*, which means: no consensus yet.",
  },
  {
    task: 2,
    short: "Five agents",
    title: "Run it with five agents",
    what: "Press *Run on the stage*: five agents with five favourites vote by your code. Think about ties: every agent should break them alike.",
  },
  {
    task: 3,
    short: "A liar",
    title: "Add a Byzantine agent",
    what: "Write a class `ByzantineAgent` that votes at random, whatever it likes. Then let one of the five agents use it, and look what it does to the others.",
  },
  {
    task: 4,
    short: "Count rounds",
    title: "Measure the rounds until consensus",
    what: "How many rounds pass until all agree? Write a function that plays the rounds and counts them, then compare with the tab *Measure*, which does it some thousand times.",
  },
  {
    task: 5,
    short: "Change minds",
    title: "Let agents change their preferences",
    what: "Let an agent move towards what the others like: conform to the leader, or lower its own wish a little each round. Does it need fewer rounds now?",
  },
];
