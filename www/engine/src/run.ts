/** One run as the page sees it: the engine's latest frame, what is selected, and what a person can do. */
import { isClient } from "./format.ts";
import { differs, pack, unpack, type Program } from "./link.ts";
import { Motion } from "./motion.ts";
import { nearTo } from "./near.ts";
import type { Operations } from "./protocol.ts";
import { joined } from "./scenario-text.ts";
import type { Attendant } from "./snapshot.ts";
import type { Frame, Info, Library, PropertyView } from "./types.ts";

export class Run extends Motion {
  async load(): Promise<Library> {
    return (this.own.library ??= await this.client.call("library"));
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
    return true;
  }

  /** Opens a scenario and carries it out up to an event or a time in virtual microseconds, whichever comes first. */
  async openAt(text: string, event: number, time: number): Promise<boolean> {
    await this.calm();
    if (!(await this.loads(() => this.openAt(text, event, time)))) return false;
    const opened = await this.guard("arrive", text, event, time, false);
    if (opened) this.begin(text, opened, event);
    return opened !== undefined;
  }

  /** Opens a lesson's scene at its end, paused, with what is still to be played in it. */
  async openScene(scene: string, play: string): Promise<boolean> {
    await this.calm();
    if (!(await this.loads(() => this.openScene(scene, play)))) return false;
    const opened = await this.guard("scene", scene, play);
    if (opened) this.begin(joined(scene, play), opened);
    return opened !== undefined;
  }

  private begin(text: string, opened: { info: Info; frame: Frame }, event?: number): void {
    this.setPlaying(false);
    this.reader.begin();
    this.own.text = text;
    this.own.info = opened.info;
    this.own.descriptor = this.library?.protocols.find((one) => one.id === opened.info.protocol);
    const { own } = this;
    own.selected = own.selectedLink = own.message = own.problem = own.evidence = own.lost = null;
    this.own.near = undefined;
    this.own.touched = false;
    this.failures = 0;
    this.own.attendant = undefined;
    this.apply(opened.frame, true, event);
    this.emit("open");
  }

  /** The run at hand as a link: the part of an address from `#` on. */
  async link(): Promise<string> {
    const [s, h, { version }] = [await this.script(), await this.ask("traceHash"), await this.load()];
    const { pace, speed, selected } = this;
    const v = {
      ...(pace === "time" ? { speed: Number(speed.toPrecision(3)) } : {}),
      ...(selected === null ? {} : { node: selected }),
    };
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
      this.own.touched = true;
      this.own.solution = shared.p;
      if (shared.v.speed) this.setSpeed(shared.v.speed);
      else this.setPace("meaning");
      if (shared.v.node !== undefined && this.nodes.has(shared.v.node)) this.select(shared.v.node);
      // Stopped on the way, it is not where it was shared.
      const message = opened.hash && differs(shared.c, version, shared.h === opened.hash);
      if (message) this.own.problem = { message };
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
    if (opened) this.own.touched = lost.event > 0;
    else if (this.lost) this.own.lost = { ...this.lost, script: lost.script, event: 0, time: 0 };
    this.changed();
  }

  /** Ends the work that is under way. */
  async stop(): Promise<void> {
    this.pause();
    this.jumping = false;
    await this.client.halt();
    if (!this.lost && this.frame) this.own.notice = `Stopped at event ${this.event}.`;
    this.changed();
  }

  /** What is asked now takes the place of long work that is under way. */
  private async calm(): Promise<void> {
    if (this.client.busy) await this.client.halt();
  }

  /** Asks for a wall by finger, or no more. */
  setWalling(on: boolean): void {
    this.own.walling = on;
    this.changed();
  }

  /** Who answers agents' questions from now on; nobody: the run pauses at them, for the person. */
  setAttendant(attendant: Attendant | undefined): void {
    this.own.attendant = attendant;
  }

  /** The code that links of the run carry along. */
  setSolution(solution: Program | undefined): void {
    this.own.solution = solution;
  }

  /** What addresses of the Rust source begin with. */
  setSourceBase(base: string | undefined): void {
    this.own.sourceBase = base;
    this.changed();
  }

  setElsewhere(address: string | undefined): void {
    this.own.elsewhere = address;
  }

  restart(): Promise<boolean> {
    return this.open(this.text);
  }

  /** Does something now, as lines of the scenario language. */
  async act(...lines: string[]): Promise<boolean> {
    if (this.lost) return false;
    try {
      const frame = await this.client.call("act", lines);
      this.own.touched = true;
      // What an earlier act was refused for may no longer hold.
      if (this.problem?.refused) this.own.problem = null;
      this.apply(frame, false);
      return true;
    } catch (error) {
      this.fail(error, undefined, true);
      return false;
    }
  }

  /** Answers an agent's question, on which the run waits. */
  async answer(agent: number, text: string): Promise<void> {
    const frame = await this.guard("answer", agent, text);
    if (frame) this.apply(frame, false);
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

  select(node: string | null): void {
    this.own.selected = node;
    this.own.selectedLink = null;
    if (node) this.own.message = null;
    this.look();
    this.changed();
  }

  /** Holds on to the link between two nodes, in place of a node. */
  selectLink(a: string, b: string): void {
    this.select(null);
    this.own.message = null;
    this.own.selectedLink = [a, b];
    this.changed();
  }

  /** Of a crowd, the engine tells in full of the replica that was chosen last, and of those near it. */
  protected override look(): void {
    const { near } = this;
    const middle = this.selected === null || isClient(this.selected) ? (near?.middle ?? "1") : this.selected;
    this.own.near = nearTo(middle, this.info?.replicas ?? 0, this.topology);
    if (!this.near || String(this.near.ids) === String(near?.ids)) return;
    void this.guard("focus", new Uint16Array(this.near.ids.map(Number))).then(
      (frame) => frame && this.apply(frame, false),
    );
  }

  /** Holds on to a message, and fetches all that it carries. */
  selectMessage(id: number | null): void {
    this.own.message = id;
    this.own.selectedLink = null;
    this.own.detail = undefined;
    this.changed();
    if (id === null) return;
    void this.guard("flight", id).then((detail) => {
      if (this.message === id) this.own.detail = detail;
      this.changed();
    });
  }

  /** Goes to the event that broke a property, and holds on to what shows it. */
  async prove(property: PropertyView): Promise<void> {
    this.show(property);
    if (property.broken) await this.seek(property.broken.event);
  }

  /** Holds on to what shows that a property is broken, where the run stands. */
  show(property: PropertyView): void {
    this.own.evidence = property;
    this.changed();
  }

  /** Lets go of the evidence. */
  rest(): void {
    this.own.evidence = null;
    this.changed();
  }

  close(): void {
    this.setPlaying(false);
    this.reader.close();
    this.end();
    this.emit("close");
  }
}
