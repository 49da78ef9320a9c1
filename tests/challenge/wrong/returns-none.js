// Task 1: returned null
class VotingAgent {
  constructor(agentId, preference) {
    this.agentId = agentId;
    this.preference = preference;
    this.vote = null;
  }

  propose() {
    return this.preference;
  }

  voteOn(proposals) {
    this.vote = pick(proposals);
  } // <- wrong

  decide(votes) {
    const all = Object.values(votes).reduce((sum, count) => sum + count, 0);
    const most = Math.max(...Object.values(votes));
    const leading = Object.keys(votes).filter((restaurant) => votes[restaurant] === most);
    if (most * 2 > all) return leading[0];
    if (!leading.includes(this.preference) || Math.random() < 0.5) this.preference = pick(leading);
    return null;
  }
}

class ByzantineAgent extends VotingAgent {
  voteOn(proposals) {
    return pick([...new Set(proposals)]);
  }
}

function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

function measureRounds(agents, maxRounds = 50) {
  for (let round = 1; round <= maxRounds; round += 1) {
    const proposals = agents.map((agent) => agent.propose());
    const votes = {};
    for (const agent of agents) {
      const vote = agent.voteOn(proposals);
      votes[vote] = (votes[vote] ?? 0) + 1;
    }
    const decisions = agents.map((agent) => agent.decide(votes));
    if (decisions.every((decision) => decision !== null)) return round;
  }
  return null;
}
