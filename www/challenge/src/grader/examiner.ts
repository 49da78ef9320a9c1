/** What a check works with: the sessions that it holds with a person's code, and what comes of them. */
import type { Said } from "../sandbox/messages.ts";
import { TrialsStopped } from "../types.ts";
import type { Language, Problem, TrialResult, TrialSetup } from "../types.ts";
import { MAX_ROUNDS, PREFERENCES } from "./tasks.ts";
import type { Draw } from "./draw.ts";
import { Wrong } from "./wrong.ts";
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
