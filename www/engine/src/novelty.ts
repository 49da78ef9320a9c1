/**
 * What of a run is new to whoever watches it, and what only repeats. No protocol is named: a message repeats where its sender
 * said the same to the same receiver last time and shows nothing that has changed since; a timer, where it fired here before
 * and its owner still shows the same.
 */
import { nodeId } from "./format.ts";
import type { EventView, Frame, NodeView, TimerView } from "./types.ts";

/** What repeats now, and how often it did since something new happened. */
export interface Repetition {
  /** A timer's name, or a message's where no timer drives it. */
  name: string;
  count: number;
}

/**
 * How often something new of its sort was seen by then: the first time counts as 1. In a crowd, where each says a thing for the
 * first time long after it was heard from others, half of what all have said counts.
 */
export type Times = number;

/** So many of one sort from all together are a crowd. */
const CROWD = 80;

/** A timer that runs. */
export interface Running {
  set: number;
  due: number;
  /** How often it has fired as something new; `repeats` where the next time is none. */
  times: Times;
  repeats: boolean;
}

/** What a message or timer said last, and how often that was new. */
interface Known {
  said: string;
  times: Times;
}

export class Novelty {
  /** Messages in the air that are new, and how often new ones of their sort were seen. */
  readonly fresh = new Map<number, Times>();
  /** How often milestones of the sort were seen that the last look brought; 0 where it brought none. */
  milestone: Times = 0;
  /** The time of the last event. */
  at: number;

  private readonly messages = new Map<string, Known>();
  private readonly fires = new Map<string, Known>();
  private readonly milestones = new Map<string, Times>();
  /** How many new messages or timers of a kind there were in all. */
  private readonly all = new Map<string, number>();
  private readonly shown = new Map<string, { looks: string; version: number }>();
  private readonly timers = new Map<string, readonly TimerView[]>();
  private readonly repeated = new Map<string, { timer: boolean; count: number }>();
  private newest = 0;

  constructor(
    /** The names of the protocol's messages, in the order of their kinds. */
    private readonly kinds: readonly string[],
    now: number,
  ) {
    this.at = now;
  }

  /** Takes in what has happened since the last look. */
  look(frame: Frame): void {
    this.milestone = 0;
    for (const node of frame.nodes) this.node(node);
    this.flights(frame);
    for (const event of frame.recent) this.event(event);
  }

  /** The timers that run, the next to fire first. */
  running(): Running[] {
    const all: Running[] = [];
    for (const [node, timers] of this.timers)
      for (const { name, set, due } of timers) {
        const known = this.fires.get(`${node} ${name}`);
        const times = inCrowd(known?.times ?? 0, this.all.get(`timer ${name}`) ?? 0);
        all.push({ set, due, times, repeats: known?.said === this.version(node) });
      }
    return all.sort((a, b) => a.due - b.due);
  }

  /** What has repeated since something new happened; a timer before the messages that it sends. */
  get repetition(): Repetition | undefined {
    const all = [...this.repeated].map(([name, { timer, count }]) => ({ name, timer, count }));
    all.sort((a, b) => Number(b.timer) - Number(a.timer) || b.count - a.count);
    const [most] = all;
    return most && most.count > 1 ? { name: most.name, count: most.count } : undefined;
  }

  private node({ id, timers, replica, doing, health }: NodeView): void {
    this.timers.set(id, health === "up" ? timers : []);
    const looks = JSON.stringify(replica ?? doing) + health;
    const before = this.shown.get(id);
    if (before?.looks !== looks) this.shown.set(id, { looks, version: (before?.version ?? 0) + 1 });
  }

  private version(node: string): string {
    return String(this.shown.get(node)?.version ?? 0);
  }

  private flights({ flights, labels }: Frame): void {
    const label = new Map(labels);
    const air = new Set<number>();
    const before = this.newest;
    for (const [row, id] of flights.id.entries()) {
      air.add(id);
      if (id <= before) continue;
      this.newest = Math.max(this.newest, id);
      const [from, to] = [nodeId(flights.from[row] ?? 0), nodeId(flights.to[row] ?? 0)];
      const kind = flights.kind[row] ?? 0;
      const said = `${flights.epoch[row] ?? 0} ${label.get(id) ?? ""} ${this.version(from)}`;
      const times = tell(this.messages, `${kind} ${from} ${to}`, said);
      if (times > 0) this.news(() => this.fresh.set(id, this.amongAll(`message ${kind}`, times)));
      else this.again(this.kinds[kind] ?? "", false);
    }
    for (const id of this.fresh.keys()) if (!air.has(id)) this.fresh.delete(id);
  }

  private event({ at, what, kind, node, rule, milestone, violation }: EventView): void {
    this.at = at;
    if (what === "fire" && node !== undefined) {
      const times = tell(this.fires, `${node} ${kind}`, this.version(node));
      if (times === 0) this.again(kind, true);
      else {
        this.amongAll(`timer ${kind}`, times);
        this.news();
      }
    }
    // What a run begins with is no news.
    if ((!milestone && !violation) || at === 0) return;
    const sort = `${what} ${kind} ${rule}`;
    const times = (this.milestones.get(sort) ?? 0) + 1;
    this.milestones.set(sort, times);
    this.milestone = Math.max(this.milestone, 0) === 0 ? times : Math.min(this.milestone, times);
    this.news();
  }

  /** Counts one more of a kind that was seen so often of this one. */
  private amongAll(kind: string, times: Times): Times {
    const all = (this.all.get(kind) ?? 0) + 1;
    this.all.set(kind, all);
    return inCrowd(times, all);
  }

  private news(then?: () => void): void {
    this.repeated.clear();
    then?.();
  }

  private again(name: string, timer: boolean): void {
    const before = this.repeated.get(name);
    this.repeated.set(name, { timer, count: (before?.count ?? 0) + 1 });
  }
}

/** How often something counts as seen that was seen so often of one, and so often of all. */
function inCrowd(times: Times, all: number): Times {
  return all > CROWD ? Math.max(times, Math.floor(all / 2)) : times;
}

/** Notes what was said. Gives how often that was new by now, or 0 where it was said before. */
function tell(known: Map<string, Known>, key: string, said: string): Times {
  const before = known.get(key);
  if (before?.said === said) return 0;
  const times = (before?.times ?? 0) + 1;
  known.set(key, { said, times });
  return times;
}
