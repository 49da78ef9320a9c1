/** What happens to a person's code: it is loaded into its sandbox, run on the stage, checked. The view watches this. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type {
  Answerer,
  CheckResult,
  Language,
  OpenSandbox,
  Problem,
  SandboxHandle,
  TrialResult,
  TrialSetup,
  TrialsStopped,
} from "../types.ts";
import { playUntilDecided, type Ending } from "../agents.ts";
import { Reasoners, type Ask } from "./ask.ts";
import { stageScenario, type Setting } from "./setting.ts";
import type { Store } from "./store.ts";

export type Phase = "idle" | "loading" | "running" | "checking" | "measuring";

/** Most letters of printed text that are kept for the eye. */
const MOST_PRINTED = 20_000;

export class Workshop extends EventTarget {
  phase: Phase = "idle";
  loading: { step: string; done: number; total: number } | undefined;
  printed = "";
  problems: readonly Problem[] = [];
  checks: readonly CheckResult[] = [];
  /** What is to be said aloud, too. */
  said = "";
  /** Where invisible sandboxes live. */
  host: HTMLElement | undefined;
  open: OpenSandbox = openOurs;
  /** Who answers what the code asks by `ask`; throws a sentence where nobody is chosen. */
  model: () => Ask = () => {
    throw new Error("The code asks a language model, and none is chosen.");
  };
  /** What was changed before a sandbox loads it: the answers of a language model come with the code. */
  private readonly sandboxes = new Map<Language, SandboxHandle>();
  private turn = 0;
  /** Ends whatever the sandboxes are at, also one that is just being opened. */
  private closing = new AbortController();
  /** The run whose agents ask this code. */
  private staged: Run | undefined;
  /** Takes questions back that have no answer yet. */
  private asking: AbortController | undefined;

  constructor(private readonly store: Store) {
    super();
  }

  /** Whether the sandbox is at something that must end first. A run on the stage gives way to whatever comes. */
  get busy(): boolean {
    return this.phase !== "idle" && this.phase !== "running";
  }

  /** Opens the sandbox, and loads the code into it. Undefined where that can't be, which is told. */
  async load(): Promise<SandboxHandle | undefined> {
    const { language, code } = this.store.solution;
    const { signal } = this.closing;
    this.printed = "";
    this.problems = [];
    this.change("loading");
    try {
      const handle = await this.sandbox(language, signal);
      handle.onPrint = (text) => this.print(text);
      handle.onAsk = async (prompt, choices) => await this.model()(prompt, choices, this.patience());
      const problems = await handle.load(code);
      if (signal.aborted) return undefined;
      this.problems = problems;
      if (problems.length === 0) return handle;
      this.change("idle", told(problems));
    } catch (error) {
      // Who stopped it has said so.
      if (!signal.aborted) this.change("idle", error instanceof Error ? error.message : String(error));
    } finally {
      if (!signal.aborted) this.loading = undefined;
    }
    return undefined;
  }

  private async sandbox(language: Language, signal: AbortSignal): Promise<SandboxHandle> {
    const known = this.sandboxes.get(language);
    if (known) return known;
    if (!this.host) throw new Error("The challenge is not in a page.");
    const progress = (step: string, done: number, total: number) => {
      if (signal.aborted) return;
      this.loading = { step, done, total };
      this.dispatchEvent(new Event("change"));
    };
    const handle = await this.open(language, this.host, progress, signal);
    if (signal.aborted) {
      handle.dispose();
      throw new Error("The sandbox was closed.");
    }
    this.sandboxes.set(language, handle);
    return handle;
  }

  /** Lets the agents vote on the stage. The run waits for each answer, and plays on by itself. */
  async stage(run: Run, setting: Setting): Promise<void> {
    this.leave();
    const { turn } = this;
    const handle = await this.load();
    if (!handle) return;
    if (turn === this.turn) await this.play(run, setting, handle, turn);
    // Another run has taken the stage while the code was loaded.
    else if (this.phase === "loading") this.change("idle", "");
  }

  /** Lets agents vote that put each vote to a model, or to whoever else answers. */
  async reason(run: Run, setting: Setting, ask: Ask): Promise<void> {
    this.leave();
    const { turn } = this;
    this.printed = "";
    this.problems = [];
    await this.play(run, { ...setting, byzantine: [] }, new Reasoners(ask, this.patience()), turn);
  }

  private async play(run: Run, setting: Setting, answerer: Answerer, turn: number): Promise<void> {
    if (!(await run.open(stageScenario(setting)))) {
      this.change("idle", run.problem?.message ?? "");
      return;
    }
    const signal = this.patience();
    this.change("running", "The agents vote on the stage.");
    this.staged = run;
    const { byzantine } = setting;
    const ending = await playUntilDecided(run, answerer, {
      prepare: (question) => ({ ...question, byzantine: byzantine.includes(question.agent) }),
      printed: (printed) => this.print(printed),
      failed: (problem) => this.stopped(run, problem),
      signal,
    });
    if (turn === this.turn && this.phase === "running") this.change("idle", ENDINGS[ending]);
  }

  /** Ends when another run takes the stage. */
  private patience(): AbortSignal {
    this.asking ??= new AbortController();
    return this.asking.signal;
  }

  private stopped(run: Run, problem: Problem): void {
    run.setAttendant(undefined);
    run.pause();
    this.problems = [problem];
    this.change("idle", told(this.problems));
  }

  /** Has the five checks made. Says which tasks were passed. */
  async check(): Promise<readonly CheckResult[]> {
    this.leave();
    this.checks = [];
    const { signal } = this.closing;
    const { showsLent } = this.store;
    const handle = await this.load();
    if (!handle) return [];
    this.change("checking", "The five checks run.");
    try {
      const checks: CheckResult[] = [];
      const results = await handle.grade((check) => {
        if (signal.aborted) return;
        checks.push(check);
        this.checks = [...checks];
        this.dispatchEvent(new Event("change"));
      });
      if (signal.aborted) return [];
      this.graded(results, showsLent);
      return results;
    } catch (error) {
      if (signal.aborted) return [];
      this.change("idle", error instanceof Error ? error.message : String(error));
      return this.checks;
    }
  }

  /** What somebody else's code passes is not the person's. */
  private graded(checks: readonly CheckResult[], lent: boolean): void {
    this.checks = checks;
    this.problems = checks.flatMap(({ problem }) => (problem ? [problem] : []));
    const passed = checks.filter((check) => check.passed);
    if (!lent) this.store.solve(passed.map(({ task }) => task));
    const all = passed.length === checks.length;
    const some = `${passed.length} of ${checks.length} checks are passed.`;
    this.change("idle", all ? "All five checks are passed." : some);
  }

  /** Carries trials out in the sandbox. Gives those that are done, also where the person cancelled. Rejects with a sentence. */
  async trials(setup: TrialSetup, progress: (done: number) => void, signal: AbortSignal): Promise<TrialResult[]> {
    this.leave();
    const { turn } = this;
    const handle = await this.load();
    if (!handle) throw new Error(this.said);
    if (signal.aborted) {
      this.change("idle", "");
      return [];
    }
    this.change("measuring", "");
    try {
      return await handle.trials(setup, progress, signal);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "TrialsStopped") throw error;
      const { results, problem } = error as TrialsStopped;
      if (!problem) return results;
      this.problems = [problem];
      throw new Error(told(this.problems), { cause: error });
    } finally {
      if (turn === this.turn) this.change("idle", told(this.problems));
    }
  }

  /** Another run takes the stage. */
  leave(): void {
    this.turn += 1;
    const { staged } = this;
    this.staged = undefined;
    this.asking?.abort();
    this.asking = undefined;
    if (staged?.attendant) {
      staged.setAttendant(undefined);
      staged.pause();
    }
    if (this.phase === "running") this.change("idle", "");
  }

  /** Ends whatever runs. The sandboxes are given up: the next run opens them anew. */
  stop(): void {
    this.leave();
    this.dispose();
    this.loading = undefined;
    this.change("idle", "Stopped.");
  }

  /** The code has changed: what was marked and found is no longer about it. */
  edited(): void {
    if (this.problems.length === 0 && this.checks.length === 0) return;
    this.problems = [];
    this.checks = [];
    this.dispatchEvent(new Event("change"));
  }

  dispose(): void {
    this.closing.abort();
    this.closing = new AbortController();
    for (const handle of this.sandboxes.values()) handle.dispose();
    this.sandboxes.clear();
  }

  change(phase: Phase, said = this.said): void {
    this.phase = phase;
    this.said = said;
    this.dispatchEvent(new Event("change"));
  }

  print(text: string): void {
    if (!text) return;
    this.printed = (this.printed + text).slice(-MOST_PRINTED);
    this.dispatchEvent(new Event("change"));
  }
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  decided: "The agents have decided.",
  "given-up": "The agents have given up: no consensus within the rounds that they have.",
  stopped: "The run stands still. Play goes on.",
};

/** The first of some mistakes, as a sentence. */
export function told(problems: readonly Problem[]): string {
  const [first] = problems;
  if (!first) return "";
  return first.line === undefined ? first.message : `Line ${first.line}: ${first.message}`;
}

const openOurs: OpenSandbox = async (...args) => {
  const { openSandbox } = await import("../sandbox/index.ts");
  return openSandbox(...args);
};
