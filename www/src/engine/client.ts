/** The page's end of the worker: typed requests, answered in order. */
import EngineWorker from "./worker.ts?worker";
import type { Mistake, Operation, Operations, Response } from "./protocol.ts";

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

/** The engine broke (a panic in the wasm). `script` is the run so far; a new engine can open it. */
export class EnginePanic extends Error {
  readonly script: string;
  constructor(message: string, script: string) {
    super(message);
    this.name = "EnginePanic";
    this.script = script;
  }
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** One engine in one worker. After a panic it starts a new worker by itself; the run has to be opened again. */
export class EngineClient {
  private worker: Worker | undefined;
  private waiting = new Map<number, Waiting>();
  private next = 1;

  call<O extends Operation>(op: O, ...args: Operations[O]["args"]): Promise<Operations[O]["result"]> {
    const worker = (this.worker ??= this.start());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, op, args });
    });
  }

  /** Ends the worker. A later call starts a new one, with no run. */
  stop(reason: Error = new Error("The engine was stopped.")): void {
    this.worker?.terminate();
    this.worker = undefined;
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of left) reject(reason);
  }

  private start(): Worker {
    const worker = new EngineWorker();
    worker.addEventListener("message", (event: MessageEvent<Response>) => this.settle(event.data));
    worker.addEventListener("error", (event) => this.stop(new Error(`The engine did not start: ${event.message}`)));
    return worker;
  }

  private settle(response: Response): void {
    const waiting = this.waiting.get(response.id);
    if (!waiting) return;
    this.waiting.delete(response.id);
    if (response.ok) waiting.resolve(response.value as never);
    else if ("panic" in response) {
      const panic = new EnginePanic(response.panic, response.script);
      this.stop(panic);
      waiting.reject(panic);
    } else waiting.reject(new EngineError(response.error));
  }
}
