/** A picture of the space-time diagram that stands by itself: title, rows of the diagram with their axis, and legend. */
import type { Record } from "@consensus-playground/engine/protocol.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { lanesNear } from "@consensus-playground/engine/near.ts";
import { moment } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import type { Palette } from "../stage/palette.ts";
import { Axis, LEFT, RIGHT, suited, viewOf } from "./axis.ts";
import { FOOT, drawDiagram } from "./diagram.ts";
import { SIGN, legendOf, type Sign } from "./legend.ts";
import type { Pen } from "./svg-pen.ts";

/** Measures, in pixels: of the whole, and of what stands in it. */
const WIDTH = 1200;
const NARROWEST = 640;
const MARGIN = 16;
const BETWEEN = 10;
const LINE = 17;
const HEADING = 21;
/** Up to how many rows a run is broken into, and how high they are together at most: a canvas has its limits. */
const MOST_ROWS = 24;
const HIGHEST = 7000;
/** Up to so many events, all are drawn. */
const MOST_EVENTS = 20_000;
/** More messages than so many events can have sent. */
const MESSAGES = 2_000_000;

/** What is to be shown, on how many axes. */
export interface Scene {
  run: Run;
  palette: Palette;
  record: Record;
  axes: readonly Axis[];
  upTo: number;
  /** Whether the present is marked. */
  present: boolean;
  /** Of how many events how many are drawn, where these are not all. */
  sampled?: { looked: number; all: number } | undefined;
}

/** The whole run, in rows as the lines of a text. */
export async function wholeRun(run: Run, palette: Palette): Promise<Scene | undefined> {
  const { frame } = run;
  if (!frame) return undefined;
  const { by } = viewOf(run);
  const upTo = frame.last;
  const end = Math.max(1, by === "event" ? upTo : Math.max(frame.lastAt, frame.now));
  const wide = WIDTH - 2 * MARGIN - LEFT - RIGHT;
  const most = Math.min(MOST_ROWS, Math.max(1, Math.floor(HIGHEST / rowHeight(run))));
  const rows = Math.min(most, Math.ceil(end / suited(frame, wide)));
  // Of the last moment, too, something is to be seen.
  const span = (end * (1 + 0.02 / rows)) / rows;
  const axes = Array.from({ length: rows }, (_, row) => new Axis(by, row * span, span, wide, end, end));
  if (!run.near && upTo <= MOST_EVENTS)
    return { run, palette, record: await run.ask("record", 1, upTo, 1, MESSAGES), axes, upTo, present: false };
  const part = await run.ask("part", by, 0, end);
  return { run, palette, record: part, axes, upTo, present: false, sampled: part.all > part.looked ? part : undefined };
}

export interface Picture {
  width: number;
  height: number;
  name: string;
  draw: (pen: Pen) => void;
}

export function picture(scene: Scene, measure: (text: string, font: string) => number): Picture {
  const { run, palette, axes } = scene;
  for (const axis of axes) axis.read(scene.record);
  const wide = (axes[0]?.wide ?? 0) + LEFT + RIGHT;
  const inner = Math.max(wide, NARROWEST - 2 * MARGIN);
  const name = run.info?.title || (run.descriptor?.name ?? "");
  const font = { heading: `bold 15px ${palette.font}`, text: `11px ${palette.font}` };
  const heading = wrapped(name, inner, (text) => measure(text, font.heading));
  const about = wrapped(aboutScene(scene), inner, (text) => measure(text, font.text));
  const top = MARGIN + heading.length * HEADING + about.length * LINE + BETWEEN;
  const row = rowHeight(run);
  const below = top + axes.length * (row + BETWEEN);
  const signs = placed(legend(scene), inner, (text) => measure(text, font.text));
  const height = below + ((signs.at(-1)?.line ?? 0) + 1) * LINE + MARGIN;
  const width = inner + 2 * MARGIN;
  const draw = (pen: Pen): void => {
    pen.fillStyle = palette.paper;
    pen.fillRect(0, 0, width, height);
    pen.font = font.heading;
    pen.fillStyle = palette.ink;
    heading.forEach((text, line) => pen.fillText(text, MARGIN, MARGIN + 14 + line * HEADING));
    pen.font = font.text;
    pen.fillStyle = palette.soft;
    about.forEach((text, line) => pen.fillText(text, MARGIN, MARGIN + heading.length * HEADING + 11 + line * LINE));
    axes.forEach((axis, place) => drawRow(pen, scene, axis, top + place * (row + BETWEEN)));
    for (const sign of signs) drawSign(pen, palette, font.text, sign, below);
  };
  return { width, height, name, draw };
}

function rowHeight(run: Run): number {
  const lanes = lanesNear(run.near, run.nodes.keys()).length + (run.near ? 1 : 0);
  return Math.max(60, lanes * (lanes > 16 ? 14 : 22)) + FOOT;
}

/** Of what it is a picture: enough to carry the run out again. */
function aboutScene({ run, axes, record, sampled }: Scene): string {
  const [first, last] = [axes[0], axes.at(-1)];
  if (!first || !last || !run.info) return "";
  const to = Math.min(last.start + last.span, last.end);
  const count = record.events.filter((event) => {
    const place = first.by === "event" ? event.id : event.at;
    return place >= first.start && place <= to;
  }).length;
  const [from, until] = first.by === "event" ? [record.events[0]?.at ?? 0, run.frame?.now ?? 0] : [first.start, to];
  return [
    run.descriptor?.name,
    say("timeline.about.replicas", { count: run.info.replicas }),
    say("timeline.about.seed", { seed: run.info.seed }),
    say("timeline.about.time", { from: moment(from), to: moment(until) }),
    sampled ? say("timeline.about.sampled", { ...sampled }) : say("timeline.about.events", { count }),
  ].join(" · ");
}

function drawRow(pen: Pen, { run, palette, record, upTo, present }: Scene, axis: Axis, top: number): void {
  pen.save();
  pen.translate(MARGIN, top);
  const [width, height] = [axis.wide + LEFT + RIGHT, rowHeight(run)];
  drawDiagram({ context: pen, palette, run, record, cone: undefined, axis, upTo, present, width, height });
  pen.restore();
}

function legend({ run, record, axes, present }: Scene): Sign[] {
  return legendOf({ run, record, axes, present: present && axes.some((axis) => axis.holds(axis.present)) });
}

interface Placed {
  sign: Sign;
  x: number;
  line: number;
}

/** Signs beside each other, in as many lines as they need. */
function placed(signs: readonly Sign[], width: number, measure: (text: string) => number): Placed[] {
  let [x, line] = [0, 0];
  return signs.map((sign) => {
    const size = SIGN + 6 + measure(sign.name);
    if (x > 0 && x + size > width) [x, line] = [0, line + 1];
    const at = { sign, x, line };
    x += size + 18;
    return at;
  });
}

function drawSign(pen: Pen, palette: Palette, font: string, { sign, x, line }: Placed, top: number): void {
  pen.save();
  pen.translate(MARGIN + x, top + line * LINE);
  sign.draw(pen, palette);
  pen.font = font;
  pen.fillStyle = palette.soft;
  pen.fillText(sign.name, SIGN + 6, SIGN / 4 + 4);
  pen.restore();
}

/** A text in lines of a width; a word that is wider has a line of its own. */
function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
