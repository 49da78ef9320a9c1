/** Draws replicas and clients onto a canvas as the stage shows them as elements: a film has no elements. */
import type { NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { isClient } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { CHECK, CROWN, PADLOCK, path, serrated } from "../stage/glyphs.ts";
import { MOST_CELLS, MOST_REPLICAS, MOST_ROWS, cellWidth, lastOf } from "../stage/holdings.ts";
import { BADGED, CELL_ROW, type Layout, type Place } from "../stage/layout.ts";
import { leaders } from "../stage/motion.ts";
import type { Palette } from "../stage/palette.ts";
import { roleBeside } from "../stage/roles.ts";
import { beside, decided, valuesOf } from "../stage/values.ts";
import { epochIndex } from "../styles/tokens.ts";

/** How high a line of words is, and how wide a client's words are at most. */
const LINE = 15;
const CLIENT = 96;

export interface Canvas {
  context: CanvasRenderingContext2D;
  palette: Palette;
  run: Run;
  layout: Layout;
}

export function drawNodes(canvas: Canvas): void {
  const { run, layout } = canvas;
  for (const node of run.nodes.values()) {
    const at = layout.places.get(node.id);
    if (!at || (layout.crowded && !isClient(node.id))) continue;
    if (isClient(node.id)) drawClient(canvas, node, at);
    else drawReplica(canvas, node, at);
    if (layout.labels) drawWords(canvas, node, at);
  }
}

/** Draws around a place, and leaves the canvas as it was. */
function around({ context }: Canvas, { x, y }: Place, work: () => void): void {
  context.save();
  context.translate(x, y);
  work();
  context.restore();
}

function drawClient(canvas: Canvas, { id }: NodeView, at: Place): void {
  const { context, palette } = canvas;
  const r = Math.max(12, at.r);
  around(canvas, at, () => {
    context.beginPath();
    context.roundRect(-r, -r, 2 * r, 2 * r, 9);
    context.fillStyle = palette.card;
    context.fill();
    context.strokeStyle = palette.edge;
    context.lineWidth = 1.5;
    context.stroke();
    text(canvas, id, 0, 4, `600 12px ${palette.font}`, palette.ink, "center");
  });
}

function drawReplica(canvas: Canvas, node: NodeView, at: Place): void {
  const { context, palette, run } = canvas;
  const view = node.replica;
  const look = run.role(view?.role)?.look ?? "follow";
  const crashed = node.health === "crashed";
  const lead = look === "lead" && !crashed;
  const colour = crashed ? palette.edge : (palette.epochs[epochIndex(view?.epoch ?? -1)] ?? palette.edge);
  const letters = crashed ? palette["on-dead"] : lead ? palette["on-epoch"] : palette.ink;
  around(canvas, at, () => {
    if (node.health === "paused") context.globalAlpha = 0.7;
    context.fillStyle = crashed ? palette.dead : lead ? colour : palette.card;
    context.strokeStyle = colour;
    context.lineWidth = 2.5;
    context.setLineDash(look === "contend" && !crashed ? [5, 4] : []);
    const shape = node.byzantine ? new Path2D(serrated(at.r)) : circle(at.r);
    context.fill(shape);
    context.stroke(shape);
    context.setLineDash([]);
    if (look === "done" && !crashed) context.stroke(circle(at.r - 4.5));
    if (lead) crown(canvas, at.r, colour, (view?.epoch ?? 0) < Math.max(0, ...leaders(run).values()));
    if (look === "blocked" && !crashed) badge(canvas, at.r, PADLOCK, colour, true);
    if (look === "done" && !crashed) badge(canvas, at.r, CHECK, colour, false);
    if (crashed) cross(canvas, at.r * 0.68);
    const badged = Boolean(view?.badge) && at.r >= BADGED && !crashed;
    const size = Math.min(17, Math.max(9, at.r * 0.56));
    text(canvas, node.id, 0, badged ? 0 : size * 0.36, `650 ${size}px ${palette.font}`, letters, "center");
    if (badged) text(canvas, view?.badge ?? "", 0, 13, `11px ${palette.font}`, lead ? letters : palette.soft, "center");
    context.globalAlpha = 1;
    if (node.health === "paused") bars(canvas, at.r);
    chip(canvas, node, at.r);
  });
}

function circle(r: number): Path2D {
  const one = new Path2D();
  one.arc(0, 0, r, 0, 2 * Math.PI);
  return one;
}

function crown({ context, palette }: Canvas, r: number, colour: string, outdated: boolean): void {
  context.save();
  context.translate(0, -r - 10);
  const scale = Math.max(r / 30, 0.6);
  context.scale(scale, scale);
  context.fillStyle = outdated ? palette.paper : colour;
  context.fill(path(CROWN));
  context.lineWidth = 2;
  if (outdated) context.stroke(path(CROWN));
  context.restore();
}

function badge({ context, palette }: Canvas, r: number, mark: string, colour: string, filled: boolean): void {
  context.save();
  context.translate(r * 0.78, -r * 0.78);
  context.scale(r / 30, r / 30);
  context.fillStyle = palette.paper;
  context.lineWidth = 1.5;
  context.fill(circle(12));
  context.stroke(circle(12));
  context.scale(0.85, 0.85);
  context.lineWidth = 2.2;
  context.fillStyle = colour;
  if (filled) context.fill(path(mark));
  context.stroke(path(mark));
  context.restore();
}

function cross({ context, palette }: Canvas, r: number): void {
  context.globalAlpha = 0.55;
  context.strokeStyle = palette["on-dead"];
  context.lineWidth = 2;
  context.stroke(new Path2D(`M${-r},${-r}L${r},${r}M${r},${-r}L${-r},${r}`));
  context.globalAlpha = 1;
}

function bars({ context, palette }: Canvas, r: number): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 3.5;
  context.stroke(new Path2D(`M-5,${r * 0.55}v8M5,${r * 0.55}v8`));
}

/** What it has decided last, at the lower edge of its disc. */
function chip(canvas: Canvas, { replica }: NodeView, r: number): void {
  const { context, palette, run, layout } = canvas;
  const last = replica && layout.labels ? decided(replica) : undefined;
  if (!last || run.replicas.length > MOST_REPLICAS) return;
  const values = valuesOf(run);
  const rival = values.get(last.label);
  context.font = `650 11px ${palette.font}`;
  const width = Math.min(Math.max(54, r * 2.2), context.measureText(last.label).width + 12);
  context.beginPath();
  context.roundRect(-width / 2, r - 8, width, 17, 9);
  context.fillStyle = rival ? coloured(values.look(last.label, -1), palette) : palette.ink;
  context.fill();
  const ink = rival ? palette["on-epoch"] : palette.paper;
  text(canvas, last.label, 0, r + 4.5, context.font, ink, "center", width - 8);
}

/** The colour of a class such as `v3` or `e1`. */
function coloured(look: string, palette: Palette): string {
  const all = look.startsWith("v") ? palette.values : palette.epochs;
  return all[Number(look.slice(1))] ?? palette.edge;
}

/** Its role, its votes and the last cells of what it holds, on the side where there is room. */
function drawWords(canvas: Canvas, node: NodeView, at: Place): void {
  const { context, palette, run, layout } = canvas;
  const sideways = at.side === "left" || at.side === "right";
  const reach = at.r + (sideways ? 14 : 26);
  const x = at.side === "left" ? at.x - reach : at.side === "right" ? at.x + reach : at.x;
  const room = (sideways ? (at.side === "left" ? x : layout.width - x) : 2 * Math.min(x, layout.width - x)) - 6;
  const tally = node.health === "up" ? node.replica?.tallies[0] : undefined;
  const rows = node.replica && run.replicas.length <= MOST_REPLICAS ? beside(node.replica).slice(0, MOST_ROWS) : [];
  context.font = `12px ${palette.font}`;
  const lines = [
    ...(isClient(node.id)
      ? wrapped(context, node.doing ?? "", Math.min(room, CLIENT))
      : [roleBeside(node, run, layout.close)]),
    ...(tally ? [say("inspector.have-of", { have: tally.votes.length, needed: tally.needed })] : []),
  ].filter(Boolean);
  const height = lines.length * LINE + rows.length * CELL_ROW;
  const top = sideways ? at.y - height / 2 : at.side === "above" ? at.y - reach - height : at.y + reach - 8;
  const align = at.side === "left" ? "right" : at.side === "right" ? "left" : "center";
  lines.forEach((one, line) =>
    text(canvas, one, x, top + 12 + line * LINE, `12px ${palette.font}`, palette.soft, align, room),
  );
  rows.forEach((row, place) => {
    drawCells(canvas, row, x, top + lines.length * LINE + place * CELL_ROW + 2, align, room);
  });
}

/** A sentence in lines that are no wider than that, where its words allow it. */
function wrapped(context: CanvasRenderingContext2D, words: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && context.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

type Row = ReturnType<typeof beside>[number];

function drawCells(canvas: Canvas, row: Row, x: number, y: number, align: CanvasTextAlign, room: number): void {
  const { context, palette, run } = canvas;
  const values = valuesOf(run);
  const shown = lastOf(row, room, MOST_CELLS).map((cell) => ({ cell, width: cellWidth(cell.label) }));
  const whole = shown.reduce((sum, { width }) => sum + width + 2, -2);
  let left = align === "right" ? x - whole : align === "center" ? x - whole / 2 : x;
  for (const { cell, width } of shown) {
    const colour = coloured(values.look(cell.label, cell.epoch), palette);
    const committed = cell.status === "committed";
    context.beginPath();
    context.roundRect(left + 0.75, y, width - 1.5, 15, 3);
    context.fillStyle = committed ? colour : palette.paper;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.setLineDash(committed || cell.status === "prepared" ? [] : [3, 2]);
    context.stroke();
    context.setLineDash([]);
    const ink = committed ? palette["on-epoch"] : palette.ink;
    text(canvas, cell.label, left + width / 2, y + 11, `10px ${palette.font}`, ink, "center", width - 5);
    left += width + 2;
  }
}

function text(
  { context }: Canvas,
  words: string,
  x: number,
  y: number,
  font: string,
  colour: string,
  align: CanvasTextAlign,
  room = Infinity,
): void {
  context.font = font;
  context.fillStyle = colour;
  context.textAlign = align;
  context.textBaseline = "alphabetic";
  context.fillText(fitting(context, words, room), x, y);
}

/** As much of a text as there is room for. */
export function fitting(context: CanvasRenderingContext2D, words: string, room: number): string {
  if (context.measureText(words).width <= room) return words;
  let end = words.length;
  while (end > 1 && context.measureText(`${words.slice(0, end)}…`).width > room) end -= 1;
  return `${words.slice(0, end)}…`;
}
