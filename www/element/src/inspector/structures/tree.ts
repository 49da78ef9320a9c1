import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import { who } from "./merge.ts";
import type { Holding } from "./holding.ts";
import { layOut, type Placed } from "./tree-layout.ts";

/** A block's width and height, and the gaps between columns and between rows, in pixels. */
const [WIDE, HIGH, ACROSS, DOWN] = [64, 26, 20, 26];
/** How high a line of text below a block is. */
const LINE = 11;

export const treeStyles = css`
  /* What is new stands at the right end, and is in view. */
  .tree {
    overflow-x: auto;
    padding: 2px;
    direction: rtl;
  }
  .tree svg {
    display: block;
    max-width: none;
    margin-right: auto;
    direction: ltr;
  }
  .tree path {
    fill: none;
    stroke: var(--edge);
    stroke-width: 1.5;
    stroke-dasharray: 3 3;
  }
  .tree path.committed {
    stroke: var(--ink);
    stroke-width: 2.5;
    stroke-dasharray: none;
  }
  .tree rect {
    fill: color-mix(in srgb, var(--c) 15%, var(--paper));
    stroke: var(--c);
    stroke-width: 1.5;
  }
  .tree .pending rect {
    fill: var(--paper);
    stroke-dasharray: 4 3;
  }
  .tree .committed rect {
    stroke-width: 3;
  }
  .tree text {
    font-size: 11px;
    fill: var(--ink);
    text-anchor: middle;
  }
  .tree text.at {
    font-size: 10px;
    fill: var(--soft);
  }
  .tree text.mark {
    font-size: 10px;
    fill: var(--ink);
    font-weight: 400;
  }
  .tree .committed text:not(.at, .mark) {
    font-weight: 700;
  }
  .blocks summary {
    font-size: 13px;
    color: var(--soft);
    cursor: pointer;
  }
  .blocks ul {
    margin: 4px 0 0;
    padding-left: 18px;
    font-size: 13px;
  }
`;

/** Chains with their forks, what is decided drawn heavier, and below each block the replicas for which it is the last. */
export function treePanel(shown: readonly Holding[], values: Values): TemplateResult {
  const blocks = layOut(shown);
  const places = new Map(blocks.map((block) => [block.cell.id, block]));
  const columns = Math.max(...blocks.map((block) => block.depth)) + 1;
  const rows = Math.max(...blocks.map((block) => block.row)) + 1;
  const most = Math.max(
    ...blocks.map(({ last, marks }) => (marks.size > 0 ? marks.size + Number(last.length > 0) : 0)),
  );
  const down = DOWN + Math.max(0, most - 1) * LINE;
  const [width, height] = [columns * (WIDE + ACROSS), rows * (HIGH + down)];
  return html`<div class="tree" tabindex="0" role="region" aria-label=${say("inspector.tree")}>
      <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" aria-hidden="true">
        ${blocks.map((block) => links(block, places, down))}
        ${blocks.map((block) => drawn(block, shown.length, values, down))}
      </svg>
    </div>
    <details class="blocks">
      <summary>${say("inspector.as-list")}</summary>
      <ul>
        ${blocks.map((block) => html`<li>${described(block, places, shown.length)}</li>`)}
      </ul>
    </details>`;
}

const left = (block: Placed) => ACROSS / 2 + block.depth * (WIDE + ACROSS);
const top = (block: Placed, down: number) => 4 + block.row * (HIGH + down);

function links(block: Placed, places: ReadonlyMap<number, Placed>, down: number): SVGTemplateResult[] {
  const parents = (block.cell.parents ?? []).flatMap((id) => places.get(id) ?? []);
  const [x, y] = [left(block), top(block, down) + HIGH / 2];
  return parents.map((parent) => {
    const [fromX, fromY] = [left(parent) + WIDE, top(parent, down) + HIGH / 2];
    return svg`<path class=${block.cell.status} d="M${fromX} ${fromY}H${(fromX + x) / 2}V${y}H${x}" />`;
  });
}

function drawn(block: Placed, replicas: number, values: Values, down: number): SVGTemplateResult {
  const { cell, last, marks } = block;
  const [x, y] = [left(block), top(block, down)];
  const below = y + HIGH + 12;
  const first = below + (last.length > 0 ? LINE : 0);
  return svg`<g class="${values.look(cell.label, cell.epoch)} ${cell.status}">
    <rect x=${x} y=${y} width=${WIDE} height=${HIGH} rx="5" />
    <text x=${x + WIDE / 2} y=${y + HIGH / 2 + 4}>${cell.label}</text>
    ${last.length > 0 ? svg`<text class="at" x=${x + WIDE / 2} y=${below}>${who(last, replicas)}</text>` : nothing}
    ${[...marks].map(
      ([mark, ids], at) =>
        svg`<text class="mark" x=${x + WIDE / 2} y=${first + at * LINE}>${mark}: ${who(ids, replicas)}</text>`,
    )}
  </g>`;
}

function described({ cell, at, last, marks }: Placed, places: ReadonlyMap<number, Placed>, replicas: number): string {
  const parents = (cell.parents ?? []).flatMap((id) => places.get(id)?.cell.label ?? []);
  const block =
    parents.length > 0
      ? say("inspector.block-on", { block: cell.label, parents: parents.join(say("inspector.and")) })
      : cell.label;
  const known = say("inspector.known", { block, status: say(`inspector.${cell.status}`), who: who(at, replicas) });
  const marked = [...marks].map(([mark, ids]) => `; ${mark}: ${who(ids, replicas)}`).join("");
  return known + (last.length > 0 ? say("inspector.last-for", { who: who(last, replicas) }) : "") + marked;
}
