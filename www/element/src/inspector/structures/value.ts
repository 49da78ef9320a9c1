import { css, html, nothing, type TemplateResult } from "lit";
import { say } from "../../language/language.ts";
import type { Values } from "../../stage/values.ts";
import { byId, who } from "./merge.ts";
import type { Holding } from "./holding.ts";

export const valueStyles = css`
  table.values {
    border-collapse: collapse;
    width: 100%;
    font-size: 13px;
  }
  .values th {
    text-align: left;
    font-weight: 500;
    color: var(--soft);
    padding: 2px 8px 2px 0;
  }
  .values td {
    padding: 3px 8px 3px 0;
    border-top: 1px solid var(--line);
  }
  .values .cell {
    display: inline-block;
    min-width: 28px;
    padding: 1px 6px;
    text-align: center;
    border-radius: 5px;
    border: 1.5px solid var(--c);
    background: color-mix(in srgb, var(--c) 15%, transparent);
  }
`;

/** Each rival value in its own colour: who holds it, and who has decided it. */
export function valuePanel(shown: readonly Holding[], values: Values): TemplateResult {
  const rivals = [...byId(shown).values()].sort((a, b) => a.cell.id - b.cell.id);
  const decided = (id: number) =>
    shown.filter(({ cells }) => cells.some((cell) => cell.id === id && cell.status === "committed"));
  const names = (of: readonly Holding[]) =>
    who(
      of.map(({ id }) => id),
      shown.length,
    );
  const none = shown.filter(({ cells }) => cells.length === 0);
  return html`<table class="values">
    <thead>
      <tr>
        <th scope="col">${say("inspector.value")}</th>
        <th scope="col">${say("inspector.held-by")}</th>
        <th scope="col">${say("inspector.decided-by")}</th>
      </tr>
    </thead>
    <tbody>
      ${rivals.map(
        ({ cell, at }) =>
          html`<tr>
            <td class=${values.look(cell.label, cell.epoch)}><span class="cell">${cell.label}</span></td>
            <td>${who(at, shown.length)}</td>
            <td>${names(decided(cell.id)) || say("faults.nobody")}</td>
          </tr>`,
      )}
      ${
        none.length > 0
          ? html`<tr>
              <td class="soft">${say("inspector.none-held")}</td>
              <td>${names(none)}</td>
              <td></td>
            </tr>`
          : nothing
      }
    </tbody>
  </table>`;
}
