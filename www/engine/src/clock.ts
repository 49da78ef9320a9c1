/** Turns real time into virtual time, a piece for each picture, so that a run is the same at any frame rate. */

/** Longest piece of real time, in ms, that one picture may stand for: a background tab must not jump. */
const LONGEST = 100;

/** What the clock drives. */
export interface Driven {
  readonly playing: boolean;
  /** Whether anybody can see the picture; while not, time stands still. */
  readonly visible: boolean;
  /** So much real time has passed, in ms. */
  advance(ms: number): Promise<void>;
}

export class Clock {
  private handle = 0;
  private before = 0;
  private left = 0;
  private busy = false;

  constructor(private readonly driven: Driven) {}

  /** Begins to measure anew: what passed until now does not count. */
  forget(): void {
    this.before = this.left = 0;
  }

  /** Goes on as soon as there is a picture to draw, if it plays and is seen. */
  schedule(): void {
    if (!this.driven.playing || !this.driven.visible || this.handle) return;
    this.handle = requestAnimationFrame((time) => {
      this.handle = 0;
      void this.tick(time);
    });
  }

  private async tick(time: number): Promise<void> {
    const passed = this.before ? time - this.before : 0;
    this.before = time;
    this.left = Math.min(this.left + passed, LONGEST);
    this.schedule();
    if (this.busy || !this.driven.playing || this.left <= 0) return;
    const { left } = this;
    this.left = 0;
    this.busy = true;
    try {
      await this.driven.advance(left);
    } finally {
      this.busy = false;
    }
  }
}
