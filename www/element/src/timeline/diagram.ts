/** Draws the space-time diagram. */
import { Fate, type EventView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { ANOTHER, lanesNear, nearText } from "@consensus-playground/engine/near.ts";
import { nodeName, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import type { Palette } from "../stage/palette.ts";
import { epochIndex } from "../styles/tokens.ts";
import type { Record } from "@consensus-playground/engine/protocol.ts";
import type { Pen } from "./svg-pen.ts";
import { LEFT, type Axis } from "./axis.ts";
import { Batch } from "./batch.ts";
import type { Cone } from "./cone.ts";
import { ticks } from "./ticks.ts";

/** Room below the lanes: for the names of what happened, and for the axis. */
const NAMES = 20;
const TIMES = 15;
export const FOOT = NAMES + TIMES;
/** Room above the lanes for a sentence, where it is needed. */
const HEAD = 16;
/** How strongly what has nothing to do with the event in question is drawn. */
const FAINT = 0.16;
/** What a message can come to that stops it on its way. */
const LOST: ReadonlySet<Fate> = new Set([Fate.Lost, Fate.Cut, Fate.Dropped, Fate.Unlinked]);

/** Emptied by each picture and filled again by the next. */
const [spans, arrows, crosses, ends, dots, diamonds] = Array.from({ length: 6 }, () => new Batch()) as [
  Batch,
  Batch,
  Batch,
  Batch,
  Batch,
  Batch,
];

/** What of a record does not change with the present: found once, not for each picture. */
interface Sorted {
  perNode: Map<string, EventView[]>;
  marks: EventView[];
}

const sortedRecords = new WeakMap<Record, Sorted>();

function sorted(record: Record): Sorted {
  let found = sortedRecords.get(record);
  if (found) return found;
  const perNode = new Map<string, EventView[]>();
  for (const event of record.events) {
    if (!event.node) continue;
    const list = perNode.get(event.node);
    if (list) list.push(event);
    else perNode.set(event.node, [event]);
  }
  const marks = record.events.filter(
    (event) => event.milestone || event.violation || FAULTS.has(event.what) || event.what === "network",
  );
  sortedRecords.set(record, (found = { perNode, marks }));
  return found;
}

/** Where on the picture each lane stands. */
export type Lanes = ReadonlyMap<string, number>;

export interface Diagram {
  context: Pen;
  palette: Palette;
  run: Run;
  /** What is in view. */
  record: Record;
  /** What one event follows from and leads to; the rest is drawn faintly. */
  cone: Cone | undefined;
  axis: Axis;
  /** The last event that has happened; what lies behind it was left by going back. */
  upTo: number;
  /** Whether the present is marked. */
  present: boolean;
  width: number;
  height: number;
}

export function drawDiagram(diagram: Diagram): void {
  const { context, run, width, height } = diagram;
  const lanes = lanesOf(run, height);
  drawWhose(diagram);
  const [first = 0, second = first] = lanes.values();
  drawNames(diagram, lanes, second - first);
  drawTimes(diagram);
  context.save();
  context.beginPath();
  context.rect(LEFT - 4, 0, width - LEFT + 4, height);
  context.clip();
  drawSpans(diagram, lanes);
  drawMessages(diagram, lanes);
  drawSmallMarks(diagram, lanes);
  drawMarks(diagram, lanes);
  if (diagram.present) drawPresent(diagram);
  context.restore();
}

export function lanesOf(run: Run, height: number): Lanes {
  const ids = lanesNear(run.near, run.nodes.keys());
  const top = run.near ? HEAD : 0;
  const gap = (height - top - FOOT - 16) / Math.max(1, ids.length - 1);
  return new Map(ids.map((id, place) => [id, ids.length === 1 ? height / 2 : top + 8 + place * gap]));
}

/** Where not all have a lane: who has. */
function drawWhose({ context, palette, run, width }: Diagram): void {
  if (!run.near) return;
  context.font = `11px ${palette.font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = palette.soft;
  const who = nearText(run.near, run.replicas.length, run.descriptor);
  const whole = `${who} ${ANOTHER}`;
  context.fillText(LEFT + context.measureText(whole).width < width ? whole : who, LEFT, 11);
}

function drawNames({ context, palette, width }: Diagram, lanes: Lanes, gap: number): void {
  context.font = `11px ${palette.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  let before = -Infinity;
  for (const [id, y] of lanes) {
    stroke(context, LEFT, y, width - 6, y);
    if (y - before < 11 && gap < 11) continue;
    context.fillText(id, 6, y);
    before = y;
  }
  context.textBaseline = "alphabetic";
}

/** The axis itself: when it was, at round numbers. */
function drawTimes({ context, palette, axis, width, height }: Diagram): void {
  const y = height - TIMES + 1.5;
  context.font = `10px ${palette.font}`;
  context.textAlign = "center";
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.edge;
  context.lineWidth = 1;
  stroke(context, LEFT, y, width - 6, y);
  for (const { x, text } of ticks(axis)) {
    stroke(context, x, y, x, y + 3);
    // At the edges, a label stays within the picture.
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, half + 2), width - half - 2), height - 1.5);
  }
  context.textAlign = "left";
}

/** Epochs as coloured lines (thick where the replica leads), downtime as grey bars. */
function drawSpans({ context, palette, run, record, axis, width, upTo }: Diagram, lanes: Lanes): void {
  const present = Math.min(axis.present, width);
  const look = { colour: "", alpha: 0.6, width: 0, dashed: false };
  const close = (y: number, { colour, width, start, end }: Held) => {
    [look.colour, look.width] = [colour, width];
    spans.add(look, start, y, end, y);
  };
  for (const [id, events] of sorted(record).perNode) {
    const y = lanes.get(id);
    if (y === undefined || id.startsWith("c")) continue;
    let held: Held | undefined;
    let down = false;
    for (let place = 0; place < events.length; place += 1) {
      const event = events[place];
      if (!event || event.id > upTo) break;
      if (event.what === "crash") down = true;
      if (event.what === "restart") down = false;
      const next = events[place + 1];
      const [x1, x2] = [axis.event(event), next && next.id <= upTo ? axis.event(next) : present];
      if (x2 < LEFT) continue;
      if (down) {
        context.globalAlpha = 0.7;
        context.fillStyle = palette.line;
        context.fillRect(x1, y - 7, x2 - x1, 14);
      } else {
        const colour = palette.epochs[epochIndex(event.epoch)] ?? palette.line;
        const width = run.role(event.role)?.look === "lead" ? 5 : 2;
        // What looks alike is one line, not one for each event.
        if (held?.colour === colour && held.width === width && held.end >= x1 - 0.01) held.end = x2;
        else {
          if (held) close(y, held);
          held = { colour, width, start: x1, end: x2 };
        }
      }
    }
    if (held) close(y, held);
  }
  spans.lines(context);
}

/** A part of a lane that looks alike all along. */
interface Held {
  colour: string;
  width: number;
  start: number;
  end: number;
}

function drawMessages({ context, palette, run, record, cone, axis, width, upTo }: Diagram, lanes: Lanes): void {
  const look = { colour: "", alpha: 1, width: 0, dashed: false };
  const replies = new Set((run.descriptor?.messages ?? []).filter(({ reply }) => reply).map(({ name }) => name));
  for (const message of record.messages) {
    const [y1, y2] = [lanes.get(message.from), lanes.get(message.to)];
    const span = axis.message(message);
    if (y1 === undefined || y2 === undefined || !span || span.end < LEFT || span.start > width || message.cause > upTo)
      continue;
    const { start, end, landed } = span;
    const colour = palette.epochs[epochIndex(message.epoch)] ?? palette.soft;
    const fate: Fate = message.fate;
    const lost = LOST.has(fate);
    const share = lost
      ? 0.5
      : !landed && end > start
        ? Math.min(1, Math.max(0, (axis.present - start) / (end - start)))
        : 1;
    const [x, y] = [start + (end - start) * share, y1 + (y2 - y1) * share];
    const chosen = message.id === run.message;
    look.colour = chosen ? palette.accent : colour;
    look.alpha = cone && !cone.arrow(message) ? FAINT : landed ? 0.8 : 1;
    look.width = chosen ? 2.5 : 1.1;
    look.dashed = replies.has(message.kind);
    arrows.add(look, start, y1, x, y);
    if (landed && (lost || fate === Fate.Dead)) {
      [look.colour, look.width, look.dashed] = [palette.ink, 1.6, false];
      crosses.add(look, x - 3.5, y - 3.5, x + 3.5, y + 3.5);
      crosses.add(look, x + 3.5, y - 3.5, x - 3.5, y + 3.5);
    } else if (landed) {
      [look.width, look.dashed] = [0, false];
      ends.add(look, x, y, 2.3);
    }
  }
  arrows.lines(context);
  crosses.lines(context);
  ends.dots(context);
}

/** Milestones and faults: a tick on the lane and, where there is room, their name at the foot. */
function drawMarks({ context, palette, run, record, axis, height, width, upTo }: Diagram, lanes: Lanes): void {
  context.font = `11px ${palette.font}`;
  context.textAlign = "left";
  let free = LEFT;
  for (const event of sorted(record).marks) {
    const x = axis.event(event);
    if (x < LEFT || x > width) continue;
    const y = !event.node ? undefined : lanes.get(event.node);
    context.globalAlpha = event.id > upTo ? 0.5 : 1;
    context.strokeStyle = context.fillStyle = event.violation ? palette.bad : palette.ink;
    context.lineWidth = 1.5;
    if (y !== undefined) stroke(context, x, y - 6, x, y + 6);
    const rule = run.descriptor?.rules[event.rule - 1];
    const what = event.what === "meddle" ? say("timeline.interference") : event.what;
    const name = event.violation ? say("timeline.violation") : event.milestone && rule ? plain(rule.name) : what;
    const text = !event.node ? name : `${nodeName(event.node, run.descriptor).toLowerCase()}: ${name}`;
    const size = context.measureText(text).width;
    if (x - 2 < free || x + size > width) continue;
    context.fillStyle = event.violation ? palette.bad : palette.soft;
    context.fillText(text, x, height - TIMES - 4);
    stroke(context, x, height - TIMES - 18, x, height - TIMES - 14);
    free = x + size + 10;
  }
  context.globalAlpha = 1;
}

/** Timers that fired: a small diamond. Rules that were carried out: a dot, more strongly where they are milestones. */
function drawSmallMarks({ context, palette, record, cone, axis, width, upTo }: Diagram, lanes: Lanes): void {
  const look = { colour: "", alpha: 1, width: 0, dashed: false };
  for (const event of record.events) {
    const y = event.node ? lanes.get(event.node) : undefined;
    const x = axis.event(event);
    if (y === undefined || x < LEFT || x > width || event.id > upTo) continue;
    const asked = cone?.of === event.id;
    look.alpha = cone && !asked && !cone.has(event.id) ? FAINT : 1;
    look.colour = asked ? palette.accent : palette.ink;
    if (asked) dots.add(look, x, y, 5);
    else if (event.what === "fire") diamonds.add(look, x, y, 4);
    else if (event.rule > 0) dots.add(look, x, y, event.milestone ? 3 : 1.6);
    else if (FAULTS.has(event.what)) {
      context.globalAlpha = look.alpha;
      context.fillStyle = look.colour;
      context.fillRect(x - 3, y - 3, 6, 6);
    }
  }
  diamonds.diamonds(context);
  dots.dots(context);
}

const FAULTS: ReadonlySet<string> = new Set(["crash", "restart", "pause", "resume", "meddle"]);

function drawPresent({ context, palette, axis, height }: Diagram): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  stroke(context, axis.present, 2, axis.present, height - FOOT + 2);
}

function stroke(context: Pen, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
