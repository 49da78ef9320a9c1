/** A search for a schedule, in a worker that does nothing else: on and on in slices, as the page asks for them. */
import { ScheduleSearch } from "../wasm/consensus_playground.js";
import type { Quest, Searched } from "./protocol.ts";
import type { Halt } from "./slices.ts";

export class Searching {
  private search: ScheduleSearch | undefined;

  constructor(private readonly halt: Halt) {}

  /** Begins one; gives its bounds in words. */
  begin({ text, strategy, wanted, bounds, seed, worker, workers }: Quest): string {
    this.search?.free();
    this.search = undefined;
    this.search = new ScheduleSearch(text, strategy, wanted, bounds, seed, worker, workers);
    return this.search.bounds();
  }

  /** Goes on for about so many milliseconds, and says how far it is. */
  async on(ms: number): Promise<Searched> {
    const { search } = this;
    if (!search) throw new Error("No search has begun yet.");
    let progress = search.runFor(0);
    await this.halt.slices((steps) => {
      progress = search.runFor(steps);
      return { more: progress.phase === "searching" || progress.phase === "shrinking", event: 0 };
    }, performance.now() + ms);
    return { progress, walk: search.walk(), text: search.found(), sentence: search.sentence() };
  }
}
