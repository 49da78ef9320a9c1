/** Turns real time into virtual time, a piece for each picture, so that a run is the same at any frame rate. */

/** Longest piece of real time, in ms, that one picture may stand for: a background tab must not jump. */
const LONGEST = 100;

/** What the clock drives. */
export interface Driven {
  readonly playing: boolean;
  /** Whether anybody can see the picture; while not, time stands still. */
  readonly visible: boolean;
  /** Virtual time over real time. */
  readonly speed: number;
  /** Advances virtual time by whole microseconds. */
  advance(microseconds: number): Promise<void>;
}

export class Clock {
  private handle = 0;
  private before = 0;
  private left = 0;
  private busy = false;

  constructor(private readonly driven: Driven) {}

  /** Begins to measure anew: what passed until now does not count. */
  forget(): void {
    this.before = 0;
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
    const { speed } = this.driven;
    const passed = this.before ? Math.min(time - this.before, LONGEST) : 0;
    this.before = time;
    this.left = Math.min(this.left + passed * 1000 * speed, Math.max(LONGEST * 1000 * speed, 1));
    this.schedule();
    const whole = Math.floor(this.left);
    if (this.busy || !this.driven.playing || whole < 1) return;
    this.left -= whole;
    this.busy = true;
    try {
      await this.driven.advance(whole);
    } finally {
      this.busy = false;
    }
  }
}
