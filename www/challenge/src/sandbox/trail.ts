/** The lines that code goes through, told before each is carried out: where nothing more is heard, it is stuck. */
import type { FromWorker } from "./messages.ts";

/** So many lines are told one by one; of all others each that ends such a batch, for telling takes time. */
export const BATCH = 1_000;

export class Trail {
  private count = 0;

  /** Tells the batch of lines that follows the first `from` ones. */
  constructor(
    private readonly from: number,
    private readonly post: (message: FromWorker) => void,
  ) {}

  step(line: number): void {
    this.count += 1;
    const { count, from } = this;
    if ((count > from && count <= from + BATCH) || count % BATCH === 0) this.post({ step: { line, count } });
  }
}
