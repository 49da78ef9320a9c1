/** A worker is started by the first way that works; what a page's policy forbids is heard, so that it can be told. */
import { ways } from "./files.ts";
import { wasmModule } from "./module.ts";
import type { Begin, Here, Response } from "./protocol.ts";
import { MISSING, whyNot } from "./why-not.ts";

/** The engine's worker as its client sees it. What is posted before it runs waits for it. */
export class Starting {
  private worker: Worker | undefined;
  private queue: unknown[] | undefined = [];
  private readonly left = [...ways];
  private forbidden: string | undefined;
  private ended = false;

  constructor(
    private readonly name: string,
    private readonly hear: (response: Response) => void,
    /** It broke down: `why` says how, where the browser does; `began`, whether it ever ran. */
    private readonly broke: (why: string, began: boolean) => void,
  ) {
    globalThis.addEventListener("securitypolicyviolation", this.forbid);
    const module = wasmModule();
    // Whoever reads it later is told, too.
    module.catch(() => undefined);
    queueMicrotask(() => this.next(module));
  }

  postMessage(message: unknown): void {
    if (this.queue) this.queue.push(message);
    else this.worker?.postMessage(message);
  }

  terminate(): void {
    this.ended = true;
    this.listenNoMore();
    this.worker?.terminate();
  }

  private readonly forbid = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    const lacks = blockedURI === "wasm-eval" ? ", which lacks `'wasm-unsafe-eval'`" : "";
    this.forbidden = `The content security policy of this page does not let the engine run (\`${effectiveDirective}\`${lacks}).`;
  };

  private listenNoMore(): void {
    globalThis.removeEventListener("securitypolicyviolation", this.forbid);
  }

  private next(module: Promise<WebAssembly.Module>): void {
    if (this.ended) return;
    const way = this.left.shift();
    // The browser tells of what it forbade a moment after it has done so.
    if (!way) return void setTimeout(() => this.fail(MISSING));
    try {
      this.listen(way(), module);
    } catch {
      this.next(module);
    }
  }

  private listen(worker: Worker, module: Promise<WebAssembly.Module>): void {
    let here = false;
    this.worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Response | Here>) => {
      if (!("here" in data)) return this.hear(data);
      here = true;
      void this.begin(worker, module);
    });
    worker.addEventListener("error", (event) => {
      if (this.ended || worker !== this.worker) return;
      if (here) return this.broke(event.message || MISSING, event.message !== "");
      event.preventDefault();
      worker.terminate();
      this.next(module);
    });
  }

  /** Gives the worker the wasm, and then what was asked meanwhile. */
  private async begin(worker: Worker, module: Promise<WebAssembly.Module>): Promise<void> {
    const { name } = this;
    try {
      worker.postMessage({ begin: { name, module: await module } } satisfies Begin);
    } catch (error) {
      console.warn(error);
      return void setTimeout(() => this.fail(whyNot(error)));
    }
    this.listenNoMore();
    for (const message of this.queue ?? []) worker.postMessage(message);
    this.queue = undefined;
  }

  private fail(why: string): void {
    if (this.ended) return;
    this.listenNoMore();
    this.broke(this.forbidden ?? why, false);
  }
}
