import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import type { Holding } from "./holding.ts";
import { byId, who, type Merged } from "./merge.ts";

/** A cell's width and height, and the gaps between columns and between rows, in pixels. */
const [WIDE, HIGH, ACROSS, DOWN] = [64, 26, 44, 34];
/** How many columns there are at most: the last ones. */
const COLUMNS = 12;

export const graphStyles = css`
  .graph {
    overflow-x: auto;
    padding: 2px;
  }
  .graph svg {
    display: block;
    max-width: none;
  }
  .graph path.edge {
    fill: none;
    stroke: var(--soft);
    stroke-width: 1.25;
  }
  .graph path.edge.mutual {
    stroke: var(--ink);
    stroke-width: 2;
  }
  .graph marker path {
    fill: var(--soft);
  }
  .graph marker.mutual path {
    fill: var(--ink);
  }
  .graph rect {
    fill: color-mix(in srgb, var(--c) 15%, var(--paper));
    stroke: var(--c);
    stroke-width: 1.5;
  }
  .graph .pending rect {
    fill: var(--paper);
    stroke-dasharray: 4 3;
  }
  .graph .committed rect {
    stroke-width: 3;
  }
  .graph text {
    font-size: 11px;
    fill: var(--ink);
    text-anchor: middle;
  }
  .graph text.at {
    font-size: 10px;
    fill: var(--soft);
  }
  .graph .committed text:not(.at) {
    font-weight: 700;
  }
  .vertices summary {
    font-size: 13px;
    color: var(--soft);
    cursor: pointer;
  }
  .vertices ul {
    margin: 4px 0 0;
    padding-left: 18px;
    font-size: 13px;
  }
`;

interface Placed extends Merged {
  x: number;
  y: number;
}

/** Cells in rows, with an arrow from each to those that it depends on; heavier where both can be reached from each other. */
export function graphPanel(shown: readonly Holding[], values: Values): TemplateResult {
  const all = [...byId(shown).values()];
  const last = Math.max(...all.map(({ cell }) => cell.place?.[1] ?? 1));
  const first = Math.max(1, last - COLUMNS + 1);
  const inView = all.filter(({ cell }) => (cell.place?.[1] ?? 1) >= first);
  const places = new Map(inView.map((one) => [one.cell.id, placed(one, first)]));
  const rows = Math.max(...inView.map(({ cell }) => cell.place?.[0] ?? 1));
  const [width, height] = [(last - first + 1) * (WIDE + ACROSS), rows * (HIGH + DOWN)];
  const reached = new Map(inView.map(({ cell }) => [cell.id, reachable(cell.id, places)]));
  return html`<div class="graph" tabindex="0" role="region" aria-label=${say("inspector.graph")}>
      <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" aria-hidden="true">
        <defs>${["", "mutual"].map(head)}</defs>
        ${[...places.values()].map((one) => edges(one, places, reached))}
        ${[...places.values()].map((one) => drawn(one, shown.length, values))}
      </svg>
    </div>
    <details class="vertices">
      <summary>${say("inspector.as-list")}</summary>
      <ul>
        ${[...places.values()].map((one) => html`<li>${described(one, places, shown.length)}</li>`)}
      </ul>
    </details>`;
}

function placed(one: Merged, first: number): Placed {
  const [row, column] = [one.cell.place?.[0] ?? 1, one.cell.place?.[1] ?? 1];
  return { ...one, x: ACROSS / 2 + (column - first) * (WIDE + ACROSS), y: 4 + (row - 1) * (HIGH + DOWN) };
}

/** All cells that can be reached from one. */
function reachable(from: number, places: ReadonlyMap<number, Placed>): Set<number> {
  const found = new Set<number>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of places.get(id)?.cell.parents ?? []) {
      if (!found.has(next) && places.has(next)) open.push(next);
      found.add(next);
    }
  }
  return found;
}

function head(kind: string): SVGTemplateResult {
  return svg`<marker id="arrow${kind}" class=${kind} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
    markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" /></marker>`;
}

/** Arrows leave and reach a cell at its side, or above and below where the two stand in one column. */
function edges(
  one: Placed,
  places: ReadonlyMap<number, Placed>,
  reached: ReadonlyMap<number, ReadonlySet<number>>,
): SVGTemplateResult[] {
  const targets = (one.cell.parents ?? []).flatMap((id) => places.get(id) ?? []);
  return targets.map((to) => {
    const mutual = reached.get(to.cell.id)?.has(one.cell.id) ?? false;
    const kind = mutual ? "mutual" : "";
    return svg`<path class="edge ${kind}" marker-end="url(#arrow${kind})" d=${way(one, to)} />`;
  });
}

function way(from: Placed, to: Placed): string {
  const [y, toY] = [from.y + HIGH / 2, to.y + HIGH / 2];
  if (from.x === to.x) {
    const up = to.y < from.y;
    // The two arrows between a pair, and those that pass a cell in between, are told apart.
    const [x, bend] = [from.x + (up ? 0 : WIDE), (up ? -1 : 1) * (8 + (5 * Math.abs(to.y - from.y)) / (HIGH + DOWN))];
    return `M${x} ${y}C${x + bend} ${y} ${x + bend} ${toY} ${x} ${toY}`;
  }
  const left = to.x < from.x;
  const [x, toX] = [from.x + (left ? 0 : WIDE), to.x + (left ? WIDE : 0)];
  const middle = (x + toX) / 2;
  return `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
}

function drawn({ cell, marks, x, y }: Placed, replicas: number, values: Values): SVGTemplateResult {
  const marked = [...marks].map(([mark, ids]) => `${mark}: ${who(ids, replicas)}`).join(", ");
  return svg`<g class="${values.look(cell.label, cell.epoch)} ${cell.status}">
    <rect x=${x} y=${y} width=${WIDE} height=${HIGH} rx="5" />
    <text x=${x + WIDE / 2} y=${y + HIGH / 2 + 4}>${cell.label}</text>
    <text class="at" x=${x + WIDE / 2} y=${y + HIGH + 12}>${cell.row}${marked ? ` ${marked}` : nothing}</text>
  </g>`;
}

function described({ cell, at, marks }: Placed, places: ReadonlyMap<number, Placed>, replicas: number): string {
  const to = (cell.parents ?? []).flatMap((id) => places.get(id)?.cell.row ?? []);
  const name = `${cell.row ?? ""} ${cell.label}`;
  const block = to.length > 0 ? say("inspector.vertex-to", { vertex: name, to: to.join(say("inspector.and")) }) : name;
  const known = say("inspector.known", { block, status: say(`inspector.${cell.status}`), who: who(at, replicas) });
  return known + [...marks].map(([mark, ids]) => `; ${mark}: ${who(ids, replicas)}`).join("");
}
