/** A person's attempt, as the platform keeps it: score, status, and what they wrote. */
import type { Call, Lms } from "./lms.ts";
import { pack, unpack } from "./packed.ts";

/** What is to be kept: a first line that always fits, and below it the work itself. */
export interface Work {
  solved: number;
  tasks: number;
  /** One line, a comment in the language of what follows, so that the whole is a file that can be checked. */
  head: string;
  body: string;
}

/** What became of it. `whole`, `packed` or only the `head` are kept; `refused` is what the platform says against it. */
export interface Kept {
  how: "whole" | "packed" | "head";
  /** How many characters it has, and how many the platform keeps. */
  length: number;
  room: number;
  refused: string;
}

const PACKED = "packed:";

/** Changes that come together are sent together, some of them while somebody types. */
const PATIENCE = 800;

export class Session {
  private readonly begun = performance.now();
  private last: Work | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  private constructor(
    private readonly lms: Lms,
    private readonly told: (kept: Kept) => void,
    /** Whether it is passed; it stays so. */
    private passed: boolean,
    /** The highest score so far, of 100. */
    private best: number,
  ) {}

  /** Begins a session, or rejects with what the platform says. `told` hears what became of each change. */
  static begin(lms: Lms, told: (kept: Kept) => void): Session {
    if (lms.call("Initialize", "") !== "true") throw new Error(lms.error() || "Initialize");
    const old = lms.version === "1.2";
    const passed = lms.call("GetValue", old ? "cmi.core.lesson_status" : "cmi.success_status") === "passed";
    const score = Number(lms.call("GetValue", `${old ? "cmi.core" : "cmi"}.score.raw`));
    const session = new Session(lms, told, passed, Number.isFinite(score) ? score : 0);
    addEventListener("pagehide", () => session.end());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void session.send());
    return session;
  }

  /** What was kept the last time: the head's line, and the work where it was kept. */
  async kept(): Promise<{ head: string; body: string }> {
    const text = this.lms.call("GetValue", "cmi.suspend_data");
    const [head = "", ...rest] = text.split("\n");
    const body = rest.join("\n");
    if (!body.startsWith(PACKED)) return { head, body };
    return { head, body: await unpack(body.slice(PACKED.length)).catch(() => "") };
  }

  /** Keeps and reports, at once where `now` holds, else soon. */
  report(work: Work, now: boolean): void {
    this.last = work;
    clearTimeout(this.timer);
    if (now) void this.send();
    else this.timer = setTimeout(() => void this.send(), PATIENCE);
  }

  private async send(): Promise<void> {
    const work = this.last;
    if (!work || this.over) return;
    this.last = undefined;
    clearTimeout(this.timer);
    this.score(work);
    const { room } = this.lms;
    const whole = `${work.head}\n${work.body}`;
    let [how, text]: [Kept["how"], string] = ["whole", whole];
    if (whole.length > room) {
      [how, text] = ["packed", `${work.head}\n${PACKED}${await pack(work.body)}`];
      if (text.length > room) [how, text] = ["head", `${work.head}\n`];
    }
    // While it was packed, something newer may have come, or the page may have gone.
    if (this.last || this.over) return;
    const refused = [this.set("cmi.suspend_data", text), this.commit()].find((said) => said !== "") ?? "";
    this.told({ how, length: whole.length, room, refused });
  }

  private score({ solved, tasks }: Work): void {
    const share = tasks > 0 ? solved / tasks : 0;
    this.best = Math.max(this.best, Math.round(100 * share));
    this.passed ||= tasks > 0 && solved === tasks;
    const { best, passed } = this;
    if (this.lms.version === "1.2") {
      this.set("cmi.core.score.min", "0");
      this.set("cmi.core.score.max", "100");
      this.set("cmi.core.score.raw", String(best));
      this.set("cmi.core.lesson_status", passed ? "passed" : "incomplete");
      this.set("cmi.core.exit", "suspend");
      return;
    }
    this.set("cmi.score.min", "0");
    this.set("cmi.score.max", "100");
    this.set("cmi.score.raw", String(best));
    this.set("cmi.score.scaled", String(best / 100));
    this.set("cmi.progress_measure", String(best / 100));
    this.set("cmi.completion_status", passed ? "completed" : "incomplete");
    if (passed) this.set("cmi.success_status", "passed");
    this.set("cmi.exit", "suspend");
  }

  private set(name: string, value: string): string {
    return this.done("SetValue", name, value);
  }

  private commit(): string {
    return this.done("Commit", "");
  }

  private done(call: Call, ...parameters: string[]): string {
    return this.lms.call(call, ...parameters) === "true"
      ? ""
      : this.lms.error() || `${call} ${parameters[0] ?? ""}`.trim();
  }

  /** The page goes. What was done since is kept unless it has to be packed first, which takes a turn that there is not. */
  private end(): void {
    if (this.over) return;
    const { last, lms } = this;
    if (last) {
      this.score(last);
      const whole = `${last.head}\n${last.body}`;
      if (whole.length <= lms.room) this.set("cmi.suspend_data", whole);
    }
    const seconds = Math.round((performance.now() - this.begun) / 1_000);
    if (lms.version === "1.2") this.set("cmi.core.session_time", clock(seconds));
    else this.set("cmi.session_time", `PT${seconds}S`);
    this.over = true;
    this.commit();
    lms.call("Terminate", "");
  }
}

/** A CMITimespan: `0001:02:03`. */
function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(Math.floor(seconds / 3_600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
