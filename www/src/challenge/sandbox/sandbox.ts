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
import { WorkerLost, type FrameHost } from "./frame-host.ts";
import type { Operation } from "./messages.ts";

/** What a worker answers: a value or a problem, and what was printed meanwhile. */
export interface Said<T> {
  value?: T;
  problem?: Problem;
  printed: string;
}

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
  private code = "";
  /** The code is in the present worker. */
  private loaded = false;
  private fresh = true;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly memory = new Memory();

  constructor(
    readonly language: Language,
    private readonly host: FrameHost,
  ) {}

  async load(code: string): Promise<Problem[]> {
    this.code = code;
    this.loaded = false;
    this.memory.forget();
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
      const said = await Promise.race([this.call<Slice>("trials", text), cancelled]);
      if (signal.aborted) throw new TrialsStopped(results);
      const { value } = said;
      for (const row of value?.done ?? []) results.push(resultOf(row, seeds.from + results.length, value?.menu ?? []));
      const problem = said.problem ?? value?.problem;
      // A whole slice has the budget of one trial: only one that is alone can be said to have overrun it.
      if (problem && !(problem.kind === "time" && asked > 1)) throw new TrialsStopped(results, problem);
      if (problem) most = Math.max(1, asked >> 3);
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

  /** Asks the worker in its turn; brings the code back first where a worker was lost. */
  call<T>(op: Operation, text: string | (() => string)): Promise<Said<T>> {
    return this.inTurn(async () => {
      if (!this.loaded || !this.host.alive) {
        const { problem, printed } = await this.bring();
        if (problem) return { problem, printed };
        this.memory.restart();
      }
      return this.ask<T>(op, typeof text === "string" ? text : text());
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Loads the code into a fresh worker. */
  private async bring(): Promise<Said<unknown>> {
    if (!this.fresh || !this.host.alive) await this.host.spawn();
    this.fresh = false;
    const said = await this.ask("load", this.code);
    this.loaded = !said.problem;
    return said;
  }

  private async ask<T>(op: Operation, text: string): Promise<Said<T>> {
    try {
      return read<T>(await this.host.ask(op, text));
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      this.loaded = false;
      this.memory.restart();
      return { problem: problemOf(error), printed: "" };
    }
  }
}

function resultOf([rounds, places, votes]: Slice["done"][number], seed: number, menu: string[]): TrialResult {
  const decided = places.map((place) => menu[place] ?? null);
  return { seed, rounds: rounds || null, decided, ...(votes ? { votes } : {}) };
}

/** What comes out of the sandbox is checked: a person's code may have got at the one who writes it. */
function read<T>(text: string): Said<T> {
  const said = JSON.parse(text) as Said<T> | null;
  const problem = said?.problem ? checked(said.problem) : undefined;
  return {
    ...(said && "value" in said ? { value: said.value } : {}),
    ...(problem ? { problem } : {}),
    printed: String(said?.printed ?? ""),
  };
}

const KINDS: Problem["kind"][] = ["syntax", "runtime", "time", "memory", "output", "answer"];

/** A problem with only what a problem has, of the kinds that it should be. */
export function checked({ message, line, column, kind }: Problem): Problem {
  return {
    message: String(message),
    kind: KINDS.includes(kind) ? kind : "runtime",
    ...(Number.isInteger(line) ? { line } : {}),
    ...(Number.isInteger(column) ? { column } : {}),
  };
}

function problemOf({ reason, message, line }: WorkerLost): Problem {
  const at = line === undefined ? {} : { line };
  if (reason === "late") {
    return { message: "The code did not come back, and was stopped. A loop that never ends?", kind: "time", ...at };
  }
  if (/memory|allocat/i.test(message)) return { message: "The memory is used up.", kind: "memory", ...at };
  return { message: `The interpreter broke down: ${message}`.slice(0, 500), kind: "runtime", ...at };
}
