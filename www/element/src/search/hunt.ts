/** A search under way: its workers, in rounds, and what they tell together. */
import type { EngineClient } from "@consensus-playground/engine/client.ts";
import type { Quest, Searched } from "@consensus-playground/engine/protocol.ts";

/** How long a worker searches before it says how far it is: milliseconds. */
const ROUND = 150;

/** What is looked for and within which bounds, as the person said it. */
export type Wanted = Omit<Quest, "worker" | "workers">;

/** An engine in a worker of its own. */
export type Engine = Pick<EngineClient, "call" | "stop">;

/** What all workers have done together. */
export type Total = Searched["progress"];

/** What was found: the scenario, and what comes about in it. */
export interface Finding {
  text: string;
  sentence: string;
}

interface Lane {
  engine: Engine;
  at: Searched | undefined;
}

/** Tells (`change`) of each round, and (`end`) when it is over, for whatever reason. */
export class Hunt extends EventTarget {
  /** The bounds in words, as soon as they are known. */
  bounds = "";
  total: Total | undefined;
  finding: Finding | undefined;
  /** Why it can't begin or go on. */
  mistake: Error | undefined;
  paused = false;
  over = false;
  /** For how many milliseconds it was at work. */
  worked = 0;

  private readonly lanes: Lane[];
  private resume: (() => void) | undefined;

  constructor(
    readonly wanted: Wanted,
    workers: number,
    open: () => Engine,
  ) {
    super();
    this.lanes = Array.from({ length: workers }, () => ({ engine: open(), at: undefined }));
  }

  /** States (of walks: steps) in a second of work. */
  get rate(): number {
    return this.worked > 0 ? (1000 * (this.total?.states ?? 0)) / this.worked : 0;
  }

  /** Whether it came to an end of its own: something was found, there is nothing, or the memory is full. */
  get answered(): boolean {
    const phase = this.total?.phase;
    return this.over && !this.mistake && (phase === "found" || phase === "complete" || phase === "full");
  }

  /** Searches until there is an answer, or `cancel`. */
  async start(): Promise<void> {
    const { wanted, lanes } = this;
    try {
      const begun = lanes.map(({ engine }, worker) =>
        engine.call("search", { ...wanted, worker, workers: lanes.length }),
      );
      [this.bounds = ""] = await Promise.all(begun);
      while (!this.over && (await this.round()));
    } catch (error) {
      // Whose workers were ended has nothing more to say.
      if (!this.over) this.mistake = error instanceof Error ? error : new Error(String(error));
    }
    this.cancel();
  }

  pause(): void {
    if (this.over) return;
    this.paused = true;
    this.tell("change");
  }

  goOn(): void {
    this.paused = false;
    this.resume?.();
    this.tell("change");
  }

  /** Ends it at once, with its workers. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    for (const { engine } of this.lanes) engine.stop();
    this.goOn();
    this.tell("end");
  }

  /** One round of all who have something to do. Whether there was anybody. */
  private async round(): Promise<boolean> {
    if (this.paused) await new Promise<void>((resolve) => (this.resume = resolve));
    const first = this.first;
    const busy = this.lanes.filter(({ at }) => !at || (isOpen(at) && at.walk <= first));
    if (this.over || busy.length === 0) return false;
    const before = performance.now();
    await Promise.all(busy.map(async (lane) => (lane.at = await lane.engine.call("searchOn", ROUND))));
    if (this.over) return false;
    this.worked += performance.now() - before;
    this.count();
    this.tell("change");
    return true;
  }

  /** The earliest walk in which something was found: it counts, so that the answer is the same however many workers there are. */
  private get first(): number {
    return Math.min(...this.lanes.flatMap(({ at }) => (at && hasFound(at) ? [at.walk] : [])));
  }

  private count(): void {
    const { first } = this;
    const all = this.lanes.flatMap(({ at }) => at ?? []);
    const best = all.find((at) => hasFound(at) && at.walk === first) ?? all[0];
    if (!best) return;
    const sum = (name: "states" | "transitions" | "walks") => all.reduce((so, { progress }) => so + progress[name], 0);
    this.total = { ...best.progress, states: sum("states"), transitions: sum("transitions"), walks: sum("walks") };
    const { text, sentence } = best;
    if (text !== undefined) this.finding = { text, sentence: sentence ?? "" };
  }

  private tell(type: "change" | "end"): void {
    this.dispatchEvent(new Event(type));
  }
}

function isOpen({ progress: { phase } }: Searched): boolean {
  return phase === "searching" || phase === "shrinking";
}

function hasFound({ progress: { phase } }: Searched): boolean {
  return phase === "shrinking" || phase === "found";
}
