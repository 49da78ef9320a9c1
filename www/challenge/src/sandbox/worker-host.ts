/** The page's end of a sandbox: starts workers, asks them one thing at a time, and ends those that don't come back. */
import type { FromFrame, FromWorker, Operation, Step, ToFrame } from "./messages.ts";
import { BATCH } from "./trail.ts";

/** How long, in milliseconds, a worker may take for an answer; and how much longer once it has used up its steps. */
const PATIENCE = 8_000;
const LAST_PATIENCE = 1_000;
/** Code that is followed is stuck where it tells no line for so long; what goes on for this long runs in a circle. */
const SILENCE = 2_000;
const FOLLOW_PATIENCE = 5_000;
/** Starting may take long on a slow machine. */
export const START_PATIENCE = 60_000;

/** Why there is no answer. */
export class WorkerLost extends Error {
  constructor(
    readonly reason: "late" | "broken",
    message: string,
    /** The line on which the steps were used up. */
    readonly line: number | undefined,
  ) {
    super(message);
    this.name = "WorkerLost";
  }
}

interface Waiting {
  id: number;
  resolve: (text: string) => void;
  reject: (error: WorkerLost) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Speaks with what starts and ends the workers: the page's frame, or Node. */
export class WorkerHost {
  private worker = 0;
  private nextId = 1;
  private waiting: Waiting | undefined;
  private started: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private overdue: number | undefined;
  private onStep: ((step: Step) => void) | undefined;
  /** Whether the present worker can be asked. */
  alive = false;
  private disposed = false;

  constructor(
    private readonly port: MessagePort,
    private readonly remove: () => void,
  ) {
    port.onmessage = ({ data }: MessageEvent<FromFrame>) => {
      if (data.worker === this.worker) this.hear(data.said);
    };
  }

  /** Ends the present worker and starts a fresh one. */
  spawn(): Promise<void> {
    if (this.disposed) return Promise.reject(new Error("the sandbox was closed"));
    this.worker += 1;
    this.alive = false;
    this.lose("broken", "the worker was ended");
    this.started?.reject(new Error("another start came in between"));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The interpreter does not start.")), START_PATIENCE);
      const over =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          this.started = undefined;
          then(value);
        };
      this.started = { resolve: over(resolve), reject: over(reject) };
      this.send({ spawn: this.worker });
    });
  }

  /** Asks the worker. Rejects with `WorkerLost`; the worker is then gone. */
  ask(op: Operation, text: string): Promise<string> {
    const id = this.nextId++;
    this.overdue = undefined;
    return new Promise((resolve, reject) => {
      this.waiting = { id, resolve, reject, timer: this.watch(PATIENCE) };
      this.send({ ask: { op, id, text } });
    });
  }

  /**
   * Asks again what never came back, and gives the line on which it is stuck; undefined where it comes back this time.
   * `start` brings a fresh worker to where it can be asked. The worker is gone afterwards.
   */
  async follow(op: Operation, text: () => string, start: () => Promise<void>): Promise<number | undefined> {
    await start();
    const rough = await this.followFrom(0, op, text());
    if (!rough || rough.count < BATCH || rough.circles) return rough?.line;
    await start();
    const exact = await this.followFrom(rough.count, op, text());
    return (exact ?? rough).line;
  }

  /** The last line that is told, of those told one by one after the first `from`. */
  private followFrom(from: number, op: Operation, text: string): Promise<(Step & { circles: boolean }) | undefined> {
    const id = this.nextId++;
    let [last, circles]: [Step | undefined, boolean] = [undefined, false];
    const until = performance.now() + FOLLOW_PATIENCE;
    return new Promise((resolve) => {
      const end = (step?: Step) => {
        this.onStep = undefined;
        resolve(step && { ...step, circles });
      };
      const waiting = (this.waiting = {
        id,
        resolve: () => end(),
        reject: ({ reason }: WorkerLost) => end(reason === "late" ? last : undefined),
        timer: this.watch(SILENCE),
      });
      this.onStep = (step) => {
        if (circles) return;
        last = step;
        circles = performance.now() > until;
        clearTimeout(waiting.timer);
        waiting.timer = this.watch(circles ? 0 : SILENCE);
      };
      this.send({ ask: { op, id, text, follow: from } });
    });
  }

  dispose(): void {
    this.disposed = true;
    this.alive = false;
    this.worker += 1;
    this.lose("broken", "the sandbox was closed");
    this.started?.reject(new Error("the sandbox was closed"));
    this.port.close();
    this.remove();
  }

  private send(message: ToFrame): void {
    this.port.postMessage(message);
  }

  private watch(patience: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      // Ending it is all that helps; the next one is started when it is wanted.
      this.worker += 1;
      this.send({ spawn: null });
      this.lose("late", "the code does not come back");
    }, patience);
  }

  private lose(reason: WorkerLost["reason"], message: string): void {
    const { waiting } = this;
    if (!waiting) return;
    this.waiting = undefined;
    this.alive = false;
    clearTimeout(waiting.timer);
    waiting.reject(new WorkerLost(reason, message, this.overdue));
  }

  private hear(said: FromWorker): void {
    if ("ready" in said) {
      this.alive = true;
      this.started?.resolve();
    } else if ("broken" in said) {
      this.alive = false;
      this.started?.reject(new Error(String(said.broken)));
      this.lose("broken", String(said.broken));
    } else if ("overdue" in said) {
      if (!this.waiting || this.overdue !== undefined) return;
      this.overdue = typeof said.overdue === "number" ? said.overdue : undefined;
      clearTimeout(this.waiting.timer);
      this.waiting.timer = this.watch(LAST_PATIENCE);
    } else if ("step" in said) {
      const { line, count } = said.step;
      this.onStep?.({ line: Number(line), count: Number(count) });
    } else if ("id" in said && said.id === this.waiting?.id) {
      const { waiting } = this;
      this.waiting = undefined;
      clearTimeout(waiting.timer);
      waiting.resolve(String(said.text));
    }
  }
}
