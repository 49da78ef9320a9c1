/** A vote without code, as the form has it, and the scenario that says the same. The options are the descriptor's own. */
import type { OptionInfo } from "@consensus-playground/engine/types.ts";
import { FAVOURITES, MOST } from "./setting.ts";

export interface VoteForm {
  agents: number;
  /** Options of the whole vote, by name; what is left out has its default. */
  options: Readonly<Record<string, string>>;
  /** Options of one agent, by name and agent. */
  each: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** How an agent misbehaves. */
  byzantine: Readonly<Record<number, string>>;
  /** Points from 0 to 10 for each restaurant, of agents whose tastes were set. */
  tastes: Readonly<Record<number, Readonly<Record<string, number>>>>;
}

export const FIRST_FORM: VoteForm = {
  agents: 5,
  options: { strategy: "random", rule: "majority", "preference-change": "conform" },
  each: {},
  byzantine: {},
  tastes: {},
};

/** The options that the form has rows for: choices and numbers; spans of time are for the scenario's text. */
export function wholeOptions(options: readonly OptionInfo[]): OptionInfo[] {
  const fits = ({ kind }: OptionInfo) => typeof kind === "object";
  return options.filter((one) => fits(one) && !one.bug);
}

/** The options that may be chosen for one agent apart: those with choices. */
export function agentOptions(options: readonly OptionInfo[]): OptionInfo[] {
  return options.filter(({ kind, perReplica }) => perReplica && typeof kind === "object" && "choice" in kind);
}

/** What an option can be without code: not to be told from outside. */
export function choices({ kind }: OptionInfo): string[] {
  return typeof kind === "object" && "choice" in kind ? kind.choice.filter((word) => word !== "external") : [];
}

/** The restaurants that so many agents like best where nothing else is said. */
export function menu(agents: number): string[] {
  return FAVOURITES.slice(0, Math.min(agents, MOST));
}

/** The tastes to begin with, where an agent's are to be set by hand. */
export function firstTastes(agent: number, agents: number): Record<string, number> {
  const own = FAVOURITES[(agent - 1) % FAVOURITES.length];
  return Object.fromEntries(menu(agents).map((name) => [name, name === own ? 10 : 5]));
}

/** The scenario. Agents that there aren't any more have no line. */
export function voteScenario({ agents, options, each, byzantine, tastes }: VoteForm): string {
  const there = (agent: number) => agent >= 1 && agent <= agents;
  const lines = [
    "# A vote without code",
    `# ${agents} agents vote by strategies that are built in.`,
    "protocol restaurant-vote",
    `replicas ${agents}`,
    ...Object.entries(options).map(([name, value]) => `set ${name} ${value}`),
    ...Object.entries(each).flatMap(([name, values]) =>
      numbered(values)
        .filter(([agent]) => there(agent))
        .map(([agent, value]) => `set ${name} ${agent} ${value}`),
    ),
    ...numbered(tastes)
      .filter(([agent]) => there(agent))
      .map(([agent, points]) => `set utility ${agent} ${rated(points)}`),
    ...numbered(byzantine)
      .filter(([agent]) => there(agent))
      .map(([agent, way]) => `byzantine ${agent} ${way}`),
    "",
    `run ${length(options)}s`,
  ];
  return lines.join("\n") + "\n";
}

function numbered<T>(values: Readonly<Record<number, T>>): [number, T][] {
  return Object.entries(values).map(([agent, value]) => [Number(agent), value]);
}

function rated(points: Readonly<Record<string, number>>): string {
  return Object.entries(points)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** Half a second for each round: longer than a round takes where nobody is waited for. */
function length(options: VoteForm["options"]): number {
  return Math.min(120, Math.max(2, Math.ceil(Number(options["max-rounds"] ?? 50) / 2)));
}
