import type { Language, TrialSetup } from "../types.ts";

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
  // Byzantine and honest again: the kernel bends none of its messages, for its code says what it wants; but it stays a
  // traitor, of whom nobody expects agreement.
  const traitors = byzantine.map((agent) => `byzantine ${agent} random\nhonest ${agent}\n`).join("");
  const why = traitors && "# Traitors, whose lies are not the kernel's but come from that code.\n";
  return `# Your agents
# ${about}
protocol restaurant-vote
replicas ${agents}
set strategy external
set max-rounds ${maxRounds}
${why}${traitors}
run ${Math.max(5, maxRounds)}s
`;
}

/** The favourites that agents have in the kernel where nothing is set, so that trials and stage mean the same vote. */
export const FAVOURITES: readonly string[] = [
  ...["Pizza", "Sushi", "Tacos", "Curry", "Ramen", "Burger"],
  ...["Kebab", "Pasta", "Tapas", "Paella", "Bagel", "Waffle"],
];

/** The same vote, many times over. */
export function trialSetup({ agents, byzantine, maxRounds }: Setting, seeds: TrialSetup["seeds"]): TrialSetup {
  return { agents, preferences: FAVOURITES.slice(0, agents), byzantine: [...byzantine], maxRounds, seeds };
}

/** What a person takes home, by its names there. */
export const FILES: Readonly<Record<Language, { program: string; harness: string; mine: string }>> = {
  python: { program: "python3", harness: "harness.py", mine: "my_agent.py" },
  javascript: { program: "node", harness: "harness.js", mine: "my_agent.js" },
};

/** What carries out the same trials on a person's own computer. */
export function homeCommand(language: Language, setting: Setting): string {
  const { agents, preferences, byzantine, maxRounds } = trialSetup(setting, { from: 0, count: 1000 });
  const { program, harness, mine } = FILES[language];
  const liars = byzantine.length > 0 ? ` --byzantine ${byzantine.join(",")}` : "";
  return `${program} ${harness} ${mine} --agents ${agents} --preferences ${preferences.join(",")}${liars} --max-rounds ${maxRounds}`;
}
