/** Draws links, partitions, timers and messages. Everything that takes focus is laid over it as elements. */
import type { Run } from "@consensus-playground/engine/run.ts";
import { Fate, type Frame, type NodeView } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";
import { epochIndex } from "../styles/tokens.ts";
import { drawChosen, drawDots } from "./crowd.ts";
import { place, type Shown } from "./flight.ts";
import { GLYPHS, path } from "./glyphs.ts";
import { CELL_ROW, type Layout, type LinkPlace, type Place } from "./layout.ts";
import type { Palette } from "./palette.ts";
import { valuesOf, type Rival, type Values } from "./values.ts";

export interface Picture {
  context: CanvasRenderingContext2D;
  layout: Layout;
  palette: Palette;
  run: Run;
  /** Reduced motion: messages stand still at the middle of an arrow. */
  still: boolean;
  hovered: number | null;
  /** Where the messages of the picture before were, to be filled again. */
  shown: Shown[];
}

/** A picture with what all messages of it need. */
interface Drawing extends Picture {
  values: Values;
}

/** How far around a disc its timer's arc reaches, in pixels. */
const RIM = 8;
/** How far from messages in one place their number stands. */
const COUNT_REACH = 23;
/** Above this many messages only the chosen ones carry their label. */
const MOST_LABELS = 24;
/** Above this many messages they are drawn as specks. */
const MOST_SHAPES = 300;
/** Discs of this radius go with messages of full size; beside smaller ones messages are smaller, too, but not below a part. */
const FULL = 22;
const SMALLEST = 0.55;

function sizeOf({ layout }: Picture): number {
  return Math.min(1, Math.max(SMALLEST, (layout.places.get("1")?.r ?? FULL) / FULL));
}

/** Draws a whole picture and gives back where the messages are. */
export function draw(given: Picture): Shown[] {
  const picture: Drawing = { ...given, values: valuesOf(given.run) };
  const { context, layout, run } = picture;
  context.clearRect(0, 0, layout.width, layout.height);
  const frame = run.frame;
  if (!frame) return [];
  drawGroups(picture, frame);
  drawLinks(picture, frame);
  drawChosenLink(picture);
  drawOddLinks(picture, frame);
  drawCuts(picture, frame);
  if (layout.crowded) drawDots(context, layout, picture.palette, run);
  else for (const node of run.nodes.values()) drawTimer(picture, node, frame.now);
  const shown = place(frame.flights, layout, frame.now, picture.still, picture.shown);
  if (layout.crowded || frame.flights.id.length > MOST_SHAPES) drawSpecks(picture, frame, shown);
  else {
    for (const one of shown) drawMessage(picture, frame, one);
    for (const one of shown) if (one.pile > 1) drawCount(picture, one);
  }
  if (layout.crowded) drawChosen(context, layout, picture.palette, run);
  drawLabels(picture, frame, shown);
  return shown;
}

function groupOf(frame: Frame): (id: string) => number {
  const groups = new Map<string, number>();
  frame.groups.forEach((group, number) => group.forEach((id) => groups.set(id, number)));
  return (id) => groups.get(id) ?? -1;
}

/** The links between replicas: fainter the more there are; dotted where a partition is between their ends. */
function drawLinks({ context, layout, palette }: Picture, frame: Frame): void {
  const group = frame.groups.length > 0 ? groupOf(frame) : undefined;
  const apart: LinkPlace[] = [];
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  // Thousands of lines at full strength would be one grey patch.
  context.globalAlpha = Math.max(0.3, Math.min(1, 12 / Math.sqrt(layout.links.length)));
  context.beginPath();
  for (const link of layout.links) {
    if (group && group(link.a) !== group(link.b)) apart.push(link);
    else trace(context, link);
  }
  context.stroke();
  context.strokeStyle = palette.edge;
  context.globalAlpha = 0.6;
  context.setLineDash([2, 6]);
  context.beginPath();
  for (const link of apart) trace(context, link);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The link that the person chose. */
function drawChosenLink({ context, layout, palette, run }: Picture): void {
  const [from, to] = (run.selectedLink ?? []).map((id) => layout.places.get(id));
  if (!from || !to) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 3;
  line(context, from.x, from.y, to.x, to.y);
}

function trace(context: CanvasRenderingContext2D, { from, to }: LinkPlace): void {
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
}

/** A shaded hull around each group of a partition. */
function drawGroups({ context, layout, palette }: Picture, frame: Frame): void {
  if (frame.groups.length === 0) return;
  context.lineJoin = "round";
  for (const group of frame.groups) {
    const places = group.map((id) => layout.places.get(id)).filter((one): one is Place => one !== undefined);
    const outline = hull(places);
    const [first] = outline;
    if (!first) continue;
    for (const [colour, alpha, width] of [
      [palette.accent, 0.22, 2 * first.r + 30],
      // Opaque, for a border and what it encloses lie over each other.
      [palette.group, 1, 2 * first.r + 27],
    ] as const) {
      context.beginPath();
      outline.forEach(({ x, y }) => context.lineTo(x, y));
      context.lineTo(first.x, first.y + 0.01);
      context.closePath();
      context.globalAlpha = alpha;
      context.fillStyle = context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
      context.fill();
    }
  }
  context.globalAlpha = 1;
  context.lineJoin = "miter";
}

/** The convex hull, by Andrew's monotone chain. */
function hull(points: readonly Place[]): Place[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list: readonly Place[]) => {
    const chain: Place[] = [];
    for (const point of list) {
      for (;;) {
        const [b, a] = [chain.at(-1), chain.at(-2)];
        if (!a || !b || (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half([...sorted].reverse())];
}

/** A direction with settings of its own: a dashed line beside the way, with a head at its end. */
function drawOddLinks({ context, layout, palette }: Picture, frame: Frame): void {
  context.strokeStyle = palette.soft;
  context.lineWidth = 1.5;
  for (const [a, b] of frame.links) {
    const [from, to] = [layout.places.get(a), layout.places.get(b)];
    if (!from || !to) continue;
    const way = Math.hypot(to.x - from.x, to.y - from.y);
    if (way < from.r + to.r + 20) continue;
    context.save();
    context.translate(from.x, from.y);
    context.rotate(Math.atan2(to.y - from.y, to.x - from.x));
    context.setLineDash([5, 4]);
    line(context, from.r + 8, 5, way - to.r - 8, 5);
    context.setLineDash([]);
    line(context, way - to.r - 8, 5, way - to.r - 15, 9);
    context.restore();
  }
}

/** A one-way cut is a bar across the way, near its sender. */
function drawCuts({ context, layout, palette }: Picture, frame: Frame): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 3;
  for (const [a, b] of frame.cuts) {
    const [from, to] = [layout.places.get(a), layout.places.get(b)];
    if (!from || !to) continue;
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const reach = from.r + 20;
    context.save();
    context.translate(from.x + Math.cos(angle) * reach, from.y + Math.sin(angle) * reach);
    context.rotate(angle);
    line(context, 0, -9, 0, 9);
    context.lineWidth = 1.5;
    line(context, -12, 0, -4, 0);
    context.restore();
  }
}

/** What is left of the timer that fires next, as an arc around the disc. */
function drawTimer({ context, layout, palette }: Picture, node: NodeView, now: number): void {
  const at = layout.places.get(node.id);
  const [timer] = node.timers;
  // Rings about small discs would hide their neighbours.
  if (!at || at.r < 12 || !timer || !Number.isFinite(timer.due)) return;
  const left = Math.min(1, Math.max(0, (timer.due - now) / Math.max(1, timer.due - timer.set)));
  context.strokeStyle = palette.soft;
  context.globalAlpha = 0.75;
  context.lineWidth = at.r > 20 ? 3 : 2;
  context.lineCap = "round";
  context.beginPath();
  context.arc(at.x, at.y, at.r + 6, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * left);
  context.stroke();
  context.lineCap = "butt";
  context.globalAlpha = 1;
}

/** The colour of the value that a message carries where it has rivals, else of its epoch; and that value. */
function inkOf(
  { palette, run, values }: Drawing,
  frame: Frame,
  one: Shown,
): { colour: string; rival: Rival | undefined } {
  const rival = values.carriedBy(run.labels.get(one.id) ?? "");
  const colour = rival ? palette.values[rival.colour] : palette.epochs[epochIndex(frame.flights.epoch[one.row] ?? -1)];
  return { colour: colour ?? palette.soft, rival };
}

function drawMessage(picture: Drawing, frame: Frame, one: Shown): void {
  const { context, palette, run } = picture;
  const info = run.messageInfo(frame.flights.kind[one.row] ?? 0);
  const { colour, rival } = inkOf(picture, frame, one);
  const alpha = 1 - one.broken;
  const size = sizeOf(picture);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineCap = "round";
  context.globalAlpha = 0.35 * alpha;
  if (picture.still) arrow(context, one);
  else if (one.broken === 0) line(context, one.tail.x, one.tail.y, one.x, one.y);
  context.lineCap = "butt";
  context.globalAlpha = alpha;
  if (one.id === run.message || one.id === picture.hovered) {
    context.strokeStyle = palette.accent;
    context.beginPath();
    context.arc(one.x, one.y, 15, 0, 2 * Math.PI);
    context.stroke();
  }
  context.save();
  context.translate(one.x, one.y);
  context.rotate(one.angle);
  context.scale(size, size);
  // Letters and the like must not stand on their heads.
  if (Math.abs(one.angle) > Math.PI / 2 && info?.glyph === "envelope") context.rotate(Math.PI);
  const shape = path(GLYPHS[info?.glyph ?? "box"]);
  if (one.broken > 0) broken(context, shape, one.broken, colour, palette);
  else paint(context, shape, info?.reply ?? false, colour, palette);
  context.restore();
  if (rival && one.broken === 0) drawMark(picture, one, rival.mark, info?.reply ? colour : palette.paper);
  if (one.broken > 0) cross(context, one, palette);
  context.globalAlpha = 1;
}

/** The value's character, upright in the message's shape. */
function drawMark(picture: Picture, { x, y }: Shown, mark: string, colour: string): void {
  const { context, palette } = picture;
  const size = sizeOf(picture);
  context.font = `700 ${10 * size}px ${palette.font}`;
  context.textAlign = "center";
  context.fillStyle = colour;
  context.fillText(mark, x, y + 3.5 * size);
}

/** How many messages are in one place. */
function drawCount({ context, palette }: Picture, one: Shown): void {
  const { x, y } = countAt(one);
  context.font = `700 11px ${palette.font}`;
  context.textAlign = "center";
  context.lineJoin = "round";
  context.strokeStyle = palette.paper;
  context.lineWidth = 4;
  context.fillStyle = palette.ink;
  context.strokeText(`×${one.pile}`, x, y + 4);
  context.fillText(`×${one.pile}`, x, y + 4);
  context.lineJoin = "miter";
}

/** On the side of the way that its messages keep to. */
function countAt({ x, y, angle }: Shown): { x: number; y: number } {
  return { x: x - Math.sin(angle) * COUNT_REACH, y: y + Math.cos(angle) * COUNT_REACH };
}

/** Hundreds of messages: a speck each, all of a colour at once; small where the dots that they pass are. */
function drawSpecks(picture: Drawing, frame: Frame, shown: readonly Shown[]): void {
  const { context, layout, palette, run, hovered } = picture;
  const usual = layout.crowded ? Math.min(3, layout.places.get("1")?.r ?? 3) : 3;
  const colours = new Map<string, Shown[]>();
  for (const one of shown) {
    const chosen = one.id === run.message || one.id === hovered;
    const colour = chosen ? palette.accent : inkOf(picture, frame, one).colour;
    const found = colours.get(colour);
    if (found) found.push(one);
    else colours.set(colour, [one]);
  }
  for (const [colour, specks] of colours) {
    context.fillStyle = colour;
    const size = colour === palette.accent ? 6 : usual;
    context.beginPath();
    for (const { x, y, broken } of specks) {
      const side = size * (1 - broken);
      context.rect(x - usual / 2, y - usual / 2, side, side);
    }
    context.fill();
  }
}

function paint(
  context: CanvasRenderingContext2D,
  shape: Path2D,
  reply: boolean,
  colour: string,
  palette: Palette,
): void {
  context.fillStyle = reply ? palette.card : colour;
  context.strokeStyle = reply ? colour : palette.card;
  context.lineWidth = reply ? 2 : 1.5;
  context.fill(shape);
  context.stroke(shape);
}

/** Two halves that drift apart. */
function broken(
  context: CanvasRenderingContext2D,
  shape: Path2D,
  part: number,
  colour: string,
  palette: Palette,
): void {
  for (const side of [-1, 1]) {
    context.save();
    context.translate(side * (2 + part * 7), side * part * 3);
    context.rotate(side * part * 0.5);
    context.beginPath();
    context.rect(side < 0 ? -12 : 0, -12, 12, 24);
    context.clip();
    paint(context, shape, true, colour, palette);
    context.restore();
  }
}

function cross(context: CanvasRenderingContext2D, { x, y }: Shown, palette: Palette): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 2.5;
  line(context, x - 6, y - 6, x + 6, y + 6);
  line(context, x + 6, y - 6, x - 6, y + 6);
}

function arrow(context: CanvasRenderingContext2D, { from, to, angle, x, y }: Shown): void {
  const reach = Math.hypot(to.x - from.x, to.y - from.y) / 2 - to.r - 6;
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  line(context, -reach, 0, reach, 0);
  line(context, reach - 8, -5, reach, 0);
  line(context, reach - 8, 5, reach, 0);
  context.restore();
}

/** Writes labels, the chosen message's first, and leaves out those that would lie on another or on a disc. */
function drawLabels({ context, layout, palette, run, hovered }: Picture, frame: Frame, shown: readonly Shown[]): void {
  const chosen = (one: Shown) => one.id === hovered || one.id === run.message;
  const wanted =
    layout.crowded || shown.length > MOST_LABELS
      ? shown.filter(chosen)
      : [...shown].sort((a, b) => Number(chosen(b)) - Number(chosen(a)));
  if (wanted.length === 0) return;
  // Among hundreds of dots a label may cover some.
  const discs = layout.crowded ? [] : [...layout.places.values()];
  const taken: Box[] = [];
  for (const node of run.nodes.values()) {
    const at = layout.places.get(node.id);
    if (at && layout.labels)
      taken.push(caption(at, (node.replica?.role ?? node.doing).length, node.replica?.structures.length ? 1 : 0));
  }
  // Among hundreds of specks a label may cover some.
  if (shown.length <= MOST_SHAPES)
    for (const { x, y } of [...shown, ...shown.filter(({ pile }) => pile > 1).map(countAt)])
      taken.push({ left: x - 8, right: x + 8, top: y - 7, bottom: y + 7 });
  context.font = `11px ${palette.font}`;
  context.textAlign = "center";
  context.lineJoin = "round";
  for (const one of wanted) {
    const label =
      one.broken > 0
        ? (frame.flights.fate[one.row] as Fate) === Fate.Unlinked
          ? say("stage.no-link")
          : say("stage.lost")
        : (run.labels.get(one.id) ?? run.messageInfo(frame.flights.kind[one.row] ?? 0)?.name ?? "");
    const text = label.length > 22 && !chosen(one) ? `${label.slice(0, 21)}…` : label;
    const half = context.measureText(text).width / 2;
    const inside = Math.min(layout.width - half - 2, Math.max(half + 2, one.x));
    const spot = [
      { x: inside, y: one.y - 13 },
      { x: inside, y: one.y + 21 },
      { x: one.x + half + 11, y: one.y + 4 },
      { x: one.x - half - 11, y: one.y + 4 },
    ].find(({ x, y }) => {
      const box = around(x, y, half);
      return box.left >= 0 && box.right <= layout.width && free(taken, box) && discs.every((disc) => apart(disc, box));
    });
    if (!spot) continue;
    const { x, y } = spot;
    taken.push(around(x, y, half));
    context.globalAlpha = 1 - one.broken;
    context.strokeStyle = palette.paper;
    context.lineWidth = 4;
    context.strokeText(text, x, y);
    context.fillStyle = one.broken > 0 ? palette.soft : palette.ink;
    context.fillText(text, x, y);
  }
  context.globalAlpha = 1;
  context.lineJoin = "miter";
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The room of a label that is so many pixels wide to each side, on this base line. */
function around(x: number, y: number, half: number): Box {
  return { left: x - half, right: x + half, top: y - 10, bottom: y + 3 };
}

/** About where a node's caption stands: it is an element, and measuring it would cost a layout each frame. */
function caption({ x, y, r, side }: Place, letters: number, rows: number): Box {
  const width = Math.min(100, 16 + Math.max(letters, rows * 12) * 6.2);
  const cells = rows * CELL_ROW;
  if (side === "right")
    return { left: x + r + 10, right: x + r + 12 + width, top: y - 16 - cells / 2, bottom: y + 16 + cells / 2 };
  if (side === "left")
    return { left: x - r - 12 - width, right: x - r - 10, top: y - 16 - cells / 2, bottom: y + 16 + cells / 2 };
  const [near, far] = side === "above" ? [-r - 10, -r - 56 - cells] : [r + 44 + cells, r + 8];
  return { left: x - width / 2, right: x + width / 2, top: y + far, bottom: y + near };
}

function free(taken: readonly Box[], box: Box): boolean {
  return !taken.some(
    (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top,
  );
}

/** Whether a box touches neither a disc nor the timer's arc around it. */
function apart({ x, y, r }: Place, { left, right, top, bottom }: Box): boolean {
  const nearest = [Math.min(right, Math.max(left, x)), Math.min(bottom, Math.max(top, y))] as const;
  return Math.hypot(nearest[0] - x, nearest[1] - y) >= r + RIM;
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
