import { css, html, nothing, type TemplateResult } from "lit";
import type { Cell } from "@consensus-playground/engine/types.ts";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import type { Holding } from "./holding.ts";

/** How many columns there are at most: the last slots of the longest log. */
const COLUMNS = 24;

export const logStyles = css`
  .logs {
    position: relative;
    overflow-x: auto;
    padding-bottom: 4px;
  }
  table.log {
    border-collapse: separate;
    border-spacing: 3px;
    font-size: 11px;
  }
  .log th {
    font-weight: 500;
    color: var(--soft);
    padding: 0 4px;
  }
  .log tbody th {
    position: sticky;
    left: 0;
    background: var(--paper);
  }
  .log th.lead {
    color: var(--ink);
    font-weight: 700;
    text-decoration: underline;
  }
  .log td {
    min-width: 38px;
    height: 24px;
    padding: 0 4px;
    text-align: center;
    white-space: nowrap;
    border-radius: 5px;
    border: 1.5px solid var(--c);
    background: color-mix(in srgb, var(--c) 15%, transparent);
  }
  .log td.prepared {
    background: linear-gradient(to top, color-mix(in srgb, var(--c) 18%, transparent) 50%, transparent 50%);
  }
  .log td.pending {
    border-style: dashed;
    background: none;
  }
  .log td.nil {
    border: 1.5px dotted var(--line);
    background: none;
  }
`;

/** All replicas' logs, a row for each lane. Dashed cells are not decided yet, half-filled ones are prepared. */
export function logPanel(shown: readonly Holding[], values: Values): TemplateResult {
  const all = shown.flatMap(({ cells }) => cells);
  const longest = all.reduce((most, cell) => Math.max(most, cell.id), 0);
  const lanes = [...new Set(all.map((cell) => cell.lane ?? 0))].sort((a, b) => a - b);
  const first = Math.max(1, longest - COLUMNS + 1);
  const slots = Array.from({ length: longest - first + 1 }, (_, place) => first + place);
  return html`<div class="logs" tabindex="0" role="region" aria-label=${say("inspector.logs")}>
    <table class="log">
      <thead>
        <tr>
          <td class="nil" style="border:0"></td>
          ${slots.map((slot) => html`<th scope="col">${slot}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.flatMap(({ id, cells, leads }) =>
          lanes.map((lane) => {
            const bySlot = new Map(cells.filter((cell) => (cell.lane ?? 0) === lane).map((cell) => [cell.id, cell]));
            return html`<tr>
              <th scope="row" class=${leads ? "lead" : ""}>
                ${id}${lanes.length > 1 ? `, ${say("inspector.lane", { lane: lane + 1 })}` : ""}
              </th>
              ${slots.map((slot) => cellOf(bySlot.get(slot), values))}
            </tr>`;
          }),
        )}
      </tbody>
    </table>
  </div>`;
}

function cellOf(cell: Cell | undefined, values: Values): TemplateResult {
  if (!cell) return html`<td class="nil"></td>`;
  return html`<td
    class="${values.look(cell.label, cell.epoch)} ${cell.status}"
    title="${cell.label}: ${say(`inspector.${cell.status}`)}, ${cell.epoch}"
  >
    ${cell.label}${cell.status === "committed" ? nothing : html`<span class="hidden"> ${say(`inspector.${cell.status}`)}</span>`}
  </td>`;
}
