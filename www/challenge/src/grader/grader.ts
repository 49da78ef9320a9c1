/**
 * The grader: five checks, one a task. Each says what was seen and what was expected.
 *
 * It asks the same of both languages; `harness/probe.py` and `probe.js` carry it out beside the person's code. A check
 * stops at the first thing that is wrong, so that there is one thing to mend.
 */
import type { Said } from "../sandbox/sandbox.ts";
import { TrialsStopped } from "../types.ts";
import type { CheckResult, Language, Problem, TaskNumber, TrialResult, TrialSetup } from "../types.ts";
import { MAX_ROUNDS, PREFERENCES, TASKS } from "./tasks.ts";
import { Draw } from "./draw.ts";
import { byzantine } from "./byzantine.ts";
import { changesMind } from "./changes-mind.ts";
import { measures } from "./measures.ts";
import { Wrong } from "./wrong.ts";
import { votesAndDecides } from "./votes-and-decides.ts";
import { WORDS, type Words } from "./words.ts";

/** A value of the person's code. */
export type Told =
  { is: "nothing" } | { is: "text"; text: string } | { is: "number"; number: number } | { is: "other"; text: string };

/** One call in a session, and what it is given. `seed` and `place` (the agent's, from 0) settle its chance. */
export interface Step {
  agent: number;
  call: "propose" | "vote_on" | "decide";
  round: number;
  given?: string[] | Record<string, number>;
  seed?: number;
  place?: number;
  /** What is given can't be changed: who tries gets an exception. */
  frozen?: boolean;
}

export interface Session {
  seed: number;
  agents: { class: "VotingAgent" | "ByzantineAgent"; preference: string; place?: number }[];
  steps: Step[];
}

export interface Stepped {
  answer: Told;
  line: number | null;
  /** The call changed what it was given. */
  changed: boolean;
  preference: string | null;
}

export interface Measured {
  claim: Told;
  line: number | null;
  /** How often each agent was asked for its vote. */
  cast: number[];
}

/** What carries out a check's wishes: the sandbox. */
export interface Bench {
  readonly language: Language;
  call<T>(op: "session" | "measure" | "lines", text: string): Promise<Said<T>>;
  trials(setup: TrialSetup, onProgress: (done: number) => void, signal: AbortSignal): Promise<TrialResult[]>;
}

/** What each check works with. A mistake in the person's code is thrown as `Wrong`. */
export class Examiner {
  readonly words: Words;
  constructor(
    private readonly bench: Bench,
    /** What is drawn afresh for each grading. */
    readonly draw: Draw,
  ) {
    this.words = WORDS[bench.language];
  }

  async session(session: Session, expected: string): Promise<Stepped[]> {
    const { value, problem } = await this.bench.call<{ steps: Stepped[]; problem?: Problem }>(
      "session",
      JSON.stringify(session),
    );
    const trouble = problem ?? value?.problem;
    if (trouble) throw Wrong.by(trouble, expected);
    const steps: unknown = value?.steps;
    if (!Array.isArray(steps) || steps.length !== session.steps.length || !steps.every(isStepped))
      throw Wrong.by(UNREADABLE, expected);
    return steps;
  }

  async measure(spec: object, expected: string): Promise<Measured> {
    const { value, problem } = await this.bench.call<Measured>("measure", JSON.stringify(spec));
    if (problem || !value || !isTold(value.claim)) throw Wrong.by(problem ?? UNREADABLE, expected);
    return value;
  }

  async trials(liars: number[], expected: string): Promise<TrialResult[]> {
    const setup: TrialSetup = {
      agents: PREFERENCES.length,
      preferences: PREFERENCES,
      byzantine: liars,
      maxRounds: MAX_ROUNDS,
      seeds: { from: this.draw.firstSeed, count: 60 },
    };
    try {
      return await this.bench.trials(setup, () => undefined, new AbortController().signal);
    } catch (error) {
      if (error instanceof TrialsStopped && error.problem) throw Wrong.by(error.problem, expected);
      throw error;
    }
  }

  /** The line on which the first of these classes, methods or functions begins that there is. */
  async lineOf(...names: string[]): Promise<number | null> {
    const { value } = await this.bench.call<Record<string, number | null>>("lines", JSON.stringify(names));
    return names.map((name) => value?.[name] ?? null).find((line) => line !== null) ?? null;
  }

  /** The line on which a call changes what it is given: the session that did it is held again, with that frozen. */
  async lineOfChange(session: Session): Promise<number | null> {
    const steps = session.steps.map((step) => ({ ...step, frozen: true }));
    const { value } = await this.bench.call<{ problem?: Problem }>("session", JSON.stringify({ ...session, steps }));
    return value?.problem?.line ?? null;
  }

  /** A value as its language writes it. */
  show(told: Told): string {
    if (told.is === "nothing") return this.words.none;
    if (told.is === "number") return String(told.number);
    return told.is === "text" ? JSON.stringify(told.text) : told.text;
  }

  /** A call as its language writes it. */
  call({ call, given }: Step): string {
    return `${call === "vote_on" ? this.words.vote : call}(${given ? JSON.stringify(given).replaceAll(/([,:])(?=\S)/g, "$1 ") : ""})`;
  }
}

/** What a code that got at the one who writes the answers can have made of them. */
const UNREADABLE: Problem = { message: "The code gave no answers that could be read.", kind: "runtime" };

function isTold(value: unknown): value is Told {
  const { is, text, number } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (is === "number") return Number.isInteger(number);
  return is === "nothing" || ((is === "text" || is === "other") && typeof text === "string");
}

function isStepped(value: unknown): value is Stepped {
  const { answer, changed, preference } = (
    typeof value === "object" && value !== null ? value : {}
  ) as Partial<Stepped>;
  return isTold(answer) && typeof changed === "boolean" && (preference === null || typeof preference === "string");
}

/** Five agents, five restaurants. */
async function fiveAgents(examiner: Examiner): Promise<string> {
  const expected = "five agents that agree within 50 rounds in at least 30 of 60 runs";
  const results = await examiner.trials([], expected);
  for (const { seed, decided } of results) {
    const different = new Set(decided.filter((name) => name !== null));
    if (different.size > 1) {
      const line = await examiner.lineOf("decide");
      throw new Wrong(
        `With seed ${seed} they decided differently: ${[...different].join(", ")}.`,
        "one decision of all agents",
        line,
      );
    }
  }
  const agreed = results.filter(({ rounds }) => rounds !== null);
  const saw = `In ${agreed.length} of ${results.length} runs the five agents agreed within ${MAX_ROUNDS} rounds.`;
  if (agreed.length * 2 < results.length) {
    throw new Wrong(saw, expected, await examiner.lineOf(examiner.words.vote, "vote_on"));
  }
  const mean = agreed.reduce((sum, { rounds }) => sum + (rounds ?? 0), 0) / agreed.length;
  return `${saw.slice(0, -1)}, after ${mean.toFixed(1)} on average.`;
}

const CHECKS: Record<TaskNumber, (examiner: Examiner) => Promise<string>> = {
  1: votesAndDecides,
  2: fiveAgents,
  3: byzantine,
  4: measures,
  5: changesMind,
};

/** Runs all checks, whether earlier ones pass or not. */
export async function grade(
  bench: Bench,
  onCheck: (check: CheckResult) => void,
  draw = new Draw(),
): Promise<CheckResult[]> {
  const examiner = new Examiner(bench, draw);
  const results: CheckResult[] = [];
  for (const task of TASKS) {
    const about = { task: task.number, title: task.title };
    let result: CheckResult;
    try {
      result = { ...about, passed: true, saw: await CHECKS[task.number](examiner), expected: task.check };
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const { message, expected, problem } = error;
      result = { ...about, passed: false, saw: message, expected, problem };
    }
    results.push(result);
    onCheck(result);
  }
  return results;
}
