/** Draws the space-time diagram. */
import { Fate, type EventView, type Frame } from "../engine/types.ts";
import type { Run } from "../engine/run.ts";
import { plain } from "../format.ts";
import type { Palette } from "../stage/palette.ts";
import { epochIndex } from "../styles/tokens.ts";
import type { Axis } from "./axis.ts";

/** Room for the lanes' names, in pixels. */
export const LEFT = 30;
const FOOT = 20;

interface Diagram {
  context: CanvasRenderingContext2D;
  palette: Palette;
  run: Run;
  axis: Axis;
  width: number;
  height: number;
}

export function drawDiagram(diagram: Diagram): void {
  const { context, run, width, height } = diagram;
  context.clearRect(0, 0, width, height);
  const frame = run.frame;
  if (!frame) return;
  const ids = [...run.nodes.keys()];
  const gap = (height - FOOT - 16) / Math.max(1, ids.length - 1);
  const lanes = new Map(ids.map((id, place) => [id, ids.length === 1 ? height / 2 : 8 + place * gap]));
  drawNames(diagram, lanes, gap);
  context.save();
  context.beginPath();
  context.rect(LEFT - 4, 0, width - LEFT + 4, height);
  context.clip();
  drawSpans(diagram, frame, lanes);
  drawMessages(diagram, frame, lanes);
  drawMarks(diagram, frame, lanes);
  drawPresent(diagram);
  context.restore();
}

function drawNames({ context, palette, width }: Diagram, lanes: Map<string, number>, gap: number): void {
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

/** Epochs as coloured lines (thick where the replica leads), downtime as grey bars. */
function drawSpans({ context, palette, run, axis, width }: Diagram, frame: Frame, lanes: Map<string, number>): void {
  const upTo = Math.min(axis.now, width);
  const perNode = new Map<string, EventView[]>();
  for (const event of run.record.events) {
    if (event.id > frame.event || !event.node) continue;
    const list = perNode.get(event.node);
    if (list) list.push(event);
    else perNode.set(event.node, [event]);
  }
  for (const [id, events] of perNode) {
    const y = lanes.get(id);
    if (y === undefined || id.startsWith("c")) continue;
    let down = false;
    events.forEach((event, place) => {
      if (event.what === "crash") down = true;
      if (event.what === "restart") down = false;
      const next = events[place + 1];
      const [x1, x2] = [axis.event(event), next ? axis.event(next) : upTo];
      if (x2 < LEFT) return;
      if (down) {
        context.globalAlpha = 0.7;
        context.fillStyle = palette.line;
        context.fillRect(x1, y - 7, x2 - x1, 14);
      } else {
        context.globalAlpha = 0.6;
        context.strokeStyle = palette.epochs[epochIndex(event.epoch)] ?? palette.line;
        context.lineWidth = run.role(event.role)?.look === "lead" ? 5 : 2;
        stroke(context, x1, y, x2, y);
      }
    });
  }
  context.globalAlpha = 1;
}

function drawMessages({ context, palette, run, axis }: Diagram, frame: Frame, lanes: Map<string, number>): void {
  for (const message of run.record.messages) {
    const [y1, y2] = [lanes.get(message.from), lanes.get(message.to)];
    const span = axis.message(message);
    if (y1 === undefined || y2 === undefined || !span || span.end < LEFT || message.cause > frame.event) continue;
    const { start, end, landed } = span;
    const colour = palette.epochs[epochIndex(message.epoch)] ?? palette.soft;
    const fate: Fate = message.fate;
    const lost = fate === Fate.Lost || fate === Fate.Cut || fate === Fate.Dropped;
    const share = lost
      ? 0.5
      : !landed && end > start
        ? Math.min(1, Math.max(0, (axis.now - start) / (end - start)))
        : 1;
    const [x, y] = [start + (end - start) * share, y1 + (y2 - y1) * share];
    context.strokeStyle = context.fillStyle = message.id === run.message ? palette.accent : colour;
    context.lineWidth = message.id === run.message ? 2.5 : 1.1;
    context.globalAlpha = landed ? 0.8 : 1;
    context.setLineDash(run.messageInfo(message.kind)?.reply ? [3, 3] : []);
    stroke(context, start, y1, x, y);
    context.setLineDash([]);
    if (landed && (lost || fate === Fate.Dead)) {
      context.strokeStyle = palette.bad;
      context.lineWidth = 1.6;
      stroke(context, x - 3.5, y - 3.5, x + 3.5, y + 3.5);
      stroke(context, x + 3.5, y - 3.5, x - 3.5, y + 3.5);
    } else if (landed) dot(context, x, y, 2.3);
  }
  context.globalAlpha = 1;
}

/** Milestones and faults: a tick on the lane and, where there is room, their name at the foot. */
function drawMarks(
  { context, palette, run, axis, height, width }: Diagram,
  frame: Frame,
  lanes: Map<string, number>,
): void {
  context.font = `11px ${palette.font}`;
  context.textAlign = "left";
  let free = LEFT;
  const marks = run.record.events.filter(
    (event) => event.milestone || event.violation || event.what === "crash" || event.what === "restart",
  );
  for (const event of marks) {
    const x = axis.event(event);
    if (x < LEFT || x > width) continue;
    const y = !event.node ? undefined : lanes.get(event.node);
    context.globalAlpha = event.id > frame.event ? 0.5 : 1;
    context.strokeStyle = context.fillStyle = event.violation ? palette.bad : palette.ink;
    context.lineWidth = 1.5;
    if (y !== undefined) stroke(context, x, y - 6, x, y + 6);
    const rule = run.descriptor?.rules[event.rule - 1];
    const name = event.violation ? "violation" : event.milestone && rule ? plain(rule.name) : event.what;
    const text = !event.node ? name : `${name} ${event.node}`;
    const size = context.measureText(text).width;
    if (x - 2 < free || x + size > width) continue;
    context.fillStyle = event.violation ? palette.bad : palette.soft;
    context.fillText(text, x, height - 4);
    stroke(context, x, height - 18, x, height - 14);
    free = x + size + 10;
  }
  context.globalAlpha = 1;
}

function drawPresent({ context, palette, axis, height }: Diagram): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  stroke(context, axis.now, 2, axis.now, height - FOOT + 2);
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fill();
}
