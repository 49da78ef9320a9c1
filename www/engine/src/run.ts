/** One run as the page sees it: the engine's latest frame, what is selected, and what a person can do. */
import { MILESTONE_STEPS } from "./limits.ts";
import { nearTo, type Near } from "./near.ts";
import { Asking } from "./asking.ts";
import { Clock } from "./clock.ts";
import { fetchScenarios } from "@consensus-playground/element/page/gallery.ts";
import { isClient } from "./format.ts";
import { differs, pack, unpack, type Program } from "./link.ts";
import type { Moved, Operations, Record } from "./protocol.ts";
import { joined } from "./scenario-text.ts";
import { Reader } from "./reader.ts";
import type {
  Descriptor,
  Explanation,
  FlightDetail,
  Frame,
  Info,
  Library,
  MessageInfo,
  NodeView,
  PropertyView,
  RoleInfo,
  Topology,
} from "./types.ts";

export class Run extends Asking {
  library: Library | undefined;
  descriptor: Descriptor | undefined;
  info: Info | undefined;
  /** The scenario as it was opened, without what was done by hand since. */
  text = "";
  readonly nodes = new Map<string, NodeView>();
  readonly labels = new Map<number, string>();
  /** How the replicas are linked. */
  topology: Topology | undefined;
  selected: string | null = null;
  /** Of a crowd, who is shown in full. */
  near: Near | undefined;
  message: number | null = null;
  /** What the chosen message carries. */
  detail: FlightDetail | undefined;
  /** The broken property whose evidence is shown; it stays while the person looks at earlier events. */
  evidence: PropertyView | null = null;
  /** Virtual time over real time. */
  speed = 1 / 20;
  /** Whether anybody can see the picture; while not, time stands still. */
  visible = true;
  /** Whether the next finger on the picture draws a wall; else it scrolls the page. */
  walling = false;
  /** What addresses of the Rust source begin with; without it, what the build knows. */
  sourceBase: string | undefined;
  /** Whether the person has moved the run at all since it was opened. */
  touched = false;
  /** Answers the agents' open questions, wherever the run waits for them; without it, the run pauses there. */
  attendant: ((run: Run) => Promise<void>) | undefined;
  /** A person's code that belongs to the run; links carry it along. */
  solution: Program | undefined;

  private readonly clock = new Clock(this);
  private readonly reader = new Reader(this, (drawn) => {
    if (drawn) this.emit("frame");
    this.changed();
  });
  private seekTo: number | null = null;
  /** The event that was gone to, where the picture shows the end of the moment that it belongs to. */
  private within: number | undefined;
  private failures = 0;
  /** A jump is under way: further presses don't wait behind it. */
  private jumping = false;

  constructor() {
    super();
    this.addEventListener("problem", () => this.pause());
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

  async load(): Promise<Library> {
    this.library ??= await this.client.call("library");
    return this.library;
  }

  /** Whether the engine can be had; where not, that is the problem, and this may help. */
  private async loads(retry: () => unknown): Promise<boolean> {
    try {
      await this.load();
      return true;
    } catch (error) {
      this.fail(error, retry);
      return false;
    }
  }

  /** Opens a scenario. Where it has a mistake, the run at hand stays as it is. */
  async open(text: string): Promise<boolean> {
    await this.calm();
    if (!(await this.loads(() => this.open(text)))) return false;
    const opened = await this.guard("open", text);
    if (!opened) return false;
    this.begin(text, opened);
    const frame = await this.guard("prelude", 400);
    if (frame) this.apply(frame, true);
    return true;
  }

  /** Opens a lesson's scene at its end, paused, with what is still to be played in it. */
  async openScene(scene: string, play: string): Promise<boolean> {
    await this.calm();
    if (!(await this.loads(() => this.openScene(scene, play)))) return false;
    const opened = await this.guard("scene", scene, play);
    if (opened) this.begin(joined(scene, play), opened);
    return opened !== undefined;
  }

  private begin(text: string, opened: { info: Info; frame: Frame }): void {
    this.setPlaying(false);
    this.reader.begin();
    this.text = text;
    this.info = opened.info;
    this.descriptor = this.library?.protocols.find((one) => one.id === opened.info.protocol);
    this.selected = this.message = this.problem = this.evidence = this.lost = null;
    this.near = undefined;
    this.touched = false;
    this.failures = 0;
    this.attendant = undefined;
    this.apply(opened.frame, true);
    void this.offerScenarios(opened.info.protocol);
  }

  /** Fetches the other scenarios of a protocol, for the header's list. */
  private async offerScenarios(protocol: string): Promise<void> {
    const load = () => fetchScenarios(protocol);
    await this.part("the scenarios", load, () => this.offerScenarios(protocol));
    this.changed();
  }

  /** The run at hand as a link: the part of an address from `#` on. */
  async link(): Promise<string> {
    const [s, h, { version }] = [await this.script(), await this.ask("traceHash"), await this.load()];
    const { speed, selected } = this;
    const v = { speed: Number(speed.toPrecision(3)), ...(selected === null ? {} : { node: selected }) };
    const p = this.solution ? { p: this.solution } : {};
    return pack({ s, e: this.frame?.event ?? 0, t: this.frame?.now ?? 0, c: version, h, v, ...p });
  }

  /** Opens what `link` made. Where that fails, the run at hand stays as it is; where it came out differently, it says so. */
  async openLink(link: string): Promise<boolean> {
    try {
      const shared = await unpack(link);
      await this.calm();
      const { version } = await this.load();
      const opened = await this.guard("arrive", shared.s, shared.e, shared.t, false);
      if (!opened) return false;
      this.begin(shared.s, opened);
      this.touched = true;
      this.solution = shared.p;
      if (shared.v.speed) this.setSpeed(shared.v.speed);
      if (shared.v.node !== undefined && this.nodes.has(shared.v.node)) this.select(shared.v.node);
      // Stopped on the way, it is not where it was shared.
      const message = opened.hash && differs(shared.c, version, shared.h === opened.hash);
      if (message) this.problem = { message };
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Opens the run again whose engine was lost, where it stood; or from its beginning, where that is lost again. */
  async reopen(): Promise<void> {
    const { lost } = this;
    if (!lost) return;
    const opened = await this.guard("arrive", lost.script, lost.event, lost.time, true);
    if (opened) this.begin(lost.script, opened);
    if (opened) this.touched = lost.event > 0;
    else if (this.lost) this.lost = { ...this.lost, script: lost.script, event: 0, time: 0 };
    this.changed();
  }

  /** Ends the work that is under way. */
  async stop(): Promise<void> {
    this.pause();
    this.jumping = false;
    await this.client.halt();
    if (!this.lost && this.frame) this.notice = `Stopped at event ${this.event}.`;
    this.changed();
  }

  /** What is asked now takes the place of long work that is under way. */
  private async calm(): Promise<void> {
    if (this.client.busy) await this.client.halt();
  }

  /** Asks for a wall by finger, or no more. */
  setWalling(on: boolean): void {
    this.walling = on;
    this.changed();
  }

  restart(): Promise<boolean> {
    return this.open(this.text);
  }

  /** Does something now, as lines of the scenario language. */
  async act(...lines: string[]): Promise<boolean> {
    const frame = await this.guard("act", lines);
    if (frame) this.touched = true;
    if (frame) this.apply(frame, false);
    return frame !== undefined;
  }

  /** Answers an agent's question, on which the run waits. */
  async answer(agent: number, text: string): Promise<void> {
    const frame = await this.guard("answer", agent, text);
    if (frame) this.apply(frame, false);
  }

  play(): void {
    if (!this.frame || this.playing || this.lost) return;
    // In a manual network, only the script's own lines move anything.
    if (this.frame.manual && this.frame.finished) return;
    this.touched = true;
    this.setPlaying(true);
    this.clock.forget();
    this.clock.schedule();
  }

  /** Lets virtual time pass, in microseconds, as the clock wants it. */
  async advance(microseconds: number): Promise<void> {
    this.moved(await this.guard("run", microseconds), false);
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
    this.touched = true;
    const frame = this.frame;
    if (frame && this.event < frame.last) return this.seek(this.event + 1);
    this.moved(await this.guard("step"), false);
    await this.attend();
  }

  async stepBack(): Promise<void> {
    if (this.frame) await this.seek(Math.max(0, this.event - 1));
  }

  /** Goes to just after an event. While one seek is under way, only the last of further ones is carried out. */
  async seek(event: number): Promise<void> {
    if (this.lost) return;
    this.pause();
    this.touched = true;
    // No number is equal to itself but one: with it, the loop below would never end.
    if (Number.isNaN(event)) return;
    const underWay = this.seekTo !== null;
    this.seekTo = event;
    if (underWay) return;
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

  /** Takes back what was done by hand last. */
  undo(): Promise<void> {
    return this.travel("undo");
  }

  redo(): Promise<void> {
    return this.travel("redo");
  }

  /** Returns to a future that was left; the present one becomes a branch. */
  switchBranch(id: number): Promise<void> {
    return this.travel("switchBranch", id);
  }

  /** Names a branch, or (0) the present run. */
  renameBranch(id: number, name: string): Promise<void> {
    return this.travel("renameBranch", id, name);
  }

  discardBranch(id: number): Promise<void> {
    return this.travel("discardBranch", id);
  }

  private async travel<O extends "undo" | "redo" | "switchBranch" | "renameBranch" | "discardBranch">(
    op: O,
    ...args: Operations[O]["args"]
  ): Promise<void> {
    this.pause();
    const frame = await this.guard(op, ...args);
    // A fresh frame holds all nodes; naming and deleting change none.
    if (frame) this.apply(frame, op !== "renameBranch" && op !== "discardBranch");
  }

  nextMilestone(): Promise<void> {
    return this.jump(async () => {
      const { frame } = this;
      if (!frame) return;
      const known = this.record.events.find((event) => event.id > this.event && (event.milestone || event.violation));
      if (known && known.id <= frame.last) return this.seek(known.id);
      this.pause();
      this.touched = true;
      const { event } = this;
      if (frame.event < frame.last) await this.seek(frame.last);
      const moved = await this.guard("onward", MILESTONE_STEPS, event);
      if (!moved) return;
      if (moved.found || moved.tick.kind === "question") this.moved(moved, true);
      else {
        this.apply(moved.frame, true, event);
        this.notice =
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

  setSpeed(speed: number): void {
    if (!Number.isFinite(speed)) return;
    this.speed = Math.min(10, Math.max(1 / 1000, speed));
    this.changed();
  }

  select(node: string | null): void {
    this.selected = node;
    if (node) this.message = null;
    this.look();
    this.changed();
  }

  /** Of a crowd, the engine tells in full of the replica that was chosen last, and of those near it. */
  private look(): void {
    const { near } = this;
    const middle = this.selected === null || isClient(this.selected) ? (near?.middle ?? "1") : this.selected;
    this.near = nearTo(middle, this.info?.replicas ?? 0, this.topology);
    if (!this.near || String(this.near.ids) === String(near?.ids)) return;
    void this.guard("focus", new Uint16Array(this.near.ids.map(Number))).then(
      (frame) => frame && this.apply(frame, false),
    );
  }

  /** Holds on to a message, and fetches all that it carries. */
  selectMessage(id: number | null): void {
    this.message = id;
    this.detail = undefined;
    this.changed();
    if (id === null) return;
    void this.guard("flight", id).then((detail) => {
      if (this.message === id) this.detail = detail;
      this.changed();
    });
  }

  /** Goes to the event that broke a property, and holds on to what shows it. */
  async prove(property: PropertyView): Promise<void> {
    this.evidence = property;
    if (property.broken) await this.seek(property.broken.event);
  }

  /** Lets go of the evidence. */
  rest(): void {
    this.evidence = null;
    this.changed();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.clock.forget();
    this.clock.schedule();
  }

  close(): void {
    this.setPlaying(false);
    this.reader.close();
    this.end();
  }

  role(name: string | undefined): RoleInfo | undefined {
    return this.descriptor?.roles.find((role) => role.name === name);
  }

  messageInfo(kind: number | string): MessageInfo | undefined {
    return this.descriptor?.messages.find((message, place) => place === kind || message.name === kind);
  }

  get replicas(): NodeView[] {
    return [...this.nodes.values()].filter((node) => !node.id.startsWith("c"));
  }

  private setPlaying(playing: boolean): void {
    if (playing === this.playing) return;
    this.playing = playing;
    this.emit(playing ? "play" : "pause");
    this.changed();
    if (playing) return;
    this.reader.refresh();
    this.reader.explain(undefined);
  }

  /** Has open questions answered. The clock stands still meanwhile. */
  private async attend(): Promise<void> {
    const { attendant, frame } = this;
    if (!attendant || !frame || frame.questions.length === 0) return;
    await attendant(this);
    this.clock.forget();
  }

  private moved(moved: Moved | undefined, fresh: boolean): void {
    if (!moved) return;
    const [before, failures] = [this.frame?.finished ?? false, this.failures];
    this.apply(moved.frame, fresh);
    this.failures = moved.tick.failures;
    const more = this.failures > failures;
    const ended = moved.frame.finished && !before;
    if ((moved.tick.kind === "question" && !this.attendant) || more || ended) this.pause();
    if (ended) this.emit("finish");
  }

  private apply(frame: Frame, fresh: boolean, target?: number): void {
    if (fresh) {
      this.reader.forget();
      this.nodes.clear();
      this.labels.clear();
    }
    const broken = (view: Frame | undefined) => view?.properties.filter((property) => property.broken).length ?? 0;
    const more = broken(frame) > broken(this.frame);
    this.frame = frame;
    this.notice = "";
    this.within = target !== undefined && target < frame.event ? target : undefined;
    this.topology = frame.topology ?? this.topology;
    if (frame.topology) this.look();
    for (const node of frame.nodes) this.nodes.set(node.id, node);
    for (const [id, label] of frame.labels) this.labels.set(id, label);
    for (const id of this.labels.keys()) {
      if (this.labels.size < 4000) break;
      this.labels.delete(id);
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
