import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Side } from "@consensus-playground/engine/together.ts";
import { costOfLast } from "../inspector/costs.ts";
import { say, type Key } from "../language/language.ts";
import { controls } from "../styles/controls.ts";
import "../language/en/sides.ts";

/** What each of the runs has cost so far, beside each other. */
@customElement("cp-shared-costs")
export class SharedCosts extends LitElement {
  @property({ attribute: false }) sides: readonly Side[] = [];

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-variant-numeric: tabular-nums;
      }
      caption {
        text-align: left;
        font-weight: 600;
        padding: 4px 0;
      }
      th,
      td {
        padding: 3px 12px 3px 0;
        border-top: 1px solid var(--line);
        text-align: left;
        font-weight: 400;
      }
      thead th,
      tbody th {
        color: var(--soft);
      }
      td {
        font-weight: 600;
      }
    `,
  ];

  private watched: readonly Side[] = [];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.follow([]);
  }

  protected override willUpdate(): void {
    if (this.watched !== this.sides) this.follow(this.sides);
  }

  private follow(sides: readonly Side[]): void {
    for (const side of this.watched) side.removeEventListener("change", this.changed);
    for (const side of sides) side.addEventListener("change", this.changed);
    this.watched = sides;
  }

  private readonly changed = (): void => this.requestUpdate();

  protected override render(): TemplateResult | typeof nothing {
    const { sides } = this;
    if (sides.every(({ frame }) => !frame)) return nothing;
    const costs = sides.map(costOfLast);
    const rows: [Key, (side: Side, place: number) => number | undefined][] = [
      ["sides.messages", ({ frame }) => frame?.counts.betweenReplicas],
      ["sides.decided", ({ frame }) => frame?.progress.slots],
      ["sides.last", (_, place) => costs[place]?.messages],
      ["sides.delays", (_, place) => costs[place]?.delays],
    ];
    return html`<table>
      <caption>
        ${say("sides.cost")}
      </caption>
      <thead>
        <tr>
          <td></td>
          ${sides.map((_, place) => html`<th scope="col">${say("sides.run", { number: place + 1 })}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([key, value]) =>
            html`<tr>
              <th scope="row">${say(key)}</th>
              ${sides.map((side, place) => html`<td>${value(side, place) ?? "–"}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}
