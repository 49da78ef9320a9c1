/** A solution of each task in both languages; put together, they pass all five checks. */
import type { Language, TaskNumber } from "../../types.ts";

type Pieces = Readonly<Record<TaskNumber, string>>;

const PYTHON: Pieces = {
  1: `import random
from typing import List, Dict


class VotingAgent:
    def __init__(self, agent_id: str, preference: str):
        self.agent_id = agent_id
        self.preference = preference
        self.vote = None

    def propose(self) -> str:
        return self.preference

    def vote_on(self, proposals: List[str]) -> str:
        most = max(proposals.count(name) for name in proposals)
        popular = [name for name in sorted(set(proposals)) if proposals.count(name) == most]
        # Loyal where its own is among the most popular; else any of them.
        self.vote = self.preference if self.preference in popular else random.choice(popular)
        return self.vote

    def decide(self, votes: Dict[str, int]) -> str:
        winner = max(votes, key=votes.get)
        if votes[winner] * 2 > sum(votes.values()):
            return winner
        return None
`,
  2: `# With five favourites every proposal has one voice, so loyal agents would vote 1 : 1 : 1 : 1 : 1 for ever.
# One way out: now and then an agent votes for another proposal than its own.
    def vote_on(self, proposals: List[str]) -> str:
        most = max(proposals.count(name) for name in proposals)
        popular = [name for name in sorted(set(proposals)) if proposals.count(name) == most]
        self.vote = random.choice(popular)
        return self.vote
`,
  3: `class ByzantineAgent(VotingAgent):
    def vote_on(self, proposals: List[str]) -> str:
        # Each restaurant is as likely as any other, however many proposed it.
        return random.choice(sorted(set(proposals)))
`,
  4: `def measure_rounds(agents, max_rounds=50):
    for round_number in range(1, max_rounds + 1):
        proposals = [agent.propose() for agent in agents]
        votes = {}
        for agent in agents:
            vote = agent.vote_on(list(proposals))
            votes[vote] = votes.get(vote, 0) + 1
        decisions = [agent.decide(dict(votes)) for agent in agents]
        if all(decision is not None for decision in decisions):
            return round_number
    return None
`,
  5: `    def decide(self, votes: Dict[str, int]) -> str:
        winner = max(votes, key=votes.get)
        if votes[winner] * 2 > sum(votes.values()):
            return winner
        # No consensus: move to what leads, but not always, or all would jump at once from tie to tie.
        leading = [name for name in sorted(votes) if votes[name] == votes[winner]]
        if self.preference not in leading or random.random() < 0.5:
            self.preference = random.choice(leading)
        return None
`,
};

const JAVASCRIPT: Pieces = {
  1: `class VotingAgent {
  constructor(agentId, preference) {
    this.agentId = agentId;
    this.preference = preference;
    this.vote = null;
  }

  propose() {
    return this.preference;
  }

  voteOn(proposals) {
    const voices = (name) => proposals.filter((other) => other === name).length;
    const most = Math.max(...proposals.map(voices));
    const popular = [...new Set(proposals)].sort().filter((name) => voices(name) === most);
    // Loyal where its own is among the most popular; else any of them.
    this.vote = popular.includes(this.preference) ? this.preference : anyOf(popular);
    return this.vote;
  }

  decide(votes) {
    const all = Object.values(votes).reduce((sum, count) => sum + count, 0);
    const winner = Object.keys(votes).find((name) => votes[name] * 2 > all);
    return winner ?? null;
  }
}

function anyOf(names) {
  return names[Math.floor(Math.random() * names.length)];
}
`,
  2: `// With five favourites every proposal has one voice, so loyal agents would vote 1 : 1 : 1 : 1 : 1 for ever.
// One way out: now and then an agent votes for another proposal than its own.
  voteOn(proposals) {
    const voices = (name) => proposals.filter((other) => other === name).length;
    const most = Math.max(...proposals.map(voices));
    const popular = [...new Set(proposals)].sort().filter((name) => voices(name) === most);
    this.vote = anyOf(popular);
    return this.vote;
  }
`,
  3: `class ByzantineAgent extends VotingAgent {
  voteOn(proposals) {
    // Each restaurant is as likely as any other, however many proposed it.
    return anyOf([...new Set(proposals)].sort());
  }
}
`,
  4: `function measureRounds(agents, maxRounds = 50) {
  for (let round = 1; round <= maxRounds; round += 1) {
    const proposals = agents.map((agent) => agent.propose());
    const votes = {};
    for (const agent of agents) {
      const vote = agent.voteOn([...proposals]);
      votes[vote] = (votes[vote] ?? 0) + 1;
    }
    const decisions = agents.map((agent) => agent.decide({ ...votes }));
    if (decisions.every((decision) => decision !== null)) return round;
  }
  return null;
}
`,
  5: `  decide(votes) {
    const all = Object.values(votes).reduce((sum, count) => sum + count, 0);
    const most = Math.max(...Object.values(votes));
    const leading = Object.keys(votes).sort().filter((name) => votes[name] === most);
    if (most * 2 > all) return leading[0];
    // No consensus: move to what leads, but not always, or all would jump at once from tie to tie.
    if (!leading.includes(this.preference) || Math.random() < 0.5) this.preference = anyOf(leading);
    return null;
  }
`,
};

export const SOLUTIONS: Readonly<Record<Language, Pieces>> = { python: PYTHON, javascript: JAVASCRIPT };

/** All pieces as one program: the class of task 1 with the `decide` of task 5, and what is beside it. */
export function wholeSolution(language: Language): string {
  const pieces = SOLUTIONS[language];
  const decide = language === "python" ? / {4}def decide\([\s\S]*$/ : / {2}decide\(votes\) \{[\s\S]*?\n {2}\}\n/;
  const whole = pieces[1].replace(decide, () => pieces[5]);
  const gap = language === "python" ? "\n\n" : "\n";
  return [whole, pieces[3], pieces[4]].join(gap);
}
