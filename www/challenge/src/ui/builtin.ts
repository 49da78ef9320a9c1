import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { OptionInfo } from "@consensus-playground/engine/types.ts";
import { Watch } from "@consensus-playground/element/page/watch.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import { FEWEST, MOST } from "./setting.ts";
import { agentOptions, choices, firstTastes, menu, voteScenario, wholeOptions, type VoteForm } from "./vote-form.ts";

/** The ways to lie that a vote can be tried with; what they mean, the engine says. */
const LIES = ["random", "stubborn", "contrarian", "equivocate"];

/** A vote without code. Fires `form` with the changed form, and `stage` when it is to be seen. */
@customElement("cp-builtin")
export class Builtin extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @property({ attribute: false }) form!: VoteForm;
  @property({ attribute: false }) busy = false;
  @state() private agent = 1;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 10px;
        min-width: 0;
      }
      .rows {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(210px, 1fr));
        gap: 8px 16px;
        align-items: start;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 132px;
        gap: 2px 8px;
        align-items: center;
      }
      .row > select,
      .row > input {
        width: 100%;
      }
      details {
        border: 1px solid var(--line);
        border-radius: 8px;
        padding: 6px 12px;
        min-width: 0;
      }
      summary {
        cursor: pointer;
        min-height: 24px;
        font-weight: 600;
      }
      .table {
        overflow-x: auto;
        margin-top: 6px;
      }
      table {
        border-collapse: collapse;
        font-size: 13px;
      }
      th {
        font-weight: 500;
        color: var(--soft);
        text-align: left;
        padding: 0 8px 4px 0;
      }
      td {
        padding: 0 6px 4px 0;
      }
      td select {
        min-height: 28px;
        padding: 2px 4px;
        max-width: 130px;
      }
      .tastes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
        gap: 0 16px;
        margin-top: 6px;
      }
      .taste {
        display: grid;
        grid-template-columns: 5em minmax(0, 1fr) 1.6em;
        gap: 8px;
        align-items: center;
      }
      .bar {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
      }
      pre {
        margin: 6px 0 0;
        overflow-x: auto;
        font:
          12.5px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
      }
      p {
        margin: 0;
      }
      .check {
        display: flex;
        gap: 6px;
        align-items: center;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const options = this.options;
    const wide = wholeOptions(options).filter(({ kind }) => typeof kind === "object" && "choice" in kind);
    const numbers = wholeOptions(options).filter((one) => !wide.includes(one));
    return html`
      <p class="soft">Agents that vote by a strategy, without a line of code. Everything here is a scenario, too.</p>
      <div class="rows">
        <label class="row"
          ><span>Agents</span>
          <input type="number" min=${FEWEST} max=${MOST} .value=${String(this.form.agents)} @change=${this.agents}
        /></label>
        ${wide.map((one) => this.row(one))}
      </div>
      ${
        numbers.length > 0
          ? html`<details>
              <summary>Numbers</summary>
              <div class="rows">${numbers.map((one) => this.row(one))}</div>
            </details>`
          : nothing
      }
      <details>
        <summary>Each agent, and who is Byzantine</summary>
        ${this.table(agentOptions(options))}
      </details>
      <details>
        <summary>Tastes</summary>
        ${this.tastes()}
      </details>
      <details>
        <summary>The scenario</summary>
        <pre tabindex="0" role="region" aria-label="The scenario">${voteScenario(this.form)}</pre>
      </details>
      <div class="bar">
        <button class="strong" ?disabled=${this.busy} @click=${() => this.dispatchEvent(new CustomEvent("stage"))}>
          Run on the stage
        </button>
        <button @click=${() => this.dispatchEvent(new CustomEvent("measure"))}>Measure this vote</button>
      </div>
    `;
  }

  /** The options of the vote, even while the stage shows another protocol. */
  private get options(): readonly OptionInfo[] {
    return this.run?.library?.protocols.find(({ id }) => id === "restaurant-vote")?.options ?? [];
  }

  private row(one: OptionInfo): TemplateResult {
    const value = this.form.options[one.name] ?? one.default;
    const set = (next: string) => this.set({ options: { ...this.form.options, [one.name]: next } });
    return html`<label class="row" title=${one.about}
      ><span>${capital(plain(one.name))}</span>${field(one, value, set)}</label
    >`;
  }

  private table(options: readonly OptionInfo[]): TemplateResult {
    const { form } = this;
    const agents = Array.from({ length: form.agents }, (_, place) => place + 1);
    const lies = (this.run?.library?.kinds ?? []).filter(({ name }) => LIES.includes(name));
    return html`<div class="table" tabindex="0" role="region" aria-label="Each agent">
      <table>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            ${options.map(({ name, about }) => html`<th scope="col" title=${about}>${capital(plain(name))}</th>`)}
            <th scope="col">Byzantine</th>
          </tr>
        </thead>
        <tbody>
          ${agents.map(
            (agent) =>
              html`<tr>
                <th scope="row">${agent}</th>
                ${options.map((one) => html`<td>${this.choice(one, agent)}</td>`)}
                <td>
                  <select
                    aria-label="How agent ${agent} lies"
                    @change=${(event: Event) => this.lie(agent, (event.target as HTMLSelectElement).value)}
                  >
                    <option value="" ?selected=${!form.byzantine[agent]}>no</option>
                    ${lies.map(({ name, about }) => html`<option value=${name} title=${about} ?selected=${form.byzantine[agent] === name}>${plain(name)}</option>`)}
                  </select>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private choice(one: OptionInfo, agent: number): TemplateResult {
    const own = this.form.each[one.name]?.[agent] ?? "";
    const set = (value: string) => {
      const { [agent]: _, ...others } = this.form.each[one.name] ?? {};
      this.set({ each: { ...this.form.each, [one.name]: value ? { ...others, [agent]: value } : others } });
    };
    return html`<select
      aria-label="${capital(plain(one.name))} of agent ${agent}"
      @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}
    >
      <option value="" ?selected=${own === ""}>as all</option>
      ${choices(one).map((word) => html`<option value=${word} ?selected=${word === own}>${plain(word)}</option>`)}
    </select>`;
  }

  private lie(agent: number, way: string): void {
    const { [agent]: _, ...others } = this.form.byzantine;
    this.set({ byzantine: way ? { ...others, [agent]: way } : others });
  }

  private tastes(): TemplateResult {
    const { form } = this;
    const agent = Math.min(this.agent, form.agents);
    const points = form.tastes[agent];
    const { [agent]: _, ...others } = form.tastes;
    const rate = (name: string, value: number) =>
      this.set({ tastes: { ...others, [agent]: { ...points, [name]: value } } });
    return html`
      <div class="bar">
        <label
          >Agent
          <select @change=${(event: Event) => (this.agent = Number((event.target as HTMLSelectElement).value))}>
            ${Array.from({ length: form.agents }, (_, place) => html`<option value=${place + 1} ?selected=${place + 1 === agent}>${place + 1}</option>`)}
          </select></label
        >
        <label class="check"
          ><input
            type="checkbox"
            .checked=${points !== undefined}
            @change=${() => this.set({ tastes: points ? others : { ...others, [agent]: firstTastes(agent, form.agents) } })}
          />
          by hand</label
        >
      </div>
      ${
        points
          ? html`<div class="tastes">
              ${[...new Set([...menu(form.agents), ...Object.keys(points)])].map(
                (name) =>
                  html`<label class="taste"
                    ><span>${name}</span>
                    <input
                      type="range"
                      min="0"
                      max="10"
                      step="1"
                      .value=${String(points[name] ?? 0)}
                      @input=${(event: Event) => rate(name, Number((event.target as HTMLInputElement).value))}
                    /><output>${points[name] ?? 0}</output></label
                  >`,
              )}
            </div>`
          : html`<p class="soft">
              10 points for its own favourite, 1 to 9 for the others, by lot; the same in every run.
            </p>`
      }
    `;
  }

  private readonly agents = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const agents = Math.min(MOST, Math.max(FEWEST, Math.round(Number(input.value)) || FEWEST));
    input.value = String(agents);
    this.set({ agents });
  };

  private set(part: Partial<VoteForm>): void {
    this.dispatchEvent(new CustomEvent<VoteForm>("form", { detail: { ...this.form, ...part } }));
  }
}

/** A field for one value: what kind it is, the descriptor says. */
function field(one: OptionInfo, value: string, set: (value: string) => void): TemplateResult {
  if (typeof one.kind === "object" && "number" in one.kind) {
    const { lo, hi } = one.kind.number;
    const change = (event: Event) => {
      const input = event.target as HTMLInputElement;
      input.value = String(Math.min(hi, Math.max(lo, Math.round(Number(input.value)) || lo)));
      set(input.value);
    };
    return html`<input type="number" min=${lo} max=${hi} .value=${value} @change=${change} />`;
  }
  return html`<select @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
    ${choices(one).map((word) => html`<option value=${word} ?selected=${word === value}>${plain(word)}</option>`)}
  </select>`;
}
