/** What a person has written and solved: kept in the browser where storage is allowed, else as long as the page is open. */
import type { Language, Solution, TaskNumber } from "../types.ts";
import { GIVEN } from "../grader/tasks.ts";

const KEY = "consensus-playground:challenge:1";
/** Most letters of a solution: far more than the exercise needs, far less than a link or the storage takes. */
export const MOST_LETTERS = 100_000;

interface Kept {
  language: Language;
  codes: Record<Language, string>;
  solved: TaskNumber[];
}

/** Tells of each change by the event `change`. */
export class Store extends EventTarget {
  language: Language = "python";
  readonly codes: Record<Language, string> = { ...GIVEN };
  readonly solved = new Set<TaskNumber>();
  /** Whether what is here outlives the page. */
  kept = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.read();
  }

  get code(): string {
    return this.codes[this.language];
  }

  get solution(): Solution {
    return { language: this.language, code: this.code };
  }

  /** Takes a solution over, as from the editor. */
  write({ language, code }: Solution): void {
    this.language = language;
    this.codes[language] = code.slice(0, MOST_LETTERS);
    this.changed();
  }

  choose(language: Language): void {
    this.language = language;
    this.changed();
  }

  solve(tasks: readonly TaskNumber[]): void {
    for (const task of tasks) this.solved.add(task);
    this.changed();
  }

  forget(): void {
    this.solved.clear();
    this.changed();
  }

  /** Writes at once what is waiting to be written. */
  flush(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const { language, codes } = this;
    try {
      localStorage.setItem(KEY, JSON.stringify({ language, codes, solved: [...this.solved] } satisfies Kept));
      this.kept = true;
    } catch {
      // A sandboxed frame has no storage, and a full one takes nothing. The page says that it keeps nothing.
      this.kept = false;
    }
  }

  private changed(): void {
    this.timer ??= setTimeout(() => this.flush(), 300);
    this.dispatchEvent(new Event("change"));
  }

  /** What is stored may be of another version, or somebody else's: everything is checked. */
  private read(): void {
    let kept: unknown;
    try {
      kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    } catch {
      this.kept = false;
      return;
    }
    if (typeof kept !== "object" || kept === null) return;
    const { language, codes, solved } = kept as { [name in keyof Kept]?: unknown };
    if (language === "python" || language === "javascript") this.language = language;
    for (const one of ["python", "javascript"] as const) {
      const code = (codes as Record<string, unknown> | undefined)?.[one];
      if (typeof code === "string") this.codes[one] = code.slice(0, MOST_LETTERS);
    }
    if (Array.isArray(solved)) for (const task of TASK_NUMBERS) if (solved.includes(task)) this.solved.add(task);
  }
}

export const TASK_NUMBERS: readonly TaskNumber[] = [1, 2, 3, 4, 5];
