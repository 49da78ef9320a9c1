/** How many agents vote on the stage, who of them is Byzantine, and how the scenario says so. */
export interface Setting {
  agents: number;
  /** The agents (from 1) that run the person's `ByzantineAgent`. */
  byzantine: readonly number[];
  /** After so many rounds without consensus they give up. */
  maxRounds: number;
}

export const FEWEST = 2;
export const MOST = 25;

export const FIRST_SETTING: Setting = { agents: 5, byzantine: [], maxRounds: 30 };

/** The scenario in which agents vote by code from outside. */
export function stageScenario({ agents, byzantine, maxRounds }: Setting): string {
  const about =
    byzantine.length === 0
      ? `${agents} agents vote by code of your own.`
      : `${agents} agents vote by code of your own; ${byzantine.join(", ")} by the class ByzantineAgent.`;
  return `# Your agents
# ${about}
protocol restaurant-vote
replicas ${agents}
set strategy external
set max-rounds ${maxRounds}

run ${Math.max(5, maxRounds)}s
`;
}
