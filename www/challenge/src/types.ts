/** What the challenge's parts say to each other: the kernel's questions, a person's code, trials and checks. */

export type Language = "python" | "javascript";

export interface Solution {
  language: Language;
  code: string;
}

/** A mistake in a person's code, with its line and column (both from 1) where they are known. */
export interface Problem {
  message: string;
  line?: number;
  column?: number;
  kind: "syntax" | "runtime" | "time" | "memory" | "output" | "answer";
}

/** One question of the kernel, parsed: `question` in `src/protocols/restaurant_vote/message.rs` writes it. */
export interface Question {
  call: "propose" | "vote_on" | "decide";
  /** Which agent is asked, from 1. */
  agent: number;
  /** How many agents' votes could come in, its own included. */
  agents: number;
  /** Which dinner, from 1. */
  dinner: number;
  /** Which round of it, from 1. */
  round: number;
  seed: string | number;
  /** What the kernel believes that the agent likes best: what it proposed last. */
  preference: string;
  /** With `propose`: what can be proposed. */
  menu?: string[];
  /** With `vote_on`: what was proposed, in the order of the agents. */
  proposals?: string[];
  /** With `decide`: how many votes each restaurant got, in the order of the agents that voted. */
  votes?: Record<string, number>;
  /** Not from the kernel: the host lets this agent run the person's `ByzantineAgent` instead of the `VotingAgent`. */
  byzantine?: boolean;
}

/** An answer (null to `decide`: no consensus yet; null otherwise can't be) with what the code printed meanwhile. */
export type Reply = { answer: string | null; printed: string } | { problem: Problem; printed: string };

/** Whoever can answer the kernel's questions: the sandbox, a language model, a recording. */
export interface Answerer {
  answer(question: Question): Promise<Reply>;
}

/** What is tried, wholly inside the interpreter. */
export interface TrialSetup {
  agents: number;
  /** Agent i starts with `preferences[(i − 1) % preferences.length]`. */
  preferences: string[];
  /** The agents (from 1) that run the person's `ByzantineAgent`, or where there is none, vote at random. */
  byzantine: number[];
  /** Rounds without consensus after which a trial is given up. */
  maxRounds: number;
  seeds: { from: number; count: number };
  /** Whether each round's votes are wanted too; without, trials are faster. */
  votes?: boolean;
}

/** One closed-loop trial. */
export interface TrialResult {
  seed: number;
  /** The round in which the last agent that is not Byzantine decided; null where one never did. */
  rounds: number | null;
  /** What each agent decided, from agent 1 on. */
  decided: (string | null)[];
  /** Each round's votes, from the first round and agent on, where they were wanted; null is an abstention. */
  votes?: (string | null)[][];
}

/** Trials that stopped before their end: at a mistake in the code, or because the person cancelled. */
export class TrialsStopped extends Error {
  /** `problem` is undefined where the person cancelled; `results` are those of the trials before. */
  constructor(
    readonly results: TrialResult[],
    readonly problem?: Problem,
  ) {
    super(problem?.message ?? "The trials were cancelled.");
    this.name = "TrialsStopped";
  }
}

export type TaskNumber = 1 | 2 | 3 | 4 | 5;

export interface CheckResult {
  task: TaskNumber;
  title: string;
  passed: boolean;
  saw: string;
  expected: string;
  problem?: Problem;
}

/** A person's code in its sandbox. */
export interface SandboxHandle extends Answerer {
  readonly language: Language;
  /** (Re)loads the person's code, into a fresh interpreter state. Gives mistakes of syntax or at the top level. */
  load(code: string): Promise<Problem[]>;
  /** What the code printed while it was loaded, and since, up to the output limit. */
  onPrint: ((text: string) => void) | undefined;
  /**
   * Answers what the code asks by `ask(prompt, choices)`: gives one of the choices, or rejects with a sentence. The call
   * that asked is made again from its start then; the same question is asked once for each load.
   */
  onAsk: ((prompt: string, choices: readonly string[]) => Promise<string>) | undefined;
  /**
   * Runs trials in slices; `onProgress` hears the share that is done, from 0 to 1. An aborted signal stops them within
   * 100 ms. Rejects with `TrialsStopped`.
   */
  trials(setup: TrialSetup, onProgress: (done: number) => void, signal: AbortSignal): Promise<TrialResult[]>;
  /** Runs the five checks; `onCheck` hears each as soon as it is known. Never rejects for a fault of the code. */
  grade(onCheck: (check: CheckResult) => void): Promise<CheckResult[]>;
  dispose(): void;
}

/** Hears what is being loaded, and how many of its bytes. */
export type OnLoading = (step: string, done: number, total: number) => void;

/**
 * Opens a sandbox in an invisible frame inside `host`. An interpreter's files are fetched only now, from our own folder.
 * Rejects with a sentence where the language can't run here (`canRun` tells before).
 * Once the signal is aborted, it rejects and leaves no frame and no worker behind.
 * The function itself: `import("./sandbox/index.ts")`.
 */
export type OpenSandbox = (
  language: Language,
  host: HTMLElement,
  onLoading: OnLoading,
  signal?: AbortSignal,
) => Promise<SandboxHandle>;
