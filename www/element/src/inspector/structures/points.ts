import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import type { Cell } from "@consensus-playground/engine/types.ts";
import { capital } from "@consensus-playground/engine/format.ts";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import { corners } from "./hull.ts";
import { scaleEnds } from "./scale-ends.ts";
import type { Holding } from "./holding.ts";

/** The drawing's width, the height of the plane, and the border around both, in its own units. */
const [WIDE, HIGH, BORDER] = [360, 300, 26];
/** How high an epoch is on a line, and how many there are at least and at most. */
const [ROW, FEWEST, MOST] = [24, 4, 16];
/** A replica's disc, and how many replicas still have their number in it. */
const [RADIUS, NUMBERED] = [9, 16];

export const pointsStyles = css`
  .points svg {
    display: block;
    width: 100%;
    max-width: 560px;
    height: auto;
  }
  .points .frame,
  .points .tick {
    stroke: var(--line);
    fill: none;
  }
  .points .trail {
    fill: none;
    stroke: var(--soft);
    stroke-width: 1.5;
  }
  .points .liar .trail {
    stroke-dasharray: 2 4;
  }
  .points circle {
    fill: var(--paper);
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  .points .committed circle {
    stroke-width: 3;
  }
  .points .liar circle {
    stroke-dasharray: 3 3;
  }
  .points .before {
    fill: none;
    stroke: var(--soft);
    stroke-dasharray: 5 4;
  }
  .points .now {
    fill: color-mix(in srgb, var(--accent) 18%, transparent);
    stroke: var(--accent);
  }
  .points .arrow line {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .points .arrow path {
    fill: var(--accent);
  }
  .points .arrow.liar line {
    stroke: var(--ink);
    stroke-dasharray: 3 3;
  }
  .points .arrow.liar path {
    fill: var(--ink);
  }
  .points text {
    font-size: 11px;
    fill: var(--ink);
    text-anchor: middle;
  }
  .points text.scale {
    fill: var(--soft);
  }
  .points text.start {
    text-anchor: start;
  }
  .points text.end {
    text-anchor: end;
  }
  .points ul {
    margin: 4px 0 0;
    padding-left: 18px;
    font-size: 13px;
  }
  .points summary {
    font-size: 13px;
    color: var(--soft);
    cursor: pointer;
  }
`;

type At = readonly [x: number, y: number];

interface Stand {
  holding: Holding;
  /** Where it stood at the beginning of each epoch that is shown, the last one now. */
  trail: readonly { cell: Cell; at: At }[];
}

/** Where others would have a replica go from where it stood. */
interface Arrow {
  by: string;
  lies: boolean;
  from: Cell;
  to: Cell;
}

/** Where replicas stand, and how they came there: in the plane, or on a line with an epoch below the other. */
export function pointsPanel(shown: readonly Holding[], _: Values, epoch: string): TemplateResult {
  const some = shown.filter(({ cells }) => cells.length > 0).map(withoutArrows);
  const plane = some.some(({ cells }) => (cells[0]?.place?.length ?? 0) > 1);
  return html`<div class="points">
    ${plane ? inThePlane(some, arrows(shown)) : onALine(some, epoch)}
    <details>
      <summary>${say("inspector.as-list")}</summary>
      <ul>
        ${some.map(
          ({ id, cells, lies }) =>
            html`<li>
              ${say(lies ? "inspector.stands-lying" : "inspector.stands", { id, place: cells.at(-1)?.label ?? "" })}
            </li>`,
        )}
      </ul>
    </details>
  </div>`;
}

const withoutArrows = (holding: Holding): Holding => ({ ...holding, cells: holding.cells.filter(({ lane }) => !lane) });

function arrows(shown: readonly Holding[]): Arrow[] {
  const liars = new Set(shown.filter(({ lies }) => lies).map(({ id }) => id));
  return shown.flatMap(({ cells }) => {
    const at = (epoch: number) => cells.find((cell) => !cell.lane && cell.epoch === epoch);
    return cells.flatMap((to) => {
      const [by, from] = [String(to.lane), at(to.epoch)];
      return to.lane && from ? [{ by, lies: liars.has(by), from, to }] : [];
    });
  });
}

const across = ({ place }: Cell) => place?.[0] ?? 0;
const upwards = ({ place }: Cell) => place?.[1] ?? 0;

/** From a coordinate to one of the drawing, so that all that is shown has room. */
function scale(all: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (value) => (high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from));
}

function onALine(shown: readonly Holding[], epoch: string): TemplateResult {
  const epochs = [...new Set(shown.flatMap(({ cells }) => cells.map((cell) => cell.epoch)))].sort((a, b) => a - b);
  const last = epochs.slice(-MOST);
  const rows = Math.max(FEWEST, last.length);
  const cells = shown.map((one) => one.cells.filter((cell) => last.includes(cell.epoch)));
  const x = scale(cells.flat().map(across), BORDER + 40, WIDE - BORDER);
  const y = (cell: Cell) => BORDER + ROW / 2 + last.indexOf(cell.epoch) * ROW;
  const stands = shown.map((holding, at) => ({
    holding,
    trail: (cells[at] ?? []).map((cell) => ({ cell, at: [x(across(cell)), y(cell)] as const })),
  }));
  const ends = extremes(cells.flat(), across);
  const height = 2 * BORDER + rows * ROW;
  return html`<svg viewBox="0 0 ${WIDE} ${height}" role="img" aria-label=${told(shown, epoch)}>
    ${last.map(
      (at, row) => svg`
        <line class="tick" x1=${BORDER + 34} x2=${WIDE - BORDER + 6} y1=${BORDER + ROW / 2 + row * ROW} y2=${BORDER + ROW / 2 + row * ROW} />
        <text class="scale start" x="4" y=${BORDER + ROW / 2 + row * ROW + 4}>${row === 0 ? `${capital(epoch)} ${at}` : at}</text>`,
    )}
    ${ends.map((cell) => svg`<text class="scale" x=${x(across(cell))} y=${BORDER - 8}>${cell.label}</text>`)}
    ${stands.map((stand) => drawn(stand, shown.length))}
  </svg>`;
}

function inThePlane(shown: readonly Holding[], towards: readonly Arrow[]): TemplateResult {
  const cells = [...shown.flatMap((one) => one.cells), ...towards.map(({ to }) => to)];
  const x = scale(cells.map(across), BORDER, WIDE - BORDER);
  const y = scale(cells.map(upwards), HIGH - BORDER, BORDER);
  const place = (cell: Cell): At => [x(across(cell)), y(upwards(cell))];
  // Who may lie stands behind the others.
  const ordered = [...shown].sort((a, b) => Number(b.lies) - Number(a.lies));
  const stands = ordered.map((holding) => ({
    holding,
    trail: holding.cells.map((cell) => ({ cell, at: place(cell) })),
  }));
  const truthful = stands.filter(({ holding }) => !holding.lies);
  const hull = (which: "before" | "now") => {
    const of = truthful.flatMap(({ trail }) => trail.at(which === "now" ? -1 : 0)?.at ?? []);
    return of.length === 0
      ? nothing
      : svg`<path class=${which} d="M${corners(pairs(of))
          .map((at) => at.join(" "))
          .join("L")}Z" />`;
  };
  const own = shown.flatMap((one) => one.cells);
  const [left = "", right = ""] = scaleEnds(cells.map(across), own.map(across), labelled(own, 0));
  const [low = "", high = ""] = scaleEnds(cells.map(upwards), own.map(upwards), labelled(own, 1));
  return html`<svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label=${told(shown)}>
    <rect class="frame" x="1" y="1" width=${WIDE - 2} height=${HIGH - 2} rx="6" />
    <text class="scale start" x="6" y=${HIGH - 7}>${left}</text>
    <text class="scale end" x=${WIDE - 6} y=${HIGH - 7}>${right}</text>
    <text class="scale start" x="6" y=${HIGH - 22}>${low}</text>
    <text class="scale start" x="6" y="15">${high}</text>
    ${hull("before")} ${hull("now")}
    ${towards.map((one) => arrow(one, place(one.from), place(one.to), towards.length <= NUMBERED))}
    ${stands.map((stand) => drawn(stand, shown.length))}
  </svg>`;
}

/** How long an arrow's head is, and how wide on either side. */
const [HEAD, WING] = [7, 3];

function arrow({ by, lies }: Arrow, [x, y]: At, [toX, toY]: At, numbered: boolean): SVGTemplateResult {
  const long = Math.hypot(toX - x, toY - y);
  if (long < 1) return svg``;
  const [dx, dy] = [(toX - x) / long, (toY - y) / long];
  const [backX, backY] = [toX - HEAD * dx, toY - HEAD * dy];
  const head = `M${toX} ${toY}L${backX - WING * dy} ${backY + WING * dx}L${backX + WING * dy} ${backY - WING * dx}Z`;
  return svg`<g class="arrow ${lies ? "liar" : ""}">
    <line x1=${x} y1=${y} x2=${backX} y2=${backY} />
    <path d=${head} />
    ${numbered ? svg`<text x=${toX + 10 * dx} y=${toY + 10 * dy + 4}>${by}</text>` : nothing}
  </g>`;
}

/** Numbers in a row as pairs. */
function pairs(numbers: readonly number[]): At[] {
  return numbers.flatMap((x, at) => (at % 2 === 0 ? [[x, numbers[at + 1] ?? 0] as const] : []));
}

/** The cells that are farthest out, on either side. */
function extremes(cells: readonly Cell[], of: (cell: Cell) => number): Cell[] {
  const sorted = [...cells].sort((a, b) => of(a) - of(b));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return [];
  return of(first) === of(last) ? [first] : [first, last];
}

/** One coordinate of each cell, as its label has it. */
function labelled(cells: readonly Cell[], at: number): string[] {
  return cells.map((cell) => cell.label.split(",")[at] ?? "");
}

function drawn({ holding, trail }: Stand, replicas: number): SVGTemplateResult {
  const [last] = trail.slice(-1);
  if (!last) return svg``;
  const numbered = replicas <= NUMBERED;
  return svg`<g class="${last.cell.status} ${holding.lies ? "liar" : ""}">
    <polyline class="trail" points=${trail.map(({ at }) => at.join(",")).join(" ")} />
    <circle cx=${last.at[0]} cy=${last.at[1]} r=${numbered ? RADIUS : 4} />
    ${numbered ? svg`<text x=${last.at[0]} y=${last.at[1] + 4}>${holding.id}</text>` : nothing}
  </g>`;
}

/** The picture in a sentence: where everybody stands. */
function told(shown: readonly Holding[], epoch?: string): string {
  const places = shown.map(({ id, cells }) => `${id}: ${cells.at(-1)?.label ?? ""}`).join("; ");
  const at = Math.max(...shown.flatMap(({ cells }) => cells.at(-1)?.epoch ?? []));
  return epoch ? say("inspector.points-in", { epoch, at, places }) : say("inspector.points", { places });
}
