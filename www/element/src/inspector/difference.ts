/** A replica's state before and after the event at hand. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import { nodeName, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";

export const differenceStyles = css`
  table.difference {
    width: 100%;
    border-collapse: collapse;
    font-size: 13px;
  }
  .difference th {
    text-align: left;
    font-weight: 500;
    color: var(--soft);
    font-size: 12px;
    padding: 2px 8px 2px 0;
  }
  .difference td,
  .difference tbody th {
    padding: 3px 8px 3px 0;
    border-top: 1px solid var(--line);
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  .difference tbody th {
    overflow-wrap: normal;
  }
  .difference td:last-child {
    font-weight: 650;
  }
`;

export function difference(run: Run): TemplateResult | typeof nothing {
  const { explanation } = run;
  if (!explanation) return nothing;
  const event = run.record.events.find((one) => one.id === explanation.event);
  const whose = event?.node ? nodeName(event.node, run.descriptor) : "";
  return html`<h2>${say("inspector.before-after")}${whose ? ` · ${whose}` : ""}</h2>
    ${
      explanation.changes.length === 0
        ? html`<p class="soft">${say("inspector.no-change", { event: explanation.event })}</p>`
        : html`<table class="difference">
            <thead>
              <tr>
                <th scope="col">${say("inspector.field")}</th>
                <th scope="col">${say("inspector.before")}</th>
                <th scope="col">${say("inspector.after", { event: explanation.event })}</th>
              </tr>
            </thead>
            <tbody>
              ${explanation.changes.map(
                ([field, before, after]) =>
                  html`<tr>
                    <th scope="row">${plain(field)}</th>
                    <td>${before || "–"}</td>
                    <td>${after || "–"}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }`;
}
