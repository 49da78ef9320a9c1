/** The exercise: the class as a student gets it, and its five tasks, word for word as the page shows them. */
import type { Language, TaskNumber } from "../types.ts";

export interface Task {
  number: TaskNumber;
  title: string;
  /** What to do. */
  text: Record<Language, string>;
  /** What the check looks at. */
  check: string;
}

/** The five favourites of the exercise. */
export const PREFERENCES = ["Pizza", "Sushi", "Tacos", "Curry", "Ramen"];

/** How many rounds a run may take before it counts as never. */
export const MAX_ROUNDS = 50;

/** The class as it is handed out. */
export const GIVEN: Record<Language, string> = {
  python: `import random
from typing import List, Dict


class VotingAgent:
    def __init__(self, agent_id: str, preference: str):
        self.agent_id = agent_id
        self.preference = preference
        self.vote = None

    def propose(self) -> str:
        return self.preference

    def vote_on(self, proposals: List[str]) -> str:
        # To do: vote for one of the proposals.
        # Always your own? The most popular one? Any? The one with the highest utility?
        pass

    def decide(self, votes: Dict[str, int]) -> str:
        # To do: return the restaurant that the votes decide for, or None while there is no consensus.
        # A simple majority? Two thirds? All?
        pass
`,
  javascript: `class VotingAgent {
  constructor(agentId, preference) {
    this.agentId = agentId;
    this.preference = preference;
    this.vote = null;
  }

  propose() {
    return this.preference;
  }

  // proposals: an array of restaurants, one from each agent
  voteOn(proposals) {
    // To do: vote for one of the proposals.
    // Always your own? The most popular one? Any? The one with the highest utility?
  }

  // votes: an object, how many votes each restaurant got
  decide(votes) {
    // To do: return the restaurant that the votes decide for, or null while there is no consensus.
    // A simple majority? Two thirds? All?
  }
}
`,
};

const both = (text: (none: string, vote: string) => string): Record<Language, string> => ({
  python: text("None", "vote_on"),
  javascript: text("null", "voteOn"),
});

export const TASKS: Task[] = [
  {
    number: 1,
    title: "Vote and decide",
    text: both(
      (none, vote) =>
        `Write \`${vote}\` and \`decide\`. \`${vote}\` gets all proposals of the round and returns one of them. \`decide\` gets how many votes each restaurant got; it returns the restaurant with the most votes once your rule accepts it (a majority, two thirds, all, or just more than any other), and \`${none}\` while there is no consensus. A tie at the top is never a consensus. An agent knows only what it is told.`,
    ),
    check:
      "Votes are for proposals, what an agent is given stays as it is, unanimous votes decide, ties don't, and the same seed gives the same answers, whoever else is there.",
  },
  {
    number: 2,
    title: "Five agents",
    text: both(
      () =>
        "Run it with five agents that prefer five different restaurants. Nobody may crash, all that decide must decide the same, and they should agree within 50 rounds in at least half of the runs.",
    ),
    check: "60 runs with seeds 1 to 60.",
  },
  {
    number: 3,
    title: "A Byzantine agent",
    text: {
      python:
        "Add `class ByzantineAgent(VotingAgent)`, whose `vote_on` votes for any of the proposals at random: each as likely as the others, and afresh in each round.",
      javascript:
        "Add `class ByzantineAgent extends VotingAgent`, whose `voteOn` votes for any of the proposals at random: each as likely as the others, and afresh in each round.",
    },
    check: "400 votes over five proposals are held against the even distribution (chi-squared, 1 in 10,000).",
  },
  {
    number: 4,
    title: "Measure the rounds",
    text: {
      python:
        "Write a function `measure_rounds(agents, max_rounds)`. It gets a list of agents and holds rounds, in each of which every agent proposes once, votes once on all proposals, and decides on the tally. It returns in which round all agents had decided, counted from 1, or `None` if they have not after `max_rounds`.",
      javascript:
        "Write a function `measureRounds(agents, maxRounds)`. It gets an array of agents and holds rounds, in each of which every agent proposes once, votes once on all proposals, and decides on the tally. It returns in which round all agents had decided, counted from 1, or `null` if they have not after `maxRounds`.",
    },
    check: "The number returned is compared with the votes that the agents really cast: theirs are counted.",
  },
  {
    number: 5,
    title: "Change your mind",
    text: both(
      (none) =>
        `Let agents change \`preference\` based on what others want. Do it where \`decide\` returns \`${none}\`, or in a method \`update(votes)\` of its own, which is called after each round without consensus. An agent may only take up what somebody proposed or voted for.`,
    ),
    check: "An agent that sees four others disagree with it, over several rounds and seeds.",
  },
];
