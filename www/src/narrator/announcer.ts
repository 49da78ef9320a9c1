/**
 * Speaks to screen readers through one polite live region an element, and lets only one playground on a page speak
 * at a time: the one that was last used.
 */
export class Announcer {
  private static speaker: Announcer | undefined;

  constructor(private readonly region: () => HTMLElement | null) {}

  /** This playground is the one in use. */
  claim(): void {
    Announcer.speaker = this;
  }

  release(): void {
    if (Announcer.speaker === this) Announcer.speaker = undefined;
  }

  say(text: string): void {
    const region = this.region();
    Announcer.speaker ??= this;
    if (Announcer.speaker === this && region && region.textContent !== text) region.textContent = text;
  }
}
