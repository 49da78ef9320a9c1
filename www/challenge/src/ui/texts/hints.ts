/** Hints in steps: each says a little more than the one before. The last step shows a solution. */
import type { TaskNumber } from "../../types.ts";

export const HINTS: Readonly<Record<TaskNumber, readonly string[]>> = {
  1: [
    "`vote_on` gets *all* proposals of the round, one from each agent, your own among them; the same name may come several times. Whatever you return has to be one of them.",
    "`decide` gets how many votes each name has. How many votes are there in all? A majority is *more* than half of them: with four votes, two are not enough.",
    "Two names with equally many votes are a tie, and a tie is no consensus. `max` gives you one of the two without a word; compare with half of all votes instead, which only one name can pass. While nothing passes, return `None` in Python, `null` in JavaScript.",
  ],
  2: [
    "Five agents with five favourites, and each votes for its own: 1 : 1 : 1 : 1 : 1. What would have to happen for three of them to meet?",
    "Something must break the tie. A fixed order does it (say, the first by name), and so does chance. With a fixed order everybody agrees at once, and always on the same restaurant: whoever chose the order chose the dinner.",
    "With chance, an agent may now and then vote for a proposal of somebody else. Use `random.choice`, or `Math.random`; both start from the run's seed here, so that a run can be repeated.",
  ],
  3: [
    "A Byzantine agent is one that does anything at all. The exercise wants a simple one: it votes for any of the proposals, by chance.",
    "Let `class ByzantineAgent` extend `VotingAgent`, and write its vote alone. Draw afresh in each round: one draw when the agent is made would be a stubborn voter, not a random one.",
    "If three agents propose Pizza and two Sushi, an even draw from the *list* chooses Pizza in three of five votes. Draw from the different names instead.",
  ],
  4: [
    "One round is: everybody proposes, everybody votes on all proposals, the votes are counted, everybody decides. Begin to count at 1.",
    "Ask all agents to decide, every round, even when the first has said no: an agent that is not asked can't change its mind. In Python, `all(...)` over a generator stops at the first no; over a list it doesn't.",
    "Count what really happened. The check counts how often each agent was asked for its vote, and compares that with the number that you return. After `max_rounds` without consensus return nothing: *never* is a result, too.",
  ],
  5: [
    "An agent that keeps its preference proposes the same for ever. Where `decide` finds no consensus it has just seen what the others like: a good moment to change `self.preference`, or `this.preference`.",
    "Move to what leads. If two lead, choose one of them; only what somebody proposed or voted for makes sense.",
    "If *all* agents move at once and alike, they may jump from one tie to the next for ever. Let an agent move only now and then, by chance, and compare both ways in *Measure*.",
  ],
};
