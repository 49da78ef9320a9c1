# Task 5: kept to it
import random
from typing import List, Dict


class VotingAgent:
    def __init__(self, agent_id: str, preference: str):
        self.agent_id = agent_id
        self.preference = preference
        self.vote = None

    def propose(self) -> str:
        return self.preference

    def vote_on(self, proposals: List[str]) -> str:
        counts = {}
        for proposal in proposals:
            counts[proposal] = counts.get(proposal, 0) + 1
        most = max(counts.values())
        popular = [proposal for proposal in counts if counts[proposal] == most]
        self.vote = self.preference if self.preference in popular else random.choice(popular)
        return self.vote

    def decide(self, votes: Dict[str, int]) -> str:  # <- wrong
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
