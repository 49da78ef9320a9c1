/** A run of which a host page shows a part: from one place to another. */
import { Run } from "@consensus-playground/engine/run.ts";
import type { Place } from "./given.ts";

/** Up to when a run is carried out at most where an event is waited for, in virtual microseconds; and an event that none reaches. */
const LATEST = 3_600_000_000;
const NO_EVENT = 2_000_000;

export interface Bounds {
  /** The scenario that a part is shown of. Others are shown as they are. */
  text: string;
  from: Place | undefined;
  to: Place | undefined;
}

export class Excerpt extends Run {
  private bounds: Bounds | undefined;

  constructor() {
    super();
    this.addEventListener("frame", () => {
      if (this.playing && this.over) void this.rests();
    });
  }

  /** Shows a part of the scenario that is open; where it is opened anew, from where the part begins. */
  bound(bounds: Bounds): void {
    this.bounds = bounds;
  }

  /** Opens a part of a scenario, at its beginning. */
  async openPart(bounds: Bounds): Promise<boolean> {
    this.bound(bounds);
    return this.open(bounds.text);
  }

  override async open(text: string): Promise<boolean> {
    const from = text === this.bounds?.text ? this.bounds.from : undefined;
    if (!from) return super.open(text);
    return this.openAt(text, from.event ?? NO_EVENT, from.time ?? LATEST);
  }

  /** At the end of the part, it plays from its beginning again. */
  override play(): void {
    if (this.over) void this.restart().then((opened) => opened && super.play());
    else super.play();
  }

  override async step(): Promise<void> {
    if (!this.over) await super.step();
  }

  override async nextMilestone(): Promise<void> {
    if (this.over) return;
    await super.nextMilestone();
    if (this.over) await this.rests();
  }

  /** Where the part ends; `undefined` where it goes on as the run does. */
  private get to(): Place | undefined {
    return this.bounds?.text === this.text ? this.bounds.to : undefined;
  }

  private get over(): boolean {
    const { to, frame } = this;
    if (!to || !frame) return false;
    return to.event === undefined ? frame.now >= (to.time ?? Infinity) : this.event >= to.event;
  }

  /** Rests at the end of the part, also where the pace went past it. */
  private async rests(): Promise<void> {
    const { to } = this;
    this.pause();
    if (to?.event !== undefined) await this.seek(to.event);
    else if (to?.time !== undefined) await this.seekTime(to.time);
    this.emit("finish");
  }
}
