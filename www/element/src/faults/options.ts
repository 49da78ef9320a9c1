import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { option, withHead, withOption } from "@consensus-playground/engine/scenario-text.ts";
import type { OptionInfo } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";

/** Above this many replicas, per-replica options are left to the scenario's text. */
const MOST_ROWS = 16;

/** The protocol's options and bug switches. A change is written into the scenario and opens the run afresh. */
@customElement("cp-options")
export class Options extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .option {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px 8px;
        align-items: center;
        margin-bottom: 8px;
      }
      .option small {
        grid-column: 1 / -1;
        color: var(--soft);
        font-size: 12px;
      }
      .option select,
      .option input:not([type="checkbox"]) {
        max-width: 110px;
        width: 100%;
      }
      .table {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        font-size: 12px;
        margin-bottom: 8px;
      }
      th {
        font-weight: 500;
        color: var(--soft);
        text-align: left;
        padding: 0 4px 4px 0;
      }
      td {
        padding: 0 4px 4px 0;
      }
      td select,
      td input:not([type="checkbox"]) {
        padding: 2px 4px;
        width: 64px;
        min-height: 28px;
      }
      td select {
        width: 78px;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const options = run?.descriptor?.options ?? [];
    if (!run) return nothing;
    if (options.length === 0)
      return html`${this.seed(run)}
        <p class="soft">${say("faults.no-options")}</p>`;
    const whole = options.filter((one) => !one.perReplica);
    const bugs = whole.filter((one) => one.bug);
    const plainOnes = whole.filter((one) => !one.bug);
    const each = options.filter((one) => one.perReplica);
    return html`
      <p class="soft">${say("faults.afresh")}</p>
      ${this.seed(run)} ${each.length > 0 ? this.table(run, each) : nothing}
      ${plainOnes.map((one) => this.row(run, one))}
      ${
        bugs.length > 0
          ? html`<h3>${say("faults.bugs")}</h3>
              ${bugs.map((one) => this.row(run, one))}`
          : nothing
      }
    `;
  }

  /** What all that is random in the run comes from. */
  private seed(run: Run): TemplateResult {
    const set = (event: Event) => {
      const value = (event.target as HTMLInputElement).value.trim();
      if (value && value !== run.info?.seed) void run.open(withHead(run.text, "seed", value.replace(/\s+/g, "-")));
    };
    return html`<label class="option">
      <span>${say("header.seed")}</span>
      <input type="text" inputmode="numeric" spellcheck="false" .value=${run.info?.seed ?? ""} @change=${set} />
    </label>`;
  }

  private row(run: Run, one: OptionInfo): TemplateResult {
    return html`<label class="option" lang="en">
      <span>${capital(plain(one.name))}</span> ${this.field(run, one)}
      <small>${one.about}${one.source ? ` (${one.source})` : ""}</small>
    </label>`;
  }

  private table(run: Run, options: readonly OptionInfo[]): TemplateResult {
    const ids = run.replicas.map((node) => node.id);
    if (ids.length > MOST_ROWS)
      return html`<p class="soft">
        ${say("faults.in-text", { options: options.map((one) => plain(one.name)).join(", ") })}
      </p>`;
    return html`<div
      class="table"
      tabindex="0"
      role="region"
      aria-label=${say("faults.options-of-each", { agent: run.descriptor?.agent ?? "replica" })}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">${capital(run.descriptor?.agent ?? "replica")}</th>
            ${options.map((one) => html`<th scope="col" title=${one.about}>${plain(one.name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${ids.map(
            (id) =>
              html`<tr>
                <th scope="row">${id}</th>
                ${options.map((one) => html`<td>${this.field(run, one, id)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** A field for one value. What kind it is, the descriptor says. */
  private field(run: Run, one: OptionInfo, replica?: string): TemplateResult {
    const value = option(run.text, one.name, replica) ?? one.default;
    const label =
      replica === undefined ? plain(one.name) : say("faults.option-of", { option: plain(one.name), id: replica });
    const set = (next: string) => {
      if (next.trim() && next !== value)
        void run.open(withOption(run.text, one.name, next.trim().replace(/\s+/g, "-"), replica));
    };
    const { kind } = one;
    if (kind === "switch" || kind === "yes-no") {
      const [on, off] = kind === "switch" ? ["on", "off"] : ["yes", "no"];
      return html`<input
        type="checkbox"
        aria-label=${label}
        .checked=${value === on}
        @change=${(event: Event) => set((event.target as HTMLInputElement).checked ? on : off)}
      />`;
    }
    if (typeof kind === "object" && "choice" in kind) {
      const words = kind.choice.includes(value) ? kind.choice : [value, ...kind.choice];
      return html`<select
        aria-label=${label}
        @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}
      >
        ${words.map((word) => html`<option value=${word} ?selected=${word === value}>${plain(word)}</option>`)}
      </select>`;
    }
    const bounds = typeof kind === "object" && "number" in kind ? kind.number : undefined;
    return html`<input
      type=${bounds ? "number" : "text"}
      min=${bounds?.lo ?? nothing}
      max=${bounds?.hi ?? nothing}
      aria-label=${label}
      .value=${option(run.text, one.name, replica) ?? (bounds ? one.default : "")}
      placeholder=${placeholder(run, one, replica)}
      @change=${(event: Event) => set((event.target as HTMLInputElement).value)}
    />`;
  }
}

/** What holds where nothing is set: the replica's own field of that name, if it has one, else the default. */
function placeholder(run: Run, { name, default: value }: OptionInfo, replica: string | undefined): string {
  const field = run.nodes.get(replica ?? "")?.replica?.fields.find((one) => one.name === name);
  return String(field?.value ?? value);
}
