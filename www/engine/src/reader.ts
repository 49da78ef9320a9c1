/** What is fetched to be read, beside the frame that is drawn: the sentence for an event, and the record round it. */
import type { Operation, Operations, Record } from "./protocol.ts";
import type { EventView, Explanation, Frame } from "./types.ts";

const EVENTS_BEFORE = 400;
const EVENTS_SHOWN = 700;
const MESSAGES_BEFORE = 600;
const MESSAGES_SHOWN = 900;

/** Whom the reader reads for: a run. */
interface Reading {
  readonly playing: boolean;
  /** The number of the event at hand. */
  readonly event: number;
  readonly frame: Readonly<Frame> | undefined;
  guard<O extends Operation>(op: O, ...args: Operations[O]["args"]): Promise<Operations[O]["result"] | undefined>;
}

export class Reader {
  explanation: Explanation | undefined;
  record: Record = { events: [], messages: [] };

  private explained = { event: -1, at: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private generation = 0;

  constructor(
    private readonly run: Reading,
    /** Tells that something was fetched; a new record is drawn, too. */
    private readonly fetched: (drawn: boolean) => void,
  ) {}

  /** Another run begins: what is still under way belongs to the one before. */
  begin(): void {
    this.generation += 1;
    this.explanation = undefined;
    this.forget();
    this.record = { events: [], messages: [] };
  }

  /** The event at hand may be another one of the same number. */
  forget(): void {
    this.explained = { event: -1, at: 0 };
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Fetches the sentence: at rest for the event at hand, in motion for milestones, at most three a second. */
  explain(milestone: EventView | undefined): void {
    const { playing } = this.run;
    const event = playing ? milestone?.id : this.run.event;
    const now = performance.now();
    if (event === undefined || event === this.explained.event) return;
    if (playing && now - this.explained.at < 350) return;
    this.explained = { event, at: now };
    if (event < 1) {
      this.explanation = undefined;
      return;
    }
    const { generation } = this;
    void this.run.guard("explain", event).then((explanation) => {
      if (!explanation || generation !== this.generation) return;
      this.explanation = explanation;
      this.fetched(false);
    });
  }

  /** Fetches the record around the event at hand, for the timeline and the lists. */
  refresh(): void {
    if (this.timer !== undefined || !this.run.frame) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.fetch();
      },
      this.run.playing ? 150 : 0,
    );
  }

  private async fetch(): Promise<void> {
    const { frame } = this.run;
    if (!frame) return;
    const { generation } = this;
    const [event, message] = [frame.event - EVENTS_BEFORE, frame.counts.messages - MESSAGES_BEFORE];
    const record = await this.run.guard(
      "record",
      Math.max(1, event),
      EVENTS_SHOWN,
      Math.max(1, message),
      MESSAGES_SHOWN,
    );
    if (!record || generation !== this.generation) return;
    this.record = record;
    this.fetched(true);
  }
}
