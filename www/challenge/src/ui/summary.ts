/** One measurement: what many trials of one vote gave, as counts, wherever they were carried out. */
import type { TrialColumns, TrialSetting } from "@consensus-playground/engine/wasm/consensus_playground.js";
import type { TrialResult, TrialSetup } from "../types.ts";
import { differs, mean, meanDifference, pairedMean, rate, rateDifference, type Estimate } from "./statistics.ts";

export interface Summary {
  /** What was measured, for people. */
  name: string;
  seeds: { from: number; count: number };
  trials: number;
  /** How many ended after so many rounds: place r − 1 for r rounds. */
  rounds: number[];
  /** In how many some honest agent never decided. */
  never: number;
  /** In how many all honest agents decided, and decided alike. */
  agreed: number;
  /** In how many two honest agents decided differently. */
  disagreed: number;
  /** How often all went there, in the order of the menu. */
  winners: [restaurant: string, times: number][];
  /** In what share each agent got its favourite; undefined for a Byzantine one. */
  wishes: (Estimate | undefined)[];
  /** How each agent rates what it decided, in points of 10. Only built-in agents rate anything but their favourite. */
  satisfaction?: (Estimate | undefined)[];
  /** The rounds of each seed (null: never), where each trial is known. */
  each?: (number | null)[];
  /** The whole trials, where they are known. */
  results?: readonly TrialResult[];
}

/** Sums up trials of a person's code. */
export function summarise(name: string, setup: TrialSetup, results: readonly TrialResult[]): Summary {
  const { agents, preferences, byzantine, maxRounds, seeds } = setup;
  const wish = (agent: number) => preferences[agent % preferences.length] ?? "";
  const honest = Array.from({ length: agents }, (_, agent) => agent).filter((agent) => !byzantine.includes(agent + 1));
  const rounds = Array.from({ length: maxRounds }, () => 0);
  const winners = new Map<string, number>();
  const pleased = Array.from({ length: agents }, () => 0);
  let [never, agreed, disagreed] = [0, 0, 0];
  for (const result of results) {
    const decided = honest.map((agent) => result.decided[agent] ?? null);
    const places = new Set(decided.filter((place) => place !== null));
    if (result.rounds === null) never += 1;
    else rounds[result.rounds - 1] = (rounds[result.rounds - 1] ?? 0) + 1;
    const [winner] = places;
    if (places.size > 1) disagreed += 1;
    else if (winner !== undefined && !decided.includes(null)) {
      agreed += 1;
      winners.set(winner, (winners.get(winner) ?? 0) + 1);
    }
    for (const agent of honest) if (result.decided[agent] === wish(agent)) pleased[agent] = (pleased[agent] ?? 0) + 1;
  }
  const menu = [...new Set(Array.from({ length: agents }, (_, agent) => wish(agent)))];
  return {
    name,
    seeds: { from: seeds.from, count: results.length },
    trials: results.length,
    rounds,
    never,
    agreed,
    disagreed,
    winners: menu.map((restaurant) => [restaurant, winners.get(restaurant) ?? 0]),
    wishes: pleased.map((times, agent) => (honest.includes(agent) ? rate(times, results.length) : undefined)),
    each: results.map((result) => result.rounds),
    results,
  };
}

/** Slices of trials, one after the other. */
export function together(parts: readonly TrialColumns[]): TrialColumns {
  const rounds = new Uint16Array(parts.reduce((sum, part) => sum + part.rounds.length, 0));
  const decided = new Uint8Array(parts.reduce((sum, part) => sum + part.decided.length, 0));
  let [row, cell] = [0, 0];
  for (const part of parts) {
    rounds.set(part.rounds, row);
    decided.set(part.decided, cell);
    row += part.rounds.length;
    cell += part.decided.length;
  }
  return { rounds, decided };
}

/** Sums up trials of built-in agents, whose satisfaction is their rating of what they decided. */
export function fromColumns(name: string, setting: TrialSetting, from: number, columns: TrialColumns): Summary {
  const { agents, menu, ratings, byzantine, maxRounds } = setting;
  const results = Array.from(columns.rounds, (rounds, row): TrialResult => {
    const decided = columns.decided.subarray(row * agents, (row + 1) * agents);
    return { seed: from + row, rounds: rounds || null, decided: Array.from(decided, (place) => menu[place] ?? null) };
  });
  const liars = Array.from(byzantine, (lies, agent) => (lies ? agent + 1 : 0)).filter(Boolean);
  const seeds = { from, count: results.length };
  const wishes = Array.from(setting.favourites, (place) => menu[place] ?? "");
  const summary = summarise(name, { agents, preferences: wishes, byzantine: liars, maxRounds, seeds }, results);
  const satisfaction = summary.wishes.map((found, agent) => {
    if (!found) return undefined;
    const points = menu.map((_, place) => (ratings[agent * menu.length + place] ?? 0) / 1000);
    const times = new Map<number, number>();
    for (const { decided } of results) {
      const place = menu.indexOf(decided[agent] ?? "");
      const value = place < 0 ? 0 : (points[place] ?? 0);
      times.set(value, (times.get(value) ?? 0) + 1);
    }
    return mean(times);
  });
  const winners = menu.map((one): [string, number] => [one, summary.winners.find(([name]) => name === one)?.[1] ?? 0]);
  return { ...summary, winners, satisfaction };
}

export function agreement({ agreed, trials }: Summary): Estimate | undefined {
  return rate(agreed, trials);
}

/** The mean of the rounds, over the trials that end. */
export function meanRounds({ rounds }: Summary): Estimate | undefined {
  return mean(rounds.map((times, place) => [place + 1, times] as const));
}

/** One line of a comparison: a figure of each, and the difference of the second from the first. */
export interface Compared {
  what: string;
  /** How the figure is written. */
  kind: "share" | "rounds" | "points";
  first: Estimate | undefined;
  second?: Estimate | undefined;
  difference?: Estimate | undefined;
  /** Whether the difference is more than chance. */
  real?: boolean;
}

/** The figures of a measurement, beside those of another where there is one. */
export function compare(first: Summary, second?: Summary): Compared[] {
  const line = (
    what: string,
    kind: Compared["kind"],
    of: (one: Summary) => Estimate | undefined,
    apart: (a: Estimate, b: Estimate) => Estimate | undefined,
  ): Compared => {
    const [a, b] = [of(first), second && of(second)];
    if (!second) return { what, kind, first: a };
    const difference = a && b ? apart(a, b) : undefined;
    return { what, kind, first: a, second: b, difference, real: difference !== undefined && differs(difference) };
  };
  const shares = (what: string, hits: (one: Summary) => number) =>
    line(what, "share", (one) => rate(hits(one), one.trials), rateDifference);
  const names = new Set([first, second].flatMap((one) => one?.winners.map(([name]) => name) ?? []));
  const agents = Math.max(first.wishes.length, second?.wishes.length ?? 0);
  const each = Array.from({ length: agents }, (_, agent) => agent);
  // Beside code, which rates nothing, only what both count.
  const rated = first.satisfaction && (!second || second.satisfaction) ? each : [];
  return [
    shares("All agree", ({ agreed }) => agreed),
    shares("They never agree", ({ never }) => never),
    shares("Two decide differently", ({ disagreed }) => disagreed),
    line("Rounds, where it ends", "rounds", meanRounds, (a, b) => paired(first, second) ?? meanDifference(a, b)),
    ...[...names].map((name) =>
      shares(`${name} wins`, ({ winners }) => winners.find(([one]) => one === name)?.[1] ?? 0),
    ),
    ...each.map((agent) =>
      line(`Agent ${agent + 1} gets its favourite`, "share", (one) => one.wishes[agent], rateDifference),
    ),
    ...rated.map((agent) =>
      line(`Agent ${agent + 1}: satisfaction`, "points", (one) => one.satisfaction?.[agent], meanDifference),
    ),
  ];
}

/** Both on the same seeds: the difference seed by seed, over those that end in both. It is much surer than that of two means. */
function paired(first: Summary, second: Summary | undefined): Estimate | undefined {
  if (!first.each || !second?.each || first.seeds.from !== second.seeds.from) return undefined;
  const [a, b]: [number[], number[]] = [[], []];
  for (let place = 0; place < Math.min(first.each.length, second.each.length); place += 1) {
    const [one, other] = [first.each[place] ?? null, second.each[place] ?? null];
    if (one === null || other === null) continue;
    a.push(one);
    b.push(other);
  }
  return pairedMean(a, b);
}

/** A figure for people, with its interval. */
export function written(estimate: Estimate | undefined, kind: Compared["kind"], signed = false): string {
  if (!estimate) return "none";
  const scale = kind === "share" ? 100 : 1;
  const digits = kind === "share" ? 1 : 2;
  const number = (value: number) => {
    const text = (value * scale).toFixed(digits).replace(/^-(0\.?0*)$/, "$1");
    return signed && value > 0 ? `+${text}` : text.replace("-", "−");
  };
  const unit = kind === "share" ? (signed ? " points" : " %") : "";
  const { value, low, high } = estimate;
  const sure = Number.isFinite(low) && Number.isFinite(high) ? ` (${number(low)} to ${number(high)})` : "";
  return `${number(value)}${unit}${sure}`;
}

/** The figures as comma-separated values, one line each; ready for any table. */
export function toCsv(measurements: readonly Summary[]): string {
  const rows: (string | number)[][] = [["measurement", "figure", "value", "low", "high"]];
  for (const one of measurements) {
    const add = (what: string, value: number, low?: number, high?: number) =>
      rows.push([one.name, what, value, low ?? "", high ?? ""]);
    add("first seed", one.seeds.from);
    add("trials", one.trials);
    for (const { what, first } of compare(one)) if (first) add(what, first.value, first.low, first.high);
    one.rounds.forEach((times, place) => times > 0 && add(`ended after ${place + 1} rounds`, times));
    add("never ended", one.never);
  }
  return lines(rows);
}

/** Each trial on a line of its own. */
export function trialsCsv({ results = [] }: Summary): string {
  const agents = results[0]?.decided.length ?? 0;
  const head = ["seed", "rounds", ...Array.from({ length: agents }, (_, agent) => `agent ${agent + 1}`)];
  return lines([
    head,
    ...results.map(({ seed, rounds, decided }) => [seed, rounds ?? "", ...decided.map((one) => one ?? "")]),
  ]);
}

/** RFC 4180, and nothing that a spreadsheet would take for a formula. */
function lines(rows: (string | number)[][]): string {
  const cell = (value: string | number) => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}
