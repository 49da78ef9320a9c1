/** What the editor holds at first: the exercise as its author gives it, and the same in JavaScript. */
import type { Language } from "../../types.ts";

const PYTHON = `import random
from typing import List, Dict


class VotingAgent:
    def __init__(self, agent_id: str, preference: str):
        self.agent_id = agent_id
        self.preference = preference
        self.vote = None

    def propose(self) -> str:
        return self.preference

    def vote_on(self, proposals: List[str]) -> str:
        # TODO: choose one of the proposals and return it.
        # Some ways to choose:
        #   always your own preference
        #   the most popular proposal
        #   any of them, by chance
        #   the one with the highest utility: rate each option
        pass

    def decide(self, votes: Dict[str, int]) -> str:
        # TODO: return the restaurant that you accept, or None for "no consensus yet".
        # Some rules:
        #   simple majority
        #   supermajority of two thirds
        #   unanimous
        pass
`;

const JAVASCRIPT = `class VotingAgent {
  constructor(agentId, preference) {
    this.agentId = agentId;
    this.preference = preference;
    this.vote = null;
  }

  propose() {
    return this.preference;
  }

  // proposals: an array of names
  voteOn(proposals) {
    // TODO: choose one of the proposals and return it.
    // Some ways to choose:
    //   always your own preference
    //   the most popular proposal
    //   any of them, by chance
    //   the one with the highest utility: rate each option
  }

  // votes: an object with the number of votes for each name, such as { Pizza: 2, Sushi: 3 }
  decide(votes) {
    // TODO: return the restaurant that you accept, or null for "no consensus yet".
    // Some rules:
    //   simple majority
    //   supermajority of two thirds
    //   unanimous
  }
}
`;

export const STARTS: Readonly<Record<Language, string>> = { python: PYTHON, javascript: JAVASCRIPT };
