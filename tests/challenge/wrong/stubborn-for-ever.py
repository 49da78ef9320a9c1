# Task 2: In 0 of 60 runs
import random
from typing import List, Dict


class VotingAgent:
    def __init__(self, agent_id: str, preference: str):
        self.agent_id = agent_id
        self.preference = preference
        self.vote = None

    def propose(self) -> str:
        return self.preference

    def vote_on(self, proposals: List[str]) -> str:  # <- wrong
        return self.preference if self.preference in proposals else proposals[0]

    def decide(self, votes: Dict[str, int]) -> str:
        winner = max(votes, key=votes.get)
        return winner if votes[winner] * 2 > sum(votes.values()) else None


class ByzantineAgent(VotingAgent):
    def vote_on(self, proposals: List[str]) -> str:
        return random.choice(sorted(set(proposals)))


def measure_rounds(agents, max_rounds=50):
    for rounds in range(1, max_rounds + 1):
        proposals = [agent.propose() for agent in agents]
        votes = {}
        for agent in agents:
            vote = agent.vote_on(proposals)
            votes[vote] = votes.get(vote, 0) + 1
        if all([agent.decide(votes) is not None for agent in agents]):
            return rounds
    return None
