/** What a run asks of its engine, and what becomes of the run when the engine refuses, breaks down or is gone. */
import { EngineClient, EngineError, EngineFailed, EngineHalted, EngineLost } from "./client.ts";
import type { Operation, Operations } from "./protocol.ts";
import { Snapshot, type Problem } from "./snapshot.ts";

export type { Lost, Problem } from "./snapshot.ts";

/**
 * `frame`: something to draw. `change`: something to read (at most ten times a second while playing). `open`: another run
 * has begun.
 */
export type RunEvent =
  "open" | "frame" | "change" | "play" | "pause" | "milestone" | "violation" | "finish" | "problem" | "close";

/** What an engine without the run can be asked all the same. */
const WITHOUT_RUN: readonly Operation[] = [
  "library",
  "open",
  "arrive",
  "scene",
  "foretell",
  "readLesson",
  "checkLesson",
  "trials",
  "trialSetting",
  "usualBounds",
];

export class Asking extends Snapshot {
  readonly client = new EngineClient(
    () => this.changed(),
    (error) => this.lose(error),
  );
  private changeTimer: ReturnType<typeof setTimeout> | undefined;

  /** Asks the engine, and turns a refusal or a breakdown into the problem that the page shows. */
  async guard<O extends Operation>(
    op: O,
    ...args: Operations[O]["args"]
  ): Promise<Operations[O]["result"] | undefined> {
    // Without the run there is no answer, and no complaint: what happened is on the screen.
    if (this.lost && !WITHOUT_RUN.includes(op)) return undefined;
    try {
      return await this.client.call(op, ...args);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Asks for what only the run's engine knows; rejects where it is lost. */
  async ask<O extends Operation>(op: O, ...args: Operations[O]["args"]): Promise<Operations[O]["result"]> {
    if (this.lost) throw new Error(this.lost.message);
    return this.client.call(op, ...args);
  }

  /** The run as text, with what was done by hand. It is known without the engine, too. */
  async script(): Promise<string> {
    return this.lost ? this.lost.script : this.client.call("script");
  }

  /** Makes this the problem that the page shows; `null` for none. */
  report(problem: Problem | null): void {
    this.own.problem = problem;
    this.changed();
  }

  /** The person has read it. */
  dismiss(): void {
    this.own.problem = this.own.missing = null;
    this.own.notice = "";
    this.changed();
  }

  protected end(): void {
    clearTimeout(this.changeTimer);
    this.client.stop();
  }

  /** Loads a part of the page that is wanted only now. Where it can't be had, that is told, and can be tried again. */
  async part<T>(what: string, load: () => Promise<T>, retry: () => unknown): Promise<T | undefined> {
    const message = `A part of the page could not be loaded (${what}): a file is missing or the connection was lost.`;
    try {
      const loaded = await load();
      if (this.missing?.message === message) this.own.missing = null;
      this.changed();
      return loaded;
    } catch (error) {
      console.warn(error);
      // Who missed the same part first may have more to do with it.
      if (this.missing?.message !== message) this.own.missing = { message, retry };
      this.changed();
      return undefined;
    }
  }

  /** Makes an error the problem that the page shows. `refused`: what the person wanted can't be done, and nothing else is wrong. */
  fail(error: unknown, retry?: () => unknown, refused = false): void {
    if (error instanceof EngineHalted) return;
    if (error instanceof EngineLost) return this.lose(error);
    const { message } = error instanceof Error ? error : { message: String(error) };
    if (error instanceof EngineFailed && this.lost) this.own.lost = { ...this.lost, message };
    const { line, column } = error instanceof EngineError ? error : {};
    this.own.problem = {
      message,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(retry ? { retry } : {}),
      ...(refused && error instanceof EngineError ? { refused } : {}),
    };
    this.emit("problem");
    this.changed();
  }

  /** The engine is gone. What the page knows is kept: the text, and where it stood. */
  private lose({ message }: EngineLost): void {
    const { frame, client } = this;
    // A call that was under way tells of the same loss.
    if (this.problem?.gone && this.problem.message === message) return;
    if (frame) this.own.lost = { message, script: client.script, event: frame.event, time: frame.now };
    this.own.problem = { message, gone: true };
    this.emit("problem");
    this.changed();
  }

  /** Tells readers that something changed: at once at rest, ten times a second in motion. */
  protected changed(): void {
    if (this.changeTimer !== undefined) return;
    this.changeTimer = setTimeout(
      () => {
        this.changeTimer = undefined;
        this.emit("change");
      },
      this.playing ? 100 : 0,
    );
  }

  protected emit(type: RunEvent, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
