/** A person's code in its sandbox, as the page uses it. */
import { TrialsStopped } from "../types.ts";
import type {
  CheckResult,
  Language,
  Problem,
  Question,
  Reply,
  SandboxHandle,
  TrialResult,
  TrialSetup,
} from "../types.ts";
import { Memory } from "./memory.ts";
import { WorkerLost, type WorkerHost } from "./worker-host.ts";
import type { Asks, Operation, Said } from "./messages.ts";

/** So many different questions may one version of the code ask. A run of 25 agents and 30 rounds asks 750. */
const MOST_QUESTIONS = 1_000;
const MOST_CHOICES = 50;
const MOST_PROMPT = 10_000;

/** A slice of trials takes about so many milliseconds: long enough to be worth it, short enough to be stopped. */
const SLICE = 40;
const MOST_IN_SLICE = 20_000;

interface Slice {
  menu: string[];
  done: [number, number[], ((string | null)[][] | undefined)?][];
  problem?: Problem;
}

export class Sandbox implements SandboxHandle {
  onPrint: ((text: string) => void) | undefined;
  onAsk: SandboxHandle["onAsk"];
  private code = "";
  /** The code is in the present worker. */
  private loaded = false;
  private fresh = true;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly memory = new Memory();
  /** What a model answered this code: pairs of question and choice. */
  private answers: [question: string, choice: string][] = [];

  constructor(
    readonly language: Language,
    private readonly host: WorkerHost,
  ) {}

  async load(code: string): Promise<Problem[]> {
    this.code = code;
    this.loaded = false;
    this.memory.forget();
    this.answers = [];
    const { problem, printed } = await this.inTurn(() => this.bring());
    if (printed) this.onPrint?.(printed);
    return problem ? [problem] : [];
  }

  async answer(question: Question): Promise<Reply> {
    const text = () => JSON.stringify(this.memory.prepare(question));
    const { value, problem, printed } = await this.call<string | null>("answer", text);
    if (problem) this.memory.unsure(question);
    return problem ? { problem, printed } : { answer: value ?? null, printed };
  }

  async trials(setup: TrialSetup, onProgress: (done: number) => void, signal: AbortSignal): Promise<TrialResult[]> {
    const results: TrialResult[] = [];
    const { seeds, ...rest } = setup;
    const cancelled = new Promise<never>((_, reject) => {
      const stop = () => reject(new TrialsStopped(results));
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
    });
    cancelled.catch(() => undefined);
    let [count, most] = [8, MOST_IN_SLICE];
    while (results.length < seeds.count) {
      const from = seeds.from + results.length;
      const asked = Math.min(count, most, seeds.count - results.length);
      const began = performance.now();
      const text = JSON.stringify({ ...rest, from, count: asked });
      const said = await Promise.race([this.call<Slice>("trials", text, asked === 1), cancelled]);
      if (signal.aborted) throw new TrialsStopped(results);
      const { value } = said;
      const done = rowsOf(value, asked);
      for (const row of done) results.push(resultOf(row, seeds.from + results.length, value?.menu ?? []));
      const problem = said.problem ?? (value?.problem ? checked(value.problem) : undefined);
      if (!problem && done.length < asked) throw new TrialsStopped(results, FORGED);
      // A whole slice has the budget of one trial: only one that is alone can be said to have overrun it.
      if (problem && !(problem.kind === "time" && asked > 1)) throw new TrialsStopped(results, problem);
      most = problem ? Math.max(1, asked >> 3) : Math.min(MOST_IN_SLICE, most * 2);
      count = Math.ceil(asked * Math.min(4, Math.max(0.25, SLICE / (performance.now() - began))));
      onProgress(results.length / seeds.count);
    }
    return results;
  }

  async grade(onCheck: (check: CheckResult) => void): Promise<CheckResult[]> {
    const { grade } = await import("../grader/grader.ts");
    return grade(this, onCheck);
  }

  dispose(): void {
    this.host.dispose();
  }

  /** Asks the worker; where the code asks a model, finds the answer and asks the worker again, which then comes further. */
  async call<T>(op: Operation, text: string | (() => string), follow = true): Promise<Said<T>> {
    for (;;) {
      const { code } = this;
      const said = await this.once<T>(op, typeof text === "string" ? () => text : text, follow);
      if (!said.asks) return said;
      const problem = await this.consult(said.asks, code);
      if (problem) return { problem, printed: "" };
    }
  }

  /** Puts a question of the code to the model that was chosen. Gives what is in the way. */
  private async consult({ prompt, choices, line }: Asks, code: string): Promise<Problem | undefined> {
    const problem = (message: string): Problem => ({ message, kind: "runtime", ...(line ? { line } : {}) });
    if (!this.onAsk) return problem("The code asks a language model, and none is chosen.");
    if (this.answers.length >= MOST_QUESTIONS)
      return problem(`The code asks more than ${MOST_QUESTIONS} different questions. Ask shorter, and alike.`);
    try {
      const answer = await this.onAsk(prompt, choices);
      if (code !== this.code) return problem("The code was changed while the model was asked.");
      const pair: [string, string] = [JSON.stringify([prompt, ...choices]), answer];
      this.answers.push(pair);
      await this.inTurn(async () => {
        if (this.loaded && this.host.alive) await this.ask("learn", () => JSON.stringify([pair]));
      });
      return undefined;
    } catch (error) {
      return problem(error instanceof Error ? error.message : String(error));
    }
  }

  /** Asks the worker in its turn; brings the code back first where a worker was lost. */
  private once<T>(op: Operation, text: () => string, follow: boolean): Promise<Said<T>> {
    return this.inTurn(async () => {
      if (!this.loaded || !this.host.alive) {
        const { problem, printed } = await this.bring();
        if (problem) return { problem, printed };
        this.memory.restart();
      }
      return this.ask<T>(op, text, follow);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Loads the code into a fresh worker. */
  private async bring(): Promise<Said<unknown>> {
    await this.begin();
    const said = await this.ask("load", () => this.code, true);
    if (said.asks) said.problem = { ...(said.asks.line ? { line: said.asks.line } : {}), ...EARLY };
    this.loaded = !said.problem;
    return said;
  }

  /** Sees to a fresh worker that knows what a model has answered. */
  private async begin(): Promise<void> {
    if (!this.fresh || !this.host.alive) await this.host.spawn();
    this.fresh = false;
    if (this.answers.length > 0) await this.ask("learn", () => JSON.stringify(this.answers));
  }

  /** With `follow`, code that never comes back is run once more where its line is not known, to find that. */
  private async ask<T>(op: Operation, text: () => string, follow = false): Promise<Said<T>> {
    try {
      return read<T>(await this.host.ask(op, text()));
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      this.lost();
      const problem = problemOf(error);
      if (!follow || error.reason !== "late" || error.line !== undefined) return { problem, printed: "" };
      const line = await this.host.follow(op, text, () => this.again(op)).catch(() => undefined);
      this.lost();
      return { problem: line ? { ...problem, line } : problem, printed: "" };
    }
  }

  private lost(): void {
    this.loaded = false;
    this.memory.restart();
  }

  /** A fresh worker, with the code in it where that was there before this was asked. */
  private async again(op: Operation): Promise<void> {
    this.lost();
    await this.begin();
    if (op !== "load") await this.ask("load", () => this.code);
  }
}

const EARLY: Problem = {
  message: "ask works in the methods of your agents, not at the top of the file.",
  kind: "runtime",
};

/** What a code that got at the one who writes the results can have made of them. */
const FORGED: Problem = { message: "The trials gave no result that could be read.", kind: "runtime" };

/** The results that are whole, up to the first that is not. */
function rowsOf(value: Slice | undefined, most: number): Slice["done"] {
  const rows: unknown = value?.done;
  if (!Array.isArray(rows) || !Array.isArray(value?.menu)) return [];
  const whole = (row: unknown) => Array.isArray(row) && Number.isInteger(row[0]) && Array.isArray(row[1]);
  const bad = rows.findIndex((row) => !whole(row));
  return (rows as Slice["done"]).slice(0, Math.min(most, bad < 0 ? rows.length : bad));
}

function resultOf([rounds, places, votes]: Slice["done"][number], seed: number, menu: string[]): TrialResult {
  const decided = places.map((place) => menu[place] ?? null);
  return { seed, rounds: rounds || null, decided, ...(votes ? { votes } : {}) };
}

/** What comes out of the sandbox is checked: a person's code may have got at the one who writes it. */
function read<T>(text: string): Said<T> {
  let said: Said<T> | null;
  try {
    said = JSON.parse(text) as Said<T> | null;
  } catch {
    return { problem: { message: "What the code gave can't be read.", kind: "runtime" }, printed: "" };
  }
  const problem = said?.problem ? checked(said.problem) : undefined;
  return {
    ...(said && "value" in said ? { value: said.value } : {}),
    ...(problem ? { problem } : {}),
    ...(said?.asks ? { asks: checkedQuestion(said.asks) } : {}),
    printed: String(said?.printed ?? ""),
  };
}

function checkedQuestion({ prompt, choices, line }: Asks): Asks {
  const words = Array.isArray(choices) ? choices.slice(0, MOST_CHOICES).map(String) : [];
  return {
    prompt: String(prompt).slice(0, MOST_PROMPT),
    choices: words,
    ...(place(line) ? { line } : {}),
  };
}

const KINDS: Problem["kind"][] = ["syntax", "runtime", "time", "memory", "output", "answer"];

/** A problem with only what a problem has, of the kinds that it should be. */
export function checked({ message, line, column, kind }: Problem): Problem {
  return {
    message: String(message),
    kind: KINDS.includes(kind) ? kind : "runtime",
    ...(place(line) ? { line } : {}),
    ...(place(column) ? { column } : {}),
  };
}

/** Lines and columns count from 1. A person's code can raise a mistake that says otherwise. */
const place = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

function problemOf({ reason, message, line }: WorkerLost): Problem {
  const at = line === undefined ? {} : { line };
  if (reason === "late") {
    return { message: "The code did not come back, and was stopped. A loop that never ends?", kind: "time", ...at };
  }
  if (/memory|allocat/i.test(message)) return { message: "The memory is used up.", kind: "memory", ...at };
  return { message: `The interpreter broke down: ${message}`.slice(0, 500), kind: "runtime", ...at };
}
