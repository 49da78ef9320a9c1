import { css, html, nothing, type TemplateResult } from "lit";
import type { Cell } from "@consensus-playground/engine/types.ts";
import { capital } from "@consensus-playground/engine/format.ts";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import type { Holding } from "./holding.ts";

/** How many rows there are at most: the last epochs. */
const ROWS = 16;

export const gridStyles = css`
  table.grid {
    border-collapse: separate;
    border-spacing: 3px;
    font-size: 12px;
  }
  .grid th {
    font-weight: 500;
    color: var(--soft);
    padding: 0 6px;
    text-align: center;
  }
  .grid th:first-child {
    position: sticky;
    left: 0;
    background: var(--paper);
    text-align: left;
    white-space: nowrap;
  }
  .grid th.lead {
    color: var(--ink);
    font-weight: 700;
    text-decoration: underline;
  }
  .grid td {
    min-width: 40px;
    height: 24px;
    padding: 0 5px;
    text-align: center;
    white-space: nowrap;
    border-radius: 5px;
    border: 1.5px solid var(--c);
    background: color-mix(in srgb, var(--c) 15%, transparent);
  }
  .grid td.pending {
    border-style: dashed;
    background: none;
    color: var(--soft);
    font-size: 11px;
  }
  .grid td.nil {
    border: 1.5px dotted var(--line);
    background: none;
  }
  .grid td.corner,
  .grid td.count {
    border: none;
    background: none;
    color: var(--soft);
  }
  .grid .chosen td.count {
    color: var(--ink);
    font-weight: 700;
  }
  .grid .chosen td.carries {
    border-width: 3px;
    font-weight: 700;
  }
`;

/** What each replica did in each epoch. Dashed cells hold no value; those of a chosen value have a thick border. */
export function gridPanel(shown: readonly Holding[], values: Values, epoch: string): TemplateResult {
  const rows = new Map(shown.flatMap(({ cells }) => cells.map((cell) => [cell.epoch, cell.row ?? `${cell.epoch}`])));
  const last = [...rows].sort(([a], [b]) => a - b).slice(-ROWS);
  const needed = shown.find((one) => one.needed !== undefined)?.needed;
  const heading = last.some(([, name]) => saysWhatItIs(name)) ? "" : capital(epoch);
  return html`<div class="logs" tabindex="0" role="region" aria-label=${say("inspector.grid", { epoch })}>
    <table class="grid">
      <thead>
        <tr>
          ${heading ? html`<th scope="col" lang="en">${heading}</th>` : html`<td class="corner"></td>`}
          ${shown.map(({ id, leads }) => html`<th scope="col" class=${leads ? "lead" : ""}>${id}</th>`)}
          ${needed === undefined ? nothing : html`<th scope="col">${say("inspector.chosen")}</th>`}
        </tr>
      </thead>
      <tbody>
        ${last.map(([at, name]) => {
          const cells = shown.map((one) => one.cells.find((cell) => cell.epoch === at));
          const most = fullest(cells);
          const chosen = needed !== undefined && most.have >= needed ? most.label : undefined;
          return html`<tr class=${chosen === undefined ? "" : "chosen"}>
            <th scope="row">${name}</th>
            ${cells.map((cell) => cellOf(cell, chosen, values))}
            ${needed === undefined ? nothing : html`<td class="count">${chosen ?? say("inspector.have-of", { have: most.have, needed })}</td>`}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Rows of numbers need a heading; rows of words have none in common. */
function saysWhatItIs(row: string): boolean {
  return /[a-z]/i.test(row);
}

/** The value that most replicas have in a row, and how many. */
function fullest(cells: readonly (Cell | undefined)[]): { label: string; have: number } {
  const counts = new Map<string, number>();
  for (const cell of cells)
    if (cell && cell.status !== "pending") counts.set(cell.label, (counts.get(cell.label) ?? 0) + 1);
  const [label, have] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
  return { label, have };
}

function cellOf(cell: Cell | undefined, chosen: string | undefined, values: Values): TemplateResult {
  if (!cell) return html`<td class="nil"></td>`;
  const carries = cell.label === chosen && cell.status !== "pending";
  return html`<td
    class="${values.look(cell.label, cell.epoch)} ${cell.status} ${carries ? "carries" : ""}"
    lang="en"
    title=${carries ? say("inspector.is-chosen", { value: cell.label }) : cell.label}
  >
    ${cell.label}
  </td>`;
}
