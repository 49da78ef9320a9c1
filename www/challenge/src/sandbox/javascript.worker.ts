/**
 * JavaScript in the sandbox: QuickJS, an interpreter in WebAssembly that has no browser around it.
 *
 * The person's code is there twice: as it is, for trials, and with the line of each `return` noted, for all else.
 */
import { newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from "quickjs-emscripten-core";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import harness from "../harness/harness.js?raw";
import probe from "../harness/probe.js?raw";
import { closeDoors } from "./doors.ts";
import { limitMemory } from "./limits.ts";
import { linesOf, noteLines, noteSteps, syntaxProblem } from "./syntax.ts";
import type { Boot, FromWorker, Operation, Request as Ask } from "./messages.ts";
import { Poll } from "./poll.ts";
import { Trail } from "./trail.ts";
import type { Problem } from "../types.ts";

/** What the interpreter lets its values take, in bytes. */
const MEMORY = 32 * 2 ** 20;
/** All of its WebAssembly memory: some values, as the bytes of an `ArrayBuffer`, it does not count. */
const WHOLE_MEMORY = 64 * 2 ** 20;
const STACK = 128 * 1024;
/** The interpreter asks every 10,000 calls or loops whether it shall go on. So 10 million. */
const LOOKS = 1_000;

const FILE = "my_agent.js";
const NAMES = ["VotingAgent", "ByzantineAgent", "measureRounds", "measure_rounds"];
const NAMED = `({ ${NAMES.map((name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`).join(", ")} })`;

const post = self.postMessage.bind(self) as (message: FromWorker) => void;

/** One copy of the code in a realm of its own. */
interface Realm {
  context: QuickJSContext;
  probe: QuickJSHandle;
  /** The person's classes and functions. */
  names: QuickJSHandle;
}

/** What was thrown, out of the interpreter. */
class Thrown extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

class Interpreter {
  private readonly runtime: QuickJSRuntime;
  private looks = 0;
  private source = "";
  /** A model's answers so far, as they came: JSON lists of pairs. */
  private readonly answers: string[] = [];
  private marked: Realm | undefined;
  private plain: Realm | undefined;
  private trail: Trail | undefined;
  private poll: Poll | undefined;

  constructor(private readonly quickjs: QuickJSWASMModule) {
    this.runtime = quickjs.newRuntime();
    this.runtime.setMemoryLimit(MEMORY);
    this.runtime.setMaxStackSize(STACK);
    this.runtime.setInterruptHandler(() => (this.looks += 1) > LOOKS && !this.trail);
  }

  restart(): void {
    this.looks = 0;
  }

  /** Each load comes to a fresh worker; so nothing is left of an earlier one. */
  load(source: string): string {
    this.source = source;
    const problem = syntaxProblem(source);
    if (problem) return said({ problem });
    const realm = (this.marked = this.realm(this.noted()));
    const printed = this.text(realm, this.call(realm, "takePrinted"));
    const kind = realm.context.typeof(realm.context.getProp(realm.names, "VotingAgent"));
    if (kind === "function") return said({ printed });
    return said({
      problem: { message: "ReferenceError: the code defines no class VotingAgent", kind: "runtime" },
      printed,
    });
  }

  /** From now on, each line is told before it runs: to find the one that never ends. */
  follow(trail: Trail): void {
    this.trail = trail;
    if (!this.marked) return;
    this.marked = this.realm(this.noted());
    this.call(this.marked, "takePrinted").dispose();
  }

  /** The code with its lines noted. */
  private noted(): string {
    return this.trail ? noteSteps(this.source) : noteLines(this.source);
  }

  /** Every realm learns a model's answers: those that are there, and those to come. */
  learn(text: string): string {
    this.answers.push(text);
    for (const realm of [this.marked, this.plain]) if (realm) this.teach(realm, text);
    return said({ value: null });
  }

  private teach({ context, probe: own }: Pick<Realm, "context" | "probe">, text: string): void {
    const given = context.newString(text);
    const method = context.getProp(own, "learn");
    try {
      this.value(context, context.callFunction(method, own, given)).dispose();
    } finally {
      method.dispose();
      given.dispose();
    }
  }

  answer(text: string): string {
    return this.ask(this.marked, "answer", text);
  }

  /** Trials run the code as it is. Where an answer was bad, the trial is run again with lines noted. */
  trials(text: string): string {
    const wanted = JSON.parse(text) as { from: number; count: number };
    let told: string;
    try {
      this.plain ??= this.realm(this.trail ? this.noted() : this.source);
      told = this.ask(this.plain, "trials", text);
    } catch (error) {
      if (!(error instanceof Thrown) || wanted.count > 1) throw error;
      this.restart();
      return this.ask(this.marked, "trials", text);
    }
    const { value } = JSON.parse(told) as { value?: { bad?: boolean; done: unknown[] } };
    if (!value?.bad) return told;
    const again = JSON.stringify({ ...wanted, from: wanted.from + value.done.length, count: 1 });
    const { value: seen } = JSON.parse(this.ask(this.marked, "trials", again)) as { value?: { problem?: Problem } };
    return said({ value: { ...value, problem: seen?.problem ?? { message: "an answer was none", kind: "answer" } } });
  }

  /** Sessions have a realm of their own each, so that nothing is left of other sessions. */
  session(text: string): string {
    return this.afresh((realm) => this.ask(realm, "session", text));
  }

  measure(text: string): string {
    const poll = (this.poll = new Poll(text));
    return poll.told(this.afresh((realm) => this.ask(realm, "measure", poll.text)));
  }

  lines(text: string): string {
    return said({ value: linesOf(this.source, JSON.parse(text) as string[]) });
  }

  private afresh(work: (realm: Realm) => string): string {
    const realm = this.realm(this.noted());
    try {
      this.call(realm, "takePrinted").dispose();
      return work(realm);
    } finally {
      for (const part of [realm.names, realm.probe, realm.context]) part.dispose();
    }
  }

  private realm(source: string): Realm {
    const context = this.runtime.newContext();
    const cast = context.newFunction("cast", (agent) =>
      this.poll?.vote(context.getNumber(agent)) ? context.true : context.false,
    );
    context.setProp(context.global, "__cast", cast);
    cast.dispose();
    for (const [name, text] of Object.entries({ "harness.js": harness, "probe.js": probe })) {
      this.value(context, context.evalCode(text, name)).dispose();
    }
    const own = context.getProp(context.global, "Probe");
    for (const answers of this.answers) this.teach({ context, probe: own }, answers);
    if (this.trail) this.tellSteps(context);
    this.value(context, context.evalCode(source, FILE)).dispose();
    const names = this.value(context, context.evalCode(NAMED, "names.js"));
    return { context, probe: own, names };
  }

  private tellSteps(context: QuickJSContext): void {
    const step = context.newFunction("__step", (line) => this.trail?.step(context.getNumber(line)));
    context.setProp(context.global, "__step", step);
    step.dispose();
  }

  private ask(realm: Realm | undefined, name: string, text: string): string {
    if (!realm) throw new Error("no code is loaded");
    const { context } = realm;
    const given = context.newString(text);
    try {
      return this.text(realm, this.call(realm, name, realm.names, given));
    } finally {
      given.dispose();
    }
  }

  private call(realm: Realm, name: string, ...given: QuickJSHandle[]): QuickJSHandle {
    const { context, probe: own } = realm;
    const method = context.getProp(own, name);
    try {
      return this.value(context, context.callFunction(method, own, ...given));
    } finally {
      method.dispose();
    }
  }

  private text({ context }: Realm, handle: QuickJSHandle): string {
    const text = context.getString(handle);
    handle.dispose();
    return text;
  }

  /** The line of the loop that ran last. */
  private loopOf(context: QuickJSContext): number | undefined {
    this.restart();
    const own = context.getProp(context.global, "Probe");
    const method = context.getProp(own, "loop");
    const result = context.callFunction(method, own);
    if (result.error) return undefined;
    return Number(context.getString(result.value)) || undefined;
  }

  private value(context: QuickJSContext, result: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle {
    if (!result.error) return result.value;
    const thrown: unknown = context.dump(result.error);
    result.error.dispose();
    // Without memory for an error, the interpreter throws null; and so can anybody. Memory that was taken is never given back.
    const full = this.quickjs.getWasmMemory().buffer.byteLength >= MEMORY;
    throw new Thrown(problemOf(thrown, thrown === null && full, () => this.loopOf(context)));
  }
}

/** A mistake that got out of the interpreter: by its top-level code, or because it was stopped. */
function problemOf(thrown: unknown, full: boolean, loopOf: () => number | undefined): Problem {
  const parts = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const [name, message, stack] = [parts.name, parts.message, parts.stack].map(word);
  const [, at] = /my_agent\.js:(\d+)/.exec(stack ?? "") ?? [];
  const line = lineOf(at);
  if (message === "interrupted") {
    return { message: "This takes too many steps: a loop that never ends?", kind: "time", ...lineOf(loopOf() ?? at) };
  }
  if (message === "out of memory" || full) {
    return { message: "The memory (32 MB) is used up.", kind: "memory", ...line };
  }
  if (message === "stack overflow" || /Maximum call stack/.test(message ?? "")) {
    return { message: "InternalError: a function calls itself without end.", kind: "runtime", ...line };
  }
  const text = parts.name === undefined ? `Uncaught ${word(thrown)}` : `${name}: ${message}`;
  return { message: text.slice(0, 500), kind: "runtime", ...line };
}

const word = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined"));
const lineOf = (at: string | number | undefined) => (at === undefined ? {} : { line: Number(at) });

const said = (result: object) => JSON.stringify({ printed: "", ...result });

let interpreter: Interpreter | undefined;

async function carryOut(message: Boot | Ask): Promise<void> {
  if (message.op === "boot") {
    const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule: message.module }));
    interpreter = new Interpreter(quickjs);
    limitMemory(WHOLE_MEMORY);
    closeDoors();
    post({ ready: true });
  } else if (interpreter) {
    interpreter.restart();
    if (message.follow !== undefined) interpreter.follow(new Trail(message.follow, post));
    post({ id: message.id, text: carry(interpreter, message.op, message.text) });
  }
}

function carry(own: Interpreter, op: Operation, text: string): string {
  try {
    return own[op](text);
  } catch (error) {
    if (error instanceof Thrown) return said({ problem: error.problem });
    throw error;
  }
}

self.onmessage = ({ data }: MessageEvent<Boot | Ask>) => {
  carryOut(data).catch((error: unknown) => {
    const broken = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    post({ broken, ...(data.op === "boot" ? {} : { id: data.id }) });
  });
};
