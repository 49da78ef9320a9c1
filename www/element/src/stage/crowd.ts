/** Replicas that stand too near each other for a button each: drawn as dots, found by where a pointer is, or by keys. */
import type { NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { isClient } from "@consensus-playground/engine/format.ts";
import { epochIndex } from "../styles/tokens.ts";
import type { Layout, Place } from "./layout.ts";
import type { Palette } from "./palette.ts";

/** From this radius on, a dot has room for its number. */
const NUMBERED = 9;
/** How much further Page Up and Page Down go than an arrow. */
const PAGE = 10;

/** What tells one dot from another, apart from its colour. */
type Mark = "hollow" | "filled" | "lead" | "cross" | "square";

function markOf(run: Run, node: NodeView): Mark {
  const look = run.role(node.replica?.role)?.look;
  if (node.health === "crashed") return "cross";
  if (node.byzantine) return "square";
  if (look === "lead") return "lead";
  return look === "done" ? "filled" : "hollow";
}

/** Draws all dots, those that look the same at once. */
export function drawDots(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, run: Run): void {
  const kinds = new Map<string, { colour: string; mark: Mark; places: Place[] }>();
  const roles = new Map<string, Mark>();
  for (const node of run.nodes.values()) {
    const at = layout.places.get(node.id);
    if (!at || isClient(node.id)) continue;
    const role = `${node.replica?.role} ${node.health} ${node.byzantine}`;
    let mark = roles.get(role);
    if (!mark) roles.set(role, (mark = markOf(run, node)));
    const epoch = epochIndex(node.replica?.epoch ?? -1);
    const colour = mark === "cross" ? palette.edge : (palette.epochs[epoch] ?? palette.soft);
    const found = kinds.get(mark + colour);
    if (found) found.places.push(at);
    else kinds.set(mark + colour, { colour, mark, places: [at] });
  }
  for (const { colour, mark, places } of kinds.values()) {
    context.beginPath();
    for (const at of places) trace(context, at, mark);
    context.lineWidth = Math.min(2, (places[0]?.r ?? 4) / 2);
    context.strokeStyle = colour;
    context.fillStyle = mark === "filled" || mark === "lead" ? colour : palette.card;
    if (mark !== "cross") context.fill();
    context.stroke();
  }
  drawNumbers(context, layout, palette, run);
}

function trace(context: CanvasRenderingContext2D, { x, y, r }: Place, mark: Mark): void {
  if (mark === "cross") {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x + r, y - r);
    context.lineTo(x - r, y + r);
  } else if (mark === "square") context.rect(x - r, y - r, 2 * r, 2 * r);
  else {
    const radius = mark === "lead" ? r * 1.6 : r;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** Numbers, where the dots have room for them. */
function drawNumbers(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, run: Run): void {
  const [first] = run.nodes.keys();
  if ((layout.places.get(first ?? "")?.r ?? 0) < NUMBERED) return;
  context.font = `600 9px ${palette.font}`;
  context.textAlign = "center";
  for (const node of run.nodes.values()) {
    const at = layout.places.get(node.id);
    if (!at || isClient(node.id)) continue;
    const mark = markOf(run, node);
    context.fillStyle = mark === "filled" || mark === "lead" ? palette.paper : palette.ink;
    if (mark !== "cross") context.fillText(node.id, at.x, at.y + 3);
  }
}

/**
 * Over the messages, so that hundreds of them don't hide it: whoever is selected with those it is linked to, of which the
 * panels tell, and those whom a broken property concerns.
 */
export function drawChosen(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, run: Run): void {
  const chosen = run.selected !== null && !isClient(run.selected) ? run.selected : undefined;
  const beside = chosen === undefined ? [] : (run.near?.ids ?? []).filter((id) => id !== chosen);
  drawLinksOf(context, layout, palette, chosen);
  for (const id of run.evidence?.broken?.nodes ?? []) ring(context, layout.places.get(id), palette, palette.bad, []);
  for (const id of beside) ring(context, layout.places.get(id), palette, palette.accent, []);
  if (chosen !== undefined) ring(context, layout.places.get(chosen), palette, palette.accent, [4, 3]);
  if (chosen !== undefined && (layout.places.get(chosen)?.r ?? NUMBERED) < NUMBERED)
    drawNames(context, layout, palette, [chosen, ...beside]);
}

function drawLinksOf(
  context: CanvasRenderingContext2D,
  layout: Layout,
  palette: Palette,
  chosen: string | undefined,
): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.globalAlpha = 0.7;
  context.beginPath();
  for (const { a, b, from, to } of layout.links) {
    if (a !== chosen && b !== chosen) continue;
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** A ring with a light edge, so that it stands out of whatever is behind it. */
function ring(
  context: CanvasRenderingContext2D,
  at: Place | undefined,
  palette: Palette,
  colour: string,
  dash: number[],
): void {
  if (!at) return;
  context.beginPath();
  context.arc(at.x, at.y, at.r + 4, 0, 2 * Math.PI);
  context.strokeStyle = palette.paper;
  context.lineWidth = 5;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** The numbers of dots that have no room for them, beside them; left out where one would lie on another or on a ring. */
function drawNames(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, ids: readonly string[]): void {
  context.font = `600 11px ${palette.font}`;
  context.textAlign = "left";
  context.lineJoin = "round";
  context.strokeStyle = palette.paper;
  context.lineWidth = 4;
  context.fillStyle = palette.ink;
  const places = ids.map((id) => layout.places.get(id)).filter((one): one is Place => one !== undefined);
  const taken = places.map(({ x, y, r }) => ({ left: x - r - 6, right: x + r + 6, top: y - r - 6, bottom: y + r + 6 }));
  places.forEach(({ x, y, r }, place) => {
    const id = ids[place] ?? "";
    const width = context.measureText(id).width;
    for (const [left, line] of [
      [x + r + 8, y + 4],
      [x - r - 8 - width, y + 4],
      [x - width / 2, y - r - 9],
      [x - width / 2, y + r + 17],
    ] as const) {
      const box = { left, right: left + width, top: line - 9, bottom: line + 1 };
      const meets = (one: typeof box) =>
        box.left < one.right && box.right > one.left && box.top < one.bottom && box.bottom > one.top;
      if (box.left < 0 || box.right > layout.width || taken.some(meets)) continue;
      taken.push(box);
      context.strokeText(id, left, line);
      context.fillText(id, left, line);
      return;
    }
  });
  context.lineJoin = "miter";
}

/** The replica nearest to a pointer, and how far away it is, if it is within reach. */
export function nearestDot(
  layout: Layout,
  x: number,
  y: number,
  reach: number,
): { id: string; distance: number } | null {
  let best: { id: string; distance: number } | null = null;
  for (const [id, at] of layout.places) {
    if (isClient(id)) continue;
    const distance = Math.hypot(at.x - x, at.y - y);
    if (distance <= (best?.distance ?? reach)) best = { id, distance };
  }
  return best;
}

/** Where a key leads from one of so many places in a list; `undefined` where it is none that leads anywhere. */
export function step(key: string, at: number, count: number): number | undefined {
  const to = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
