/** Long work in slices: between them the worker hears that it is to stop, and tells how far it is. */

/** How long one slice is to last, in milliseconds. */
const SLICE = 12;
/** How many ticks the first slice takes, and how many one takes at most. */
const FEWEST = 64;
const MOST = 1 << 16;

/** Ends the work under way where the person has asked for that. */
export class Halt {
  asked = false;

  constructor(
    /** Is told now and then at which event the work is. */
    private readonly tell: (event: number) => void,
  ) {}

  /**
   * Works until `work`, which is given a number of ticks, has no more to do, or until `deadline` (as of
   * `performance.now()`), or until it is asked to stop.
   */
  async slices(work: (ticks: number) => { more: boolean; event: number }, deadline = Infinity): Promise<void> {
    let ticks = FEWEST;
    for (;;) {
      const before = performance.now();
      const { more, event } = work(ticks);
      const now = performance.now();
      if (!more || now >= deadline) return;
      if (now - before < SLICE / 2) ticks = Math.min(MOST, ticks * 2);
      else if (now - before > SLICE) ticks = Math.max(1, ticks >> 1);
      if (await this.breathe(event)) return;
    }
  }

  /** Lets messages in; whether the work is to end. */
  async breathe(event: number): Promise<boolean> {
    this.tell(event);
    await nextTurn();
    return this.asked;
  }
}

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Timers would wait for milliseconds. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });
}
