/**
 * Speaks to screen readers through one polite live region an element, and lets only one playground on a page speak
 * at a time: the one that was last used.
 */
let speaker: Announcer | undefined;

export class Announcer {
  constructor(private readonly region: () => HTMLElement | null) {
    speaker ??= this;
  }

  /** This playground is the one in use. */
  claim(): void {
    speaker = this;
  }

  release(): void {
    if (speaker === this) speaker = undefined;
  }

  say(text: string): void {
    const region = this.region();
    speaker ??= this;
    if (speaker === this && region && region.textContent !== text) region.textContent = text;
  }
}
