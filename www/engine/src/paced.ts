/** Plays a run at the pace by meaning: event by event, so that what is new is seen from its first moment. */
import type { Playground } from "../wasm/consensus_playground.js";
import { Novelty, type Repetition } from "./novelty.ts";
import { beatOf, paced, type Scene } from "./pace.ts";
import type { Frame, Tick } from "./types.ts";

/** How long (in ms) what one picture stands for may take to be carried out. */
const MOST_TIME = 12;
/** So little (ms) is no time. */
const INSTANT = 0.01;
/** How long (in ms) a step is looked at where the script is the scheduler: its messages don't fly, they arrive. */
export const BY_HAND = 1000;

export class Paced {
  private novelty: Novelty;
  private beat = 0;
  /** A part of a microsecond that has passed besides. */
  private part = 0;

  constructor(
    /** The names of the protocol's messages, in the order of their kinds. */
    private readonly kinds: readonly string[],
  ) {
    this.novelty = new Novelty(kinds, 0);
  }

  /** Somewhere else in the run: what was seen there counts no more. */
  begin(frame: Frame): void {
    this.novelty = new Novelty(this.kinds, frame.now);
    this.beat = this.part = 0;
    this.look(frame);
  }

  /** Takes in what has happened, however it came about. */
  look(frame: Frame): void {
    this.novelty.look(frame);
    this.beat = Math.max(this.beat, beatOf(this.novelty.milestone));
  }

  /** What repeats at the moment. */
  get repetition(): Repetition | undefined {
    return this.novelty.fresh.size > 0 ? undefined : this.novelty.repetition;
  }

  /** Lets so much real time pass, in ms. `frame` is how things are; `see` tells what has changed since it was asked last. */
  play(run: Playground, frame: Frame, ms: number, see: () => Frame): { tick: Tick; frame: Frame } {
    const deadline = performance.now() + MOST_TIME;
    let tick = run.run(0, 1, 0);
    const { failures } = tick;
    let [shown, left] = [told(frame), ms];
    while (left > INSTANT) {
      const before = sceneOf(this.novelty, shown, this.beat);
      const { now, speed, beat } = paced(before, left);
      left -= before.beat - beat;
      this.beat = beat;
      if (speed === 0) break;
      const target = now + this.part;
      this.part = target % 1;
      // One event or one line of the script: after it, the pace may be another.
      tick = run.run(Math.floor(target) - before.now, 1);
      left -= Math.max(0, (tick.more ? tick.now : now) - before.now) / speed;
      const then = see();
      this.look(then);
      if (then.manual && then.recent.length > 0) this.beat = Math.max(this.beat, BY_HAND);
      shown = merged(shown, then);
      const over = tick.kind === "question" || tick.finished !== frame.finished || tick.failures > failures;
      if (over || then.recent.some(({ violation }) => violation) || performance.now() > deadline) break;
    }
    return { tick, frame: shown };
  }
}

/** What decides the pace at this moment, while everything still stands still for so many ms. */
export function sceneOf(novelty: Novelty, { now, next, flights }: Frame, beat: number): Scene {
  const fresh: { sent: number; due: number; times: number }[] = [];
  const old: { sent: number; due: number }[] = [];
  for (const [row, id] of flights.id.entries()) {
    const [sent, due] = [flights.sent[row] ?? 0, flights.due[row] ?? 0];
    if (due < now) continue;
    const times = novelty.fresh.get(id);
    if (times === undefined) old.push({ sent, due });
    else fresh.push({ sent, due, times });
  }
  const rounds = novelty.repetition?.count ?? 0;
  return { now, next: next ?? Infinity, last: novelty.at, fresh, old, timers: novelty.running(), rounds, beat };
}

/** The same, with nothing new to be told. */
function told(frame: Frame): Frame {
  return { ...frame, nodes: [], topology: undefined, labels: [], recent: [], decided: [] };
}

/** What two looks in a row have brought together. */
function merged(first: Frame, then: Frame): Frame {
  const nodes = new Map([...first.nodes, ...then.nodes].map((node) => [node.id, node]));
  return {
    ...then,
    nodes: [...nodes.values()],
    topology: then.topology ?? first.topology,
    labels: [...first.labels, ...then.labels],
    recent: [...first.recent, ...then.recent].slice(-200),
    decided: [...first.decided, ...then.decided].slice(-20),
  };
}
