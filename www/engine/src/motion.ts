/** A run in motion: played, stepped, and gone to and fro in. */
import { Asking } from "./asking.ts";
import { Clock } from "./clock.ts";
import { MILESTONE_STEPS } from "./limits.ts";
import type { Moved, Record } from "./protocol.ts";
import { Reader } from "./reader.ts";
import type { Explanation, Frame } from "./types.ts";

export abstract class Motion extends Asking {
  protected readonly reader = new Reader(this, (drawn) => {
    if (drawn) this.emit("frame");
    this.changed();
  });
  /** A jump is under way: further presses don't wait behind it. */
  protected jumping = false;
  protected failures = 0;
  private readonly clock = new Clock(this);
  /** A part of a microsecond that has passed besides. */
  private left = 0;
  private seekTo: number | null = null;
  private seeking = Promise.resolve();
  /** The event that was gone to, where the picture shows the end of the moment that it belongs to. */
  private within: number | undefined;

  constructor() {
    super();
    this.addEventListener("problem", () => {
      if (!this.problem?.refused) this.pause();
    });
  }

  /**
   * The event at hand. Some events come in one moment and can't be shown apart, such as a request by hand and its arrival:
   * the frame shows the end of that moment, and the event at hand is the one that was asked for.
   */
  get event(): number {
    return this.within ?? this.frame?.event ?? 0;
  }

  /** The record around the event at hand. */
  get record(): Record {
    return this.reader.record;
  }

  /** Why the event at hand happened, once that is known. */
  get explanation(): Explanation | undefined {
    return this.reader.explanation;
  }

  play(): void {
    if (!this.frame || this.playing || this.lost) return;
    // In a manual network, only the script's own lines move anything.
    if (this.frame.manual && this.frame.finished) return;
    this.own.touched = true;
    this.setPlaying(true);
    this.clock.forget();
    this.clock.schedule();
  }

  /** Lets real time pass, in ms, as the clock wants it. */
  async advance(ms: number): Promise<void> {
    if (this.pace === "meaning") {
      const moved = await this.guard("pace", ms * this.tempo);
      this.own.repetition = this.playing ? moved?.repetition : undefined;
      this.moved(moved, false);
    } else {
      this.left += ms * 1000 * this.speed;
      const whole = Math.floor(this.left);
      if (whole < 1) return;
      this.left -= whole;
      this.moved(await this.guard("run", whole), false);
    }
    await this.attend();
  }

  pause(): void {
    this.setPlaying(false);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  async step(): Promise<void> {
    if (this.client.busy) return;
    this.pause();
    this.own.touched = true;
    const frame = this.frame;
    if (frame && this.event < frame.last) return this.seek(this.event + 1);
    this.moved(await this.guard("step"), false);
    await this.attend();
  }

  async stepBack(): Promise<void> {
    if (this.frame) await this.seek(Math.max(0, this.event - 1));
  }

  /** Goes to just after an event. While one seek is under way, only the last of further ones is carried out: all of them end with it. */
  async seek(event: number): Promise<void> {
    if (this.lost) return;
    this.pause();
    this.own.touched = true;
    // No number is equal to itself but one: with it, the loop below would never end.
    if (Number.isNaN(event)) return;
    const underWay = this.seekTo !== null;
    this.seekTo = event;
    if (!underWay) this.seeking = this.follow();
    await this.seeking;
  }

  private async follow(): Promise<void> {
    while (this.seekTo !== null) {
      const target: number = this.seekTo;
      const frame = await this.guard("seek", target);
      if (frame) this.apply(frame, true, target);
      if (this.seekTo === target) this.seekTo = null;
    }
  }

  /** Goes to the last event at or before a time, in virtual microseconds. */
  async seekTime(time: number): Promise<void> {
    const event = await this.guard("eventAt", time);
    if (event !== undefined) await this.seek(event);
  }

  nextMilestone(): Promise<void> {
    return this.jump(async () => {
      const { frame } = this;
      if (!frame) return;
      const known = this.record.events.find((event) => event.id > this.event && (event.milestone || event.violation));
      if (known && known.id <= frame.last) return this.seek(known.id);
      this.pause();
      this.own.touched = true;
      const { event } = this;
      if (frame.event < frame.last) await this.seek(frame.last);
      const moved = await this.guard("onward", MILESTONE_STEPS, event);
      if (!moved) return;
      if (moved.found || moved.tick.kind === "question") this.moved(moved, true);
      else {
        this.apply(moved.frame, true, event);
        this.own.notice =
          moved.reached > event
            ? `No milestone follows up to event ${moved.reached}. The run stays at event ${event}.`
            : "No milestone follows: nothing more happens by itself.";
      }
      await this.attend();
    });
  }

  previousMilestone(): Promise<void> {
    return this.jump(async () => {
      const before = this.event;
      for (let end = before; end > 1 && this.jumping; end -= 2000) {
        const from = Math.max(1, end - 2000);
        const part = await this.guard("record", from, end - from, 1, 0);
        const found = part?.events.findLast((event) => event.id < before && (event.milestone || event.violation));
        if (found) return this.seek(found.id);
      }
      if (this.jumping) await this.seek(0);
    });
  }

  private async jump(work: () => Promise<void>): Promise<void> {
    if (this.jumping || this.lost) return;
    this.jumping = true;
    try {
      await work();
    } finally {
      this.jumping = false;
      this.changed();
    }
  }

  /** Plays in true time, at so much virtual time over real time. */
  setSpeed(speed: number): void {
    if (!Number.isFinite(speed)) return;
    this.own.speed = Math.min(10, Math.max(1 / 1000, speed));
    this.setPace("time");
  }

  setPace(pace: "meaning" | "time"): void {
    this.own.pace = pace;
    this.own.repetition = undefined;
    this.left = 0;
    this.changed();
  }

  /** Makes the pace by meaning faster (above 1) or slower. */
  setTempo(tempo: number): void {
    if (!Number.isFinite(tempo)) return;
    this.own.tempo = Math.min(8, Math.max(1 / 8, tempo));
    this.setPace("meaning");
  }

  /** Plays so many times as fast, whichever the pace is. */
  hurry(factor: number): void {
    if (this.pace === "meaning") this.setTempo(this.tempo * factor);
    else this.setSpeed(this.speed * factor);
  }

  setVisible(visible: boolean): void {
    this.own.visible = visible;
    this.clock.forget();
    this.clock.schedule();
  }

  /** Of a crowd, sees to it that the engine tells of those who are shown. */
  protected abstract look(): void;

  protected setPlaying(playing: boolean): void {
    if (playing === this.playing) return;
    this.own.playing = playing;
    this.emit(playing ? "play" : "pause");
    this.changed();
    if (playing) return;
    this.own.repetition = undefined;
    this.reader.refresh();
    this.reader.explain(undefined);
  }

  /** Has open questions answered. The clock stands still meanwhile. */
  private async attend(): Promise<void> {
    const { attendant, frame } = this;
    if (!attendant || !frame || frame.questions.length === 0) return;
    await attendant(this as never);
    this.clock.forget();
  }

  protected moved(moved: Moved | undefined, fresh: boolean): void {
    if (!moved) return;
    const [before, failures] = [this.frame?.finished ?? false, this.failures];
    this.apply(moved.frame, fresh);
    this.failures = moved.tick.failures;
    const more = this.failures > failures;
    const ended = moved.frame.finished && !before;
    // A script that says nothing of time is only how it begins: what it set going goes on.
    const rests = ended && (this.info?.end ?? 0) > 0;
    if ((moved.tick.kind === "question" && !this.attendant) || more || rests) this.pause();
    if (ended) this.emit("finish");
  }

  protected apply(frame: Frame, fresh: boolean, target?: number): void {
    if (fresh) {
      this.reader.forget();
      this.own.nodes.clear();
      this.own.labels.clear();
    }
    const broken = (view: Frame | undefined) => view?.properties.filter((property) => property.broken).length ?? 0;
    const more = broken(frame) > broken(this.frame);
    this.own.frame = frame;
    this.own.notice = "";
    this.within = target !== undefined && target < frame.event ? target : undefined;
    this.own.topology = frame.topology ?? this.topology;
    if (frame.topology) this.look();
    for (const node of frame.nodes) this.own.nodes.set(node.id, node);
    for (const [id, label] of frame.labels) this.own.labels.set(id, label);
    for (const id of this.labels.keys()) {
      if (this.labels.size < 4000) break;
      this.own.labels.delete(id);
    }
    this.emit("frame");
    const milestone = fresh ? undefined : frame.recent.findLast((event) => event.milestone || event.violation);
    if (milestone) this.emit("milestone", milestone);
    if (more && !fresh) {
      this.pause();
      this.emit("violation");
    }
    this.reader.explain(milestone);
    this.changed();
    this.reader.refresh();
  }
}
