/** What a replica holds and has decided, beside its disc: as cells, and in words. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Cell, NodeView, StructureKind } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { isClient } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import type { Place } from "./layout.ts";
import { beside, decided, valuesOf, type Values } from "./values.ts";

/** Above this many replicas a picture full of cells tells nothing any more. */
const MOST_REPLICAS = 9;
/** Up to how many cells stand beside a disc, and how many rows of them where a log has lanes. */
const MOST_CELLS = 6;
const MOST_CELLS_NARROW = 3;
const MOST_ROWS = 3;
/** A cell's width in CSS pixels: about so much for each letter, and the most. */
const LETTER = 6.4;
const WIDEST = 60;

export const holdingStyles = css`
  .cells {
    display: flex;
    gap: 2px;
    align-items: center;
    justify-content: inherit;
    min-height: 17px;
    font-size: 10px;
    line-height: 13px;
    text-shadow: none;
  }
  .left .cells {
    justify-content: flex-end;
  }
  .cells i {
    box-sizing: border-box;
    min-width: 15px;
    max-width: 60px;
    padding: 0 3px;
    overflow: hidden;
    text-overflow: ellipsis;
    text-align: center;
    font-style: normal;
    color: var(--ink);
    border: 1.5px dashed var(--c);
    border-radius: 3px;
    background: var(--paper);
  }
  .cells i.prepared {
    border-style: solid;
  }
  .cells i.committed {
    border-style: solid;
    color: var(--on-epoch);
    background: var(--c);
    font-weight: 600;
  }
  .decided {
    position: absolute;
    z-index: 1;
    top: calc(50% + var(--r) - 7px);
    left: 50%;
    transform: translateX(-50%);
    max-width: max(66px, calc(var(--r) * 2.2));
    padding: 0 6px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 11px;
    font-weight: 650;
    line-height: 16px;
    color: var(--on-epoch);
    background: var(--c);
    border: 1.5px solid var(--paper);
    border-radius: 9px;
    pointer-events: none;
  }
  .decided.plain {
    color: var(--paper);
    background: var(--ink);
  }
  @media (forced-colors: active) {
    .cells i.committed,
    .decided {
      forced-color-adjust: none;
      color: Canvas;
      background: CanvasText;
      border-color: CanvasText;
    }
  }
`;

/** Whether there is a place for cells in this picture: how many rows of them. */
export function rowsOfCells(run: Run | undefined): number {
  if (!run?.descriptor?.structures.length || run.replicas.length > MOST_REPLICAS) return 0;
  const rows = run.replicas.map(({ replica }) => (replica ? beside(replica).length : 0));
  return Math.min(MOST_ROWS, Math.max(1, ...rows));
}

/** The last cells of what a replica has built, as many as there is room for. */
export function cells(run: Run, node: NodeView, at: Place, width: number): TemplateResult | typeof nothing {
  if (!node.replica || isClient(node.id) || rowsOfCells(run) === 0) return nothing;
  const values = valuesOf(run);
  const sideways = at.side === "left" || at.side === "right";
  const reach = at.r + 18;
  const room = sideways
    ? (at.side === "left" ? at.x : width - at.x) - reach
    : 2 * Math.min(at.x, width - at.x, width / 4) - 8;
  const most = width < 560 ? MOST_CELLS_NARROW : MOST_CELLS;
  return html`${beside(node.replica)
    .slice(0, MOST_ROWS)
    .map((row) => {
      const shown = lastOf(row, room, most);
      const before = row.length > shown.length || beginsLater(row[0]);
      return html`<span class="cells"
        >${before && row.length > 1 ? html`<span>…</span>` : nothing}${shown.map((cell) => one(cell, values))}</span
      >`;
    })}`;
}

/** Whether something came before the first cell that is known: a slot of a log, or a block that another one is built on. */
function beginsLater(first: Cell | undefined): boolean {
  return first?.parents ? first.parents.some((id) => id > 0) : (first?.id ?? 1) > 1;
}

function lastOf(row: readonly Cell[], room: number, most: number): readonly Cell[] {
  const width = ({ label }: Cell) => Math.min(WIDEST, 9 + label.length * LETTER) + 2;
  const whole = row.reduce((sum, cell) => sum + width(cell), 0);
  if (whole <= room && row.length <= most) return row;
  // An ellipsis stands before those that are shown.
  let left = room - 10;
  let count = 0;
  for (const cell of [...row].reverse()) {
    left -= width(cell);
    if (count > 0 && (left < 0 || count === most)) break;
    count += 1;
  }
  return row.slice(row.length - count);
}

function one({ label, epoch, status }: Cell, values: Values): TemplateResult {
  return html`<i class="${values.look(label, epoch)} ${status}">${label}</i>`;
}

/** What it has decided last, on the disc itself. */
export function decision(run: Run, node: NodeView): TemplateResult | typeof nothing {
  const last = node.replica && decided(node.replica);
  if (!last || run.replicas.length > MOST_REPLICAS) return nothing;
  const rival = valuesOf(run).get(last.label);
  const look = rival ? valuesOf(run).look(last.label, -1) : "plain";
  return html`<span class="decided ${look}" aria-hidden="true">${last.label}</span>`;
}

/** The same for somebody who does not see it. */
export function holdingWords(node: NodeView): string[] {
  const { replica } = node;
  if (!replica) return [];
  const last = decided(replica);
  const kind: StructureKind = replica.structures.find((one) => one.cells.length > 0)?.kind ?? "log";
  const rows = beside(replica).map((row) => {
    const shown = row.slice(-MOST_CELLS);
    const more = row.length - shown.length;
    const told = shown.map((cell) => cellWords(cell, row.length === 1 && kind === "value"));
    return [...(more > 0 ? [say("stage.earlier", { count: more })] : []), ...told].join("; ");
  });
  return [
    ...(last ? [say("stage.decided", { value: last.label })] : []),
    ...rows.filter(Boolean).map((row) => say("stage.holds", { cells: row })),
  ];
}

function cellWords({ label, status }: Cell, value: boolean): string {
  const of = { cell: label };
  if (status === "committed") return say(value ? "stage.chosen" : "stage.committed", of);
  if (status === "prepared") return say(value ? "stage.accepted" : "stage.prepared", of);
  return say(value ? "stage.open" : "stage.pending", of);
}
