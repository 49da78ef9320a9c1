/** The page's end of the worker: typed requests, answered in order; and a way out where no answer comes. */
import { STOP_AFTER } from "./limits.ts";
import { ASIDE, type Mistake, type Operation, type Operations, type Response } from "./protocol.ts";
import { Starting } from "./start.ts";

/** A call or a scenario that the engine refused. Line and column count from 1. */
export class EngineError extends Error {
  readonly line: number | undefined;
  readonly column: number | undefined;
  constructor({ message, line, column }: Mistake) {
    super(message);
    this.name = "EngineError";
    this.line = line;
    this.column = column;
  }
}

/** The engine is gone, and with it the run. A new one can open the run again. */
export class EngineLost extends Error {
  override readonly name: string = "EngineLost";
}

/** The engine could not be had at all. Another try may do better. */
export class EngineFailed extends Error {
  override readonly name: string = "EngineFailed";
}

/** The person ended the work before this was begun. */
export class EngineHalted extends Error {
  override readonly name: string = "EngineHalted";
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** How long an engine has that was asked to stop: milliseconds. */
const GRACE = 400;

/** One engine in one worker. When it is lost, the next call starts another, in which the run has to be opened again. */
export class EngineClient {
  /** The run's text as the engine told it last: it outlives the engine. */
  script = "";
  /** Whether a call has been under way for long, and at which event it was seen last. */
  busy: { at: number | undefined } | null = null;

  private worker: Starting | undefined;
  private started = false;
  private waiting = new Map<number, Waiting>();
  /** Those of them that are answered beside the others, and tell nothing of how long these take. */
  private readonly aside = new Set<number>();
  private next = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listening: AbortController | undefined;

  constructor(
    /** Tells that it has become busy, or is no more, or is further on. */
    private readonly changed: () => void = () => undefined,
    /** Tells that the engine is lost. Calls that wait are rejected besides. */
    private readonly lost: (error: EngineLost) => void = () => undefined,
  ) {}

  async call<O extends Operation>(op: O, ...args: Operations[O]["args"]): Promise<Operations[O]["result"]> {
    const worker = (this.worker ??= this.start());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, op, args });
      if (ASIDE.has(op)) this.aside.add(id);
      else if (this.under === 1) this.watch();
    });
  }

  /** How many calls are under way, one after the other. */
  private get under(): number {
    return this.waiting.size - this.aside.size;
  }

  /** Ends what is under way: kindly, so that the run stays where it is; or else with the engine. */
  async halt(): Promise<void> {
    const { worker } = this;
    const under = [...this.waiting.keys()];
    if (!worker || under.length === 0) return;
    worker.postMessage({ halt: true });
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    if (this.worker === worker && under.some((id) => this.waiting.has(id)))
      this.lose(new EngineLost("You stopped the work. It did not end by itself, so the engine was ended with it."));
  }

  /** Ends the worker. A later call starts a new one, with no run. */
  stop(reason: Error = new EngineHalted("The engine was stopped.")): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.started = false;
    this.listening?.abort();
    const left = [...this.waiting.values()];
    this.waiting.clear();
    this.aside.clear();
    this.watch();
    for (const { reject } of left) reject(reason);
  }

  private lose(error: EngineLost): void {
    this.stop(error);
    this.lost(error);
  }

  private start(): Starting {
    const name = `consensus-playground ${Math.random()}`;
    const worker: Starting = new Starting(
      name,
      (response) => {
        if (worker !== this.worker) return;
        if ("started" in response && response.held) void this.listen(name, worker);
        this.settle(response);
      },
      (why, began) => {
        if (worker !== this.worker) return;
        if (began && this.started) this.lose(new EngineLost(`The engine broke down: ${why}`));
        else this.stop(new EngineFailed(why));
      },
    );
    return worker;
  }

  /** A worker that is ended from outside says nothing, but the lock that it holds is free then. */
  private async listen(name: string, worker: Starting): Promise<void> {
    const { signal } = (this.listening = new AbortController());
    try {
      await navigator.locks.request(name, { signal }, () => undefined);
    } catch {
      return;
    }
    if (this.worker === worker)
      this.lose(new EngineLost("The engine is gone: the browser ended it, perhaps for lack of memory."));
  }

  private settle(response: Response): void {
    if ("started" in response) {
      this.started = true;
      return this.watch();
    }
    if ("at" in response) {
      if (this.busy) this.busy = { at: response.at };
      return this.changed();
    }
    if ("script" in response && response.script !== undefined) this.script = response.script;
    const waiting = this.waiting.get(response.id);
    if (!waiting) return;
    this.waiting.delete(response.id);
    if (!this.aside.delete(response.id)) this.watch();
    if (response.ok) waiting.resolve(response.value as never);
    else if ("error" in response) waiting.reject(new EngineError(response.error));
    else if ("halted" in response) waiting.reject(new EngineHalted("The work was stopped."));
    else if ("failed" in response) {
      const failed = new EngineFailed(response.failed);
      this.stop(failed);
      waiting.reject(failed);
    } else {
      const lost = new EngineLost(capital(response.panic));
      this.lose(lost);
      waiting.reject(lost);
    }
  }

  /** Looks at how long the oldest call takes. While the engine is being loaded there is nothing to stop. */
  private watch(): void {
    clearTimeout(this.timer);
    if (this.under > 0 && this.started)
      this.timer = setTimeout(() => {
        this.busy = { at: undefined };
        this.changed();
      }, STOP_AFTER);
    if (!this.busy) return;
    this.busy = null;
    this.changed();
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
