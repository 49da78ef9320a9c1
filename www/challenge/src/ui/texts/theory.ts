/** What the theory says about what can be seen here, each with a vote to try it out. */

export interface Chapter {
  title: string;
  text: string;
  /** A scenario that shows it, and what to look at. */
  scenario?: string;
}

export const THEORY: readonly Chapter[] = [
  {
    title: "Plurality, majority, and ties",
    text: `With **plurality**, what has more votes than anything else wins, be it two of five. With a **majority** it needs more than half of all agents, absent ones included.

Two different restaurants can't both have a majority of the same votes. They can both lead. So a majority rule never needs to break a tie, and plurality always does: with five favourites, the first round is a five-fold tie.

A tie can be broken by a fixed order, by chance, or not at all. By a fixed order all agents break it alike, at once, and whoever chose the order has chosen the dinner. By chance that each agent draws for itself, they break it differently. By chance that all share (a common coin), alike and fairly. Not at all: then they need another round.`,
    scenario: `# A tie, and no way to break it
# Four agents, two restaurants: 2 to 2, round after round, until they give up.
protocol restaurant-vote
replicas 4
set strategy own
set favourite 1 Pizza
set favourite 2 Sushi
set favourite 3 Pizza
set favourite 4 Sushi
set max-rounds 8
run 5s
expect not committed 1
expect 1.role = given-up
`,
  },
  {
    title: "Condorcet's circle",
    text: `Three agents rank three restaurants: *Pizza, Sushi, Tacos*; *Sushi, Tacos, Pizza*; *Tacos, Pizza, Sushi*. Two of three like Pizza better than Sushi, two of three Sushi better than Tacos, and two of three Tacos better than Pizza. Each single agent is perfectly sensible, and the majority runs in a circle (Condorcet 1785).

So there need not be a "will of the group" that a clever rule could find. Arrow (1951) showed how deep this goes: with three or more options, no way to make one ranking out of many does all that one would ask of it, unless one agent rules alone. Consensus protocols ask for less: not the best choice, but *one* that somebody wanted, and the same for all.`,
    scenario: `# Condorcet's circle
# Whatever leads, two of three would rather have another. They go round until they give up.
protocol restaurant-vote
replicas 3
set strategy utility
set utility 1 Pizza=10,Sushi=6,Tacos=2
set utility 2 Pizza=2,Sushi=10,Tacos=6
set utility 3 Pizza=6,Sushi=2,Tacos=10
set max-rounds 8
run 5s
expect not committed 1
expect 1.role = given-up
`,
  },
  {
    title: "Why unanimity with one liar never ends",
    text: `If *all* must agree, one agent that votes otherwise is a veto. It needs no skill: voting by chance over five names, it is in line with the other four once in five rounds at best, and holds them up; voting against whatever leads, it blocks them for good.

This is the price of a rule that nothing can deceive. With \`unanimous\` the four honest agents never decide differently, whatever the fifth says, for a decision needs the vote of each of them. With \`majority\` they decide quickly, but a liar that tells each agent something else may show two of them two different majorities: look for the badge *agreement*.

A rule must be both: hard to deceive and hard to block. With f liars, quorums of more than (n + f) / 2 agents always share an honest one; and n − f honest agents must be able to fill such a quorum without them. Together that is n > 3f: four agents for one liar (Pease, Shostak, Lamport 1980), and a further round, in which agents tell what they have heard.`,
    scenario: `# One liar, and all must agree
# Agent 5 contradicts. Nobody is deceived, and nobody ever decides.
protocol restaurant-vote
replicas 5
set strategy popular
set preference-change conform
set rule unanimous
set max-rounds 12
byzantine 5 contrarian
run 6s
expect agreement
expect not committed 1
expect 4.role = given-up
`,
  },
  {
    title: "The seeds of FLP",
    text: `Play a while with time-outs: an agent waits for the votes of others, and at some point goes on without. Too early, and it decides on votes that are only late, otherwise than the rest. Too late, and a crashed agent holds everybody up. From inside, a slow agent and a crashed one look the same.

Fischer, Lynch and Paterson (1985) proved that this is no lack of skill: where messages may take any time and one agent may crash, *no* deterministic protocol ends in every run and is always right. There is always a vote so evenly balanced that one late message keeps it balanced, and then one more.

Protocols live with it in three ways. They use chance, and end with probability 1 (Ben-Or 1983): your random tie-breaker is of that kind. They trust that the network is calm now and then, and end in such a time (Raft, PBFT). Or they give up an answer rather than give a wrong one. What they never give up is that all that decide decide the same, and for that they *lock* votes, as the agents here don't.`,
    scenario: `# Late or dead?
# A third of all messages is lost, and nothing locks a vote. Some see their majority; others go on, and decide otherwise.
protocol restaurant-vote
replicas 5
seed 1
set strategy random
set preference-change conform
network latency 5ms..30ms loss 30%
run 8s
expect violation agreement
`,
  },
];
