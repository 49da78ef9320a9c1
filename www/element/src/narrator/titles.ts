import type { Run } from "@consensus-playground/engine/run.ts";
import type { EventView } from "@consensus-playground/engine/types.ts";

/** Events by number: those of the record at hand, and others as they are asked for, one by one. */
export class Titles {
  private readonly known = new Map<number, EventView>();
  private readonly asked = new Set<number>();
  private of: unknown;

  constructor(private readonly changed: () => void) {}

  event(run: Run, id: number): EventView | undefined {
    // Another run, or another branch of it, has other events.
    if (this.of !== run.info) {
      this.of = run.info;
      this.known.clear();
      this.asked.clear();
    }
    const found = run.record.events.find((event) => event.id === id);
    if (found) return found;
    if (!this.asked.has(id)) {
      this.asked.add(id);
      void this.fetch(run, id);
    }
    return this.known.get(id);
  }

  private async fetch(run: Run, id: number): Promise<void> {
    const { info } = run;
    // A run that is being closed answers no more; then nobody reads the title either.
    const part = await run.client.call("record", id, 1, 1, 0).catch(() => undefined);
    const [event] = part?.events ?? [];
    if (!event || run.info !== info) return;
    this.known.set(id, event);
    this.changed();
  }
}
