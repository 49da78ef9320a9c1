/**
 * What a person has written and solved: kept in the browser where storage is allowed, else as long as the page is open.
 *
 * Nothing that a person wrote is ever replaced for good. Code that came with a link is shown beside their own. Code that
 * something else takes the place of is set aside, and can be brought back. Each value is stored by itself, and only when
 * it changed, so that two tabs don't overwrite each other; what one tab stores, the other takes over.
 */
import { isShared, keeping } from "@consensus-playground/element/page/keeping.ts";
import type { Language, Solution, TaskNumber } from "../types.ts";
import { GIVEN } from "../grader/tasks.ts";

export const KEY = "consensus-playground:challenge:2:";
/** All values in one text, as earlier versions of the page stored them. It is read where there is nothing newer. */
const OLD_KEY = "consensus-playground:challenge:1";
/** Most letters of a solution: far more than the exercise needs, far less than a link or the storage takes. */
export const MOST_LETTERS = 100_000;
/** Versions that are set aside in a language, and all their letters: the oldest give way. */
const MOST_ASIDE = 10;
const MOST_ASIDE_LETTERS = 300_000;

export const LANGUAGES = ["python", "javascript"] as const;
export const TASK_NUMBERS: readonly TaskNumber[] = [1, 2, 3, 4, 5];

/** What took the place of the code that was set aside. */
export type Reason = "link" | "tab" | "restart" | "solution" | "exchange";
const REASONS: readonly Reason[] = ["link", "tab", "restart", "solution", "exchange"];

/** An earlier version of a person's code. */
export interface Aside {
  code: string;
  why: Reason;
}

type Name = "language" | "solved" | Language | `${Language}:aside`;

/** Tells of each change by the event `change`. */
export class Store extends EventTarget {
  /** What came with a link, and whether it is shown in the place of the person's own code. */
  lent: Solution | undefined;
  showsLent = false;
  readonly solved = new Set<TaskNumber>();
  readonly codes: Record<Language, string> = { ...GIVEN };
  readonly aside: Record<Language, readonly Aside[]> = { python: [], javascript: [] };
  /** Whether what is here outlives the page. */
  kept = true;
  private chosen: Language = "python";
  /** What the storage holds as far as this tab knows: what differs from that, another tab has written. */
  private readonly stored: Record<Language, string | null> = { python: null, javascript: null };
  /** What this tab itself has stored last, until it takes over what another has. */
  private readonly written: Partial<Record<Language, string>> = {};
  private readonly waiting = new Set<Name>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.read();
  }

  get language(): Language {
    return this.showsLent && this.lent ? this.lent.language : this.chosen;
  }

  get code(): string {
    return this.showsLent && this.lent ? this.lent.code : this.codes[this.chosen];
  }

  /** What is in the editor: the person's own code, or what came with a link. */
  get solution(): Solution {
    return { language: this.language, code: this.code };
  }

  /** Hears of other tabs from now on. */
  listen(): void {
    if (!isShared()) return;
    window.addEventListener("storage", this.heard);
    window.addEventListener("pageshow", this.returned);
  }

  deafen(): void {
    window.removeEventListener("storage", this.heard);
    window.removeEventListener("pageshow", this.returned);
  }

  // --- code of a link ------------------------------------------------------------------------------------------

  /** Shows code that came with a link. It is stored when it is edited or adopted, and not before. */
  lend({ language, code }: Solution): void {
    this.lent = { language, code: code.slice(0, MOST_LETTERS) };
    this.showsLent = this.lent.code !== this.codes[language];
    if (!this.showsLent) [this.lent, this.chosen] = [undefined, language];
    this.changed();
  }

  /** Shows the link's code, or the person's own. */
  show(lent: boolean): void {
    this.showsLent = lent && this.lent !== undefined;
    this.changed();
  }

  /** Makes the link's code the person's own. */
  adopt(): void {
    if (this.showsLent && this.lent) this.replace(this.lent.code, "link");
  }

  // --- the person's own code -----------------------------------------------------------------------------------

  /** Takes over what was typed into the editor. */
  edit(code: string): void {
    if (this.showsLent) this.replace(code, "link");
    else this.write(this.chosen, code);
  }

  /** Puts other code in the place of the person's own, which is set aside. */
  replace(code: string, why: Reason): void {
    const { language } = this;
    if (this.codes[language] !== code) this.setAside(language, this.codes[language], why);
    if (this.showsLent) this.lent = undefined;
    this.showsLent = false;
    if (this.chosen !== language) this.choose(language);
    this.write(language, code);
  }

  /** Brings a version back that was set aside, and sets the present one aside. */
  bringBack({ code }: Aside): void {
    const { language } = this;
    this.aside[language] = this.aside[language].filter((one) => one.code !== code);
    this.save(`${language}:aside`);
    this.replace(code, this.showsLent ? "link" : "exchange");
  }

  choose(language: Language): void {
    this.showsLent = false;
    this.chosen = language;
    this.save("language");
  }

  /** Notes tasks as done. */
  solve(tasks: readonly TaskNumber[]): void {
    for (const task of tasks) this.solved.add(task);
    this.save("solved");
  }

  private write(language: Language, code: string): void {
    this.codes[language] = code.slice(0, MOST_LETTERS);
    this.save(language);
  }

  /** Code that nobody wrote need not be kept. */
  private setAside(language: Language, code: string, why: Reason): void {
    if (code.trim() === "" || code === GIVEN[language]) return;
    this.aside[language] = bounded([{ code, why }, ...this.aside[language]]);
    this.save(`${language}:aside`);
  }

  // --- storage -------------------------------------------------------------------------------------------------

  private save(name: Name): void {
    this.waiting.add(name);
    this.timer ??= setTimeout(() => this.flush(), 300);
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Writes at once what is waiting to be written. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.size === 0) return;
    try {
      // Code last: where another tab's is in the way, that is set aside first.
      for (const language of LANGUAGES) if (this.waiting.has(language)) this.yieldTo(language);
      for (const name of [...this.waiting].sort((a, b) => Number(isCode(a)) - Number(isCode(b)))) {
        keeping().setItem(KEY + name, this.text(name));
        if (isCode(name)) this.stored[name] = this.written[name] = this.codes[name];
        this.waiting.delete(name);
      }
      this.kept = true;
    } catch {
      // A sandboxed frame has no storage, and a full one takes nothing. The page says that it keeps nothing.
      this.kept = false;
      this.changed();
    }
  }

  /** Another tab may have stored code that this one has not heard of: it is set aside, not overwritten. */
  private yieldTo(language: Language): void {
    const there = keeping().getItem(KEY + language);
    if (there === null || there === this.stored[language] || there === this.codes[language]) return;
    this.stored[language] = there;
    this.setAside(language, there, "tab");
  }

  private text(name: Name): string {
    if (name === "language") return this.chosen;
    if (isCode(name)) return this.codes[name];
    // Lists grow: what another tab has added stays.
    this.merge(name, keeping().getItem(KEY + name));
    if (name === "solved") return JSON.stringify([...this.solved]);
    return JSON.stringify(this.aside[name === "python:aside" ? "python" : "javascript"]);
  }

  private readonly heard = ({ key, oldValue, newValue }: StorageEvent): void => {
    if (!key?.startsWith(KEY) || newValue === null) return;
    const name = key.slice(KEY.length);
    if (isCode(name) && this.crosses(name, oldValue, newValue)) {
      this.stored[name] = newValue.slice(0, MOST_LETTERS);
      this.setAside(name, this.stored[name], "tab");
      this.save(name);
    } else {
      this.take(name, newValue);
    }
    this.changed();
  };

  /** Whether two tabs have stored code before either heard of the other's: one has then overwritten the other unseen. */
  private crosses(name: Language, before: string | null, after: string): boolean {
    const own = this.written[name];
    return own !== undefined && before !== own && after !== own;
  }

  /** A page that was put away by the browser has heard nothing meanwhile. */
  private readonly returned = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    this.read();
    this.changed();
  };

  /** Takes over what another tab has stored. What is being written here goes on, and yields when it is stored. */
  private take(name: string, text: string): void {
    if (isCode(name)) {
      if (this.waiting.has(name)) return;
      this.codes[name] = this.stored[name] = text.slice(0, MOST_LETTERS);
      delete this.written[name];
    } else if (name !== "language") {
      this.merge(name, text);
      // Tasks that were done here and that the other tab had not heard of, it has overwritten.
      const list = listOf(text);
      if (name === "solved" && [...this.solved].some((task) => !list.includes(task))) this.save(name);
    }
  }

  private merge(name: string, text: string | null): void {
    const list = listOf(text);
    if (name === "solved") for (const task of TASK_NUMBERS) if (list.includes(task)) this.solved.add(task);
    for (const language of LANGUAGES) {
      if (name !== `${language}:aside`) continue;
      this.aside[language] = bounded([...this.aside[language], ...list.filter(isAside)]);
    }
  }

  /** What is stored may be of another version, or somebody else's: everything is checked. */
  private read(): void {
    try {
      const old = oldOf(keeping().getItem(OLD_KEY));
      const language = keeping().getItem(`${KEY}language`) ?? old.language;
      if (isCode(language)) this.chosen = language;
      for (const one of LANGUAGES) {
        const code = keeping().getItem(KEY + one) ?? old.codes?.[one];
        if (typeof code === "string") this.take(one, code);
        this.merge(`${one}:aside`, keeping().getItem(`${KEY}${one}:aside`));
      }
      this.merge("solved", keeping().getItem(`${KEY}solved`) ?? JSON.stringify(old.solved));
    } catch {
      this.kept = false;
    }
  }
}

const isCode = (name: unknown): name is Language => name === "python" || name === "javascript";

function isAside(value: unknown): value is Aside {
  const { code, why } = (typeof value === "object" && value !== null ? value : {}) as {
    [name in keyof Aside]?: unknown;
  };
  return typeof code === "string" && REASONS.includes(why as Reason);
}

/** The newest come first; none is there twice. */
function bounded(list: readonly Aside[]): Aside[] {
  const found = new Map<string, Aside>();
  let letters = 0;
  for (const one of list) {
    if (found.has(one.code) || one.code.length > MOST_LETTERS) continue;
    letters += one.code.length;
    if (found.size === MOST_ASIDE || letters > MOST_ASIDE_LETTERS) break;
    found.set(one.code, { code: one.code, why: one.why });
  }
  return [...found.values()];
}

function listOf(text: string | null | undefined): unknown[] {
  const value = parsed(text);
  return Array.isArray(value) ? (value as unknown[]) : [];
}

interface Old {
  language?: unknown;
  codes?: { [name in Language]?: unknown };
  solved?: unknown;
}

function oldOf(text: string | null): Old {
  const { language, codes, solved } = (parsed(text) ?? {}) as Old;
  return { language, solved, codes: typeof codes === "object" && codes !== null ? codes : {} };
}

/** Damaged text counts as none. */
function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
