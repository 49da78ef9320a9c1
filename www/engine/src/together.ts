/** Several runs on one clock: one virtual time for all of them, each with an engine of its own. */
import { Clock, type Driven } from "./clock.ts";
import { LINK_EVENTS } from "./limits.ts";
import { Novelty } from "./novelty.ts";
import { beatOf, paced } from "./pace.ts";
import { BY_HAND, sceneOf } from "./paced.ts";
import { Run } from "./run.ts";
import type { Frame } from "./types.ts";

/** How long (ms) what one picture stands for may take to be carried out. */
const MOST_TIME = 12;
/** So little (ms) is no time. */
const INSTANT = 0.01;

/** A run whose time comes from the clock that it shares. */
export class Side extends Run {
  novelty = new Novelty([], 0);
  /** How long everything still stands still for a milestone of this run, in ms. */
  beat = 0;
  private carried = false;

  /** When the next event is due; infinite where nothing moves by itself. */
  get next(): number {
    const { frame } = this;
    return frame && this.byHand ? frame.now : (frame?.next ?? Infinity);
  }

  /** Whether the script is the scheduler here: what it does next takes no virtual time. */
  get byHand(): boolean {
    return this.frame !== undefined && this.frame.manual && !this.frame.finished;
  }

  /** Lets so much real time pass, in ms, for a script that is the scheduler: a step, and then a while to look at it. */
  async linger(ms: number): Promise<void> {
    this.beat = Math.max(0, this.beat - ms);
    if (this.beat > 0) return;
    this.beat = BY_HAND;
    this.moved(await this.guard("step"), false);
  }

  /** The shared clock begins to move, or rests. */
  carry(playing: boolean): void {
    this.carried = playing;
    if (playing) this.own.touched = true;
    this.setPlaying(playing);
  }

  /** What would pause this run alone is for the clock to decide. */
  override pause(): void {
    if (!this.carried) super.pause();
  }

  /** Lets virtual time pass up to this, or as far as one picture's work leads. Says whether it got any further. */
  async reach(time: number): Promise<boolean> {
    const before = this.frame;
    const left = Math.floor(time - (before?.now ?? Infinity));
    if (left < 1) return false;
    this.own.touched = true;
    this.moved(await this.guard("run", left), false);
    return this.frame !== before;
  }

  /** Goes to how things are at a time, back or forth, as long as `still` says that this is wanted. */
  async goTo(time: number, still: () => boolean): Promise<void> {
    if (time < (this.frame?.now ?? 0)) {
      const event = await this.guard("eventAt", time);
      if (event !== undefined && still()) await this.seek(event);
    }
    while (still() && this.event < LINK_EVENTS && (await this.reach(time)));
  }

  /** When the event at hand happened. */
  async happened(): Promise<number> {
    const { event } = this;
    return event < 1 ? 0 : ((await this.guard("record", event, 1, 1, 0))?.events[0]?.at ?? 0);
  }

  protected override apply(frame: Frame, fresh: boolean, target?: number): void {
    if (fresh) {
      this.novelty = new Novelty(this.descriptor?.messages.map(({ name }) => name) ?? [], frame.now);
      this.beat = 0;
    }
    this.novelty.look(frame);
    this.beat = Math.max(this.beat, beatOf(this.novelty.milestone));
    super.apply(frame, fresh, target);
  }
}

/**
 * Tells `frame` when there is something to draw, and `change` when it plays, rests, or has other runs. What is told of each run,
 * that run says itself.
 */
export class Together extends EventTarget implements Driven {
  sides: readonly Side[] = [];
  /** The virtual time of all, in microseconds. */
  now = 0;
  playing = false;
  visible = true;
  /** By meaning, whichever run shows something new sets the pace for all; true time passes at a speed. */
  pace: "meaning" | "time" = "meaning";
  /** Virtual time over real time, where the pace is true time; and how fast the pace by meaning is, over its usual one. */
  speed = 1 / 20;
  tempo = 1;
  private readonly clock = new Clock(this);
  private furthest = 0;
  private wanted: number | undefined;
  private seeking = Promise.resolve();
  private ended = false;

  /** How far there is anything to see: the longest script's end, or as far as any run has come. */
  get end(): number {
    return Math.max(1, this.furthest, ...this.sides.map(({ info }) => info?.end ?? 0));
  }

  /** One more run, at first without a scenario. */
  enter(): Side {
    this.pause();
    const side = new Side();
    for (const type of ["violation", "problem"] as const) side.addEventListener(type, () => this.pause());
    this.sides = [...this.sides, side];
    this.tell("change");
    return side;
  }

  /**
   * Opens a scenario in one of the runs, which comes to the time at which the others are. Resolves to `false` where the text
   * has a mistake: the run tells of it.
   */
  async open(side: Side, text: string): Promise<boolean> {
    this.pause();
    const opened = await side.open(text);
    // Whoever has asked for another time meanwhile gets that one.
    if (opened) await this.seek(this.wanted ?? this.now);
    this.tell("change");
    return opened;
  }

  remove(side: Side): void {
    this.sides = this.sides.filter((one) => one !== side);
    side.close();
    this.tell("change");
  }

  close(): void {
    this.pause();
    for (const side of this.sides) side.close();
  }

  play(): void {
    if (this.playing || this.sides.every(({ frame }) => !frame)) return;
    this.ended = this.over;
    this.setPlaying(true);
    this.clock.forget();
    this.clock.schedule();
  }

  pause(): void {
    this.setPlaying(false);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.clock.forget();
    this.clock.schedule();
  }

  setPace(pace: "meaning" | "time", factor?: number): void {
    this.pace = pace;
    if (factor !== undefined && pace === "meaning") this.tempo = Math.min(8, Math.max(1 / 8, factor));
    if (factor !== undefined && pace === "time") this.speed = Math.min(10, Math.max(1 / 1000, factor));
    this.tell("change");
  }

  /** Lets real time pass, in ms, as the clock wants it. */
  async advance(ms: number): Promise<void> {
    const deadline = performance.now() + MOST_TIME;
    let left = ms;
    while (this.playing && left > INSTANT && performance.now() < deadline) {
      const byHand = this.sides.filter((side) => side.byHand);
      if (byHand.length > 0) {
        // Meanwhile no virtual time passes, for anybody.
        await Promise.all(byHand.map((side) => side.linger(left * this.tempo)));
        this.arrived(this.now);
        break;
      }
      const { time, spent } = this.pace === "time" ? this.trueTime(left) : this.byMeaning(left);
      left -= spent;
      await this.reach(time);
    }
    this.look();
  }

  private trueTime(ms: number): { time: number; spent: number } {
    return { time: this.now + ms * 1000 * this.speed, spent: ms };
  }

  /** Where so much real time leads: as far as the slowest of the runs in which anything moves would go. */
  private byMeaning(ms: number): { time: number; spent: number } {
    const real = ms * this.tempo;
    const beat = Math.max(...this.sides.map((side) => side.beat));
    for (const side of this.sides) side.beat = Math.max(0, side.beat - real);
    if (beat >= real) return { time: this.now, spent: ms };
    const moving = this.sides.filter(({ next }) => Number.isFinite(next));
    const ways = (moving.length > 0 ? moving : this.sides).flatMap(({ frame, novelty }) =>
      frame ? [paced({ ...sceneOf(novelty, frame, beat), now: this.now }, real)] : [],
    );
    const slowest = ways.sort((a, b) => a.now - b.now)[0];
    if (!slowest || slowest.speed === 0) return { time: this.now, spent: ms };
    return { time: slowest.now, spent: (beat + (slowest.now - this.now) / slowest.speed) / this.tempo };
  }

  private async reach(time: number): Promise<void> {
    await Promise.all(this.sides.map((side) => side.reach(time)));
    this.arrived(time);
  }

  private arrived(time: number): void {
    this.now = time;
    this.furthest = Math.max(this.furthest, time);
    this.tell("frame");
  }

  /** What the clock has to stop for: a question of an agent, or that all scripts are at their ends. */
  private look(): void {
    const asks = this.sides.some(({ frame }) => frame && frame.questions.length > 0);
    const timed = this.sides.some(({ info }) => (info?.end ?? 0) > 0);
    if (asks || (timed && this.over && !this.ended)) this.pause();
    this.ended = this.over;
  }

  private get over(): boolean {
    return this.sides.every(({ frame }) => frame?.finished ?? true);
  }

  /** The next event of any run; the others come to its time. */
  async step(): Promise<void> {
    this.pause();
    const ready = this.sides.filter(({ frame }) => frame && (frame.next !== undefined || !frame.finished));
    const [first] = [...ready].sort((a, b) => a.next - b.next);
    if (!first) return;
    await first.step();
    await this.settle(Math.max(this.now, first.frame?.now ?? 0));
  }

  /** Back to before the last event of any run. */
  async stepBack(): Promise<void> {
    this.pause();
    const times = await Promise.all(this.sides.map((side) => side.happened()));
    const last = Math.max(...times);
    const place = times.findLastIndex((time) => time === last);
    const side = this.sides[place];
    if (!side || side.event < 1) return;
    await Promise.all(this.sides.map((one) => one.seek(one === side ? one.event - 1 : one.event)));
    times[place] = await side.happened();
    await this.settle(Math.max(...times));
  }

  /** Brings those to a time in which nothing happens by then. */
  private async settle(time: number): Promise<void> {
    await Promise.all(this.sides.filter(({ next }) => next > time).map((side) => side.reach(time)));
    this.arrived(time);
  }

  /** Goes to a time. While one seek is under way, only the last of further ones is carried out: all of them end with it. */
  seek(time: number): Promise<void> {
    this.pause();
    const underWay = this.wanted !== undefined;
    this.wanted = time;
    if (!underWay) this.seeking = this.follow();
    return this.seeking;
  }

  private async follow(): Promise<void> {
    while (this.wanted !== undefined) {
      const target: number = this.wanted;
      const still = () => this.wanted === target;
      await Promise.all(this.sides.map((side) => side.goTo(target, still)));
      this.arrived(target);
      if (still()) this.wanted = undefined;
    }
  }

  private setPlaying(playing: boolean): void {
    if (playing === this.playing) return;
    this.playing = playing;
    for (const side of this.sides) side.carry(playing);
    this.tell("change");
  }

  private tell(type: "frame" | "change"): void {
    this.dispatchEvent(new Event(type));
  }
}
