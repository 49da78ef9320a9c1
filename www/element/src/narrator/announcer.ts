import { say } from "../language/language.ts";
/** How long a word in motion stands before the next, in milliseconds; and how many sentences one has at most. */
const PAUSE = 1500;
const MOST = 4;

/**
 * Speaks to screen readers through one polite live region an element, and lets only one playground on a page speak
 * at a time: the one that was last used.
 */
export class Announcer {
  private static speaker: Announcer | undefined;

  private waiting: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private spoke = -Infinity;

  constructor(private readonly region: () => HTMLElement | null) {}

  /** This playground is the one in use. */
  claim(): void {
    Announcer.speaker = this;
  }

  release(): void {
    if (Announcer.speaker === this) Announcer.speaker = undefined;
    this.forget();
  }

  /** What was said belongs to something that is no longer there. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
    this.region()?.replaceChildren();
  }

  /** Says it together with what waits: at once, or in motion when there was time to hear what was said before. */
  say(sentences: readonly string[], inMotion: boolean): void {
    for (const sentence of sentences) if (!this.waiting.includes(sentence)) this.waiting.push(sentence);
    if (this.waiting.length === 0 || (inMotion && this.timer !== undefined)) return;
    clearTimeout(this.timer);
    const wait = inMotion ? Math.max(0, this.spoke + PAUSE - performance.now()) : 0;
    if (wait > 0) this.timer = setTimeout(() => this.speak(), wait);
    else this.speak();
  }

  private speak(): void {
    this.timer = undefined;
    const left = this.waiting.length - MOST;
    const told = left > 0 ? [...this.waiting.slice(0, MOST - 1), say("news.more", { count: left + 1 })] : this.waiting;
    this.waiting = [];
    this.spoke = performance.now();
    const text = told.join(" ");
    const region = this.region();
    Announcer.speaker ??= this;
    if (Announcer.speaker === this && region && region.textContent !== text) region.textContent = text;
  }
}
