/** What is to be looked for, and what may happen on the way: the form of a search. */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say, type Key } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import type { Wanted } from "./hunt.ts";
import { searchStyles } from "./search-styles.ts";
import { empty, written } from "./words.ts";
import "../language/en/search.ts";

type Strategy = Wanted["strategy"];

const STRATEGIES: readonly Strategy[] = ["swarm", "breadth", "depth"];

/** What stands in the select for a condition of one's own; no property has such a name. */
const OWN = "=";
/** The adversary's word; it goes through the states in a way of its own. */
const UNDECIDED = "undecided";

/** What may happen: in sight, and folded away. */
const FIRST = ["crashes", "duplicates", "requests", "timers", "blank-disks", "liars", "lies"] as const;
const LAST = ["twins", "epochs", "steps", "memory"] as const;

/** How many lies there may be where somebody adds liars; the engine takes so many, too. */
const LIES = "12";

/** Asks for a search (`begin`), and for the run at hand to be made shorter (`shorten`). */
@customElement("cp-search-form")
export class SearchForm extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** What the engine said against the condition that was asked for last. */
  @property({ attribute: false }) wrong = "";
  /** What is told of a search that was left. */
  @property({ attribute: false }) left = "";
  @state() private strategy: Strategy = "swarm";
  @state() private wanted = "any";
  @state() private symmetry = false;
  /** What stands in the number fields, by the bounds' names: what is usual, and what the person wrote instead. */
  @state() private usual: Readonly<Record<string, string>> = {};
  @state() private edited: Readonly<Record<string, string>> = {};
  /** What is usual of what: a scenario's text and a strategy. */
  private filled = ["", ""];

  static override styles = [controls, searchStyles];

  protected readonly watch = new Watch(this, ["change", "open"]);

  /** Searches once more, in another way. */
  take(strategy: Strategy): void {
    this.strategy = strategy;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    void this.fill();
  }

  /** Puts the usual bounds into the fields, where another scenario is open or another strategy was chosen. */
  private async fill(): Promise<void> {
    const { run, strategy } = this;
    const { filled } = this;
    if (!run?.frame || (filled[0] === run.text && filled[1] === strategy)) return;
    if (filled[0] !== run.text) this.edited = {};
    const sort = (this.filled = [run.text, strategy]);
    const bounds = await run.guard("usualBounds", await run.script(), strategy);
    if (bounds && this.filled === sort)
      this.usual = Object.fromEntries(Object.entries(bounds).map(([name, value]) => [name, String(value)]));
  }

  protected override render(): TemplateResult {
    const { run, wanted, wrong } = this;
    if (!run?.frame) return html``;
    return html`
      <p class="soft">${say("search.about")}</p>
      <form @submit=${this.begin} novalidate>
        <label>
          <span>${say("search.for")}</span>
          <select name="wanted" @change=${(event: Event) => (this.wanted = (event.target as HTMLSelectElement).value)}>
            <option value="any" ?selected=${wanted === "any"}>${say("search.any")}</option>
            ${run.frame.properties.map(
              ({ name }) =>
                html`<option value=${name} ?selected=${wanted === name}>
                  ${say("search.broken", { property: plain(name) })}
                </option>`,
            )}
            <option value=${UNDECIDED} ?selected=${wanted === UNDECIDED}>${say("search.undecided")}</option>
            <option value=${OWN} ?selected=${wanted === OWN}>${say("search.own")}</option>
          </select>
        </label>
        ${this.about(run)}
        ${wrong && wanted !== OWN ? html`<p class="wrong" role="alert" lang="en">${capital(wrong)}</p>` : nothing}
        ${wanted === UNDECIDED ? html`<div class="numbers">${this.number("duties", say("search.duties"))}</div>` : this.ways(run)}
        <div class="buttons"><button class="strong">${say("search.start")}</button></div>
        ${this.left ? html`<p class="soft">${this.left}</p>` : nothing}
      </form>
      <h3>${say("search.at-hand")}</h3>
      <p class="soft">${say("search.shorter-about")}</p>
      <div class="buttons">
        <button @click=${() => this.dispatchEvent(new CustomEvent("shorten"))}>${say("search.shorter")}</button>
      </div>
    `;
  }

  /** How to search, and within which bounds. */
  private ways(run: Run): TemplateResult {
    const { strategy } = this;
    return html`<label>
        <span>${say("search.how")}</span>
        <select
          name="strategy"
          aria-describedby="strategy-about"
          @change=${(event: Event) => (this.strategy = (event.target as HTMLSelectElement).value as Strategy)}
        >
          ${STRATEGIES.map((one) => html`<option value=${one} ?selected=${one === strategy}>${say(`search.${one}`)}</option>`)}
        </select>
      </label>
      <p id="strategy-about" class="soft note">${say(`search.${strategy}-about`)}</p>
      ${this.bounds(run)}`;
  }

  /** The chosen property's sentence, or the field for a condition. */
  private about(run: Run): TemplateResult | typeof nothing {
    const { wanted, wrong } = this;
    if (wanted === UNDECIDED) return html`<p class="soft note">${say("search.undecided-about")}</p>`;
    if (wanted !== OWN) {
      const property = run.frame?.properties.find(({ name }) => name === wanted);
      return property ? html`<p class="soft note" lang="en">${property.about}</p>` : nothing;
    }
    return html`<label>
        <span>${say("search.condition")}</span>
        <input
          type="text"
          name="condition"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-invalid=${wrong !== ""}
          aria-describedby="condition-about"
        />
      </label>
      <p id="condition-about" class="note">
        ${wrong ? html`<span class="wrong" role="alert" lang="en">${capital(wrong)}</span>` : html`<span class="soft">${say("search.condition-about")}</span>`}
      </p>`;
  }

  private get fields(): Readonly<Record<string, string>> {
    return { ...this.usual, ...this.edited };
  }

  private bounds(run: Run): TemplateResult {
    const { strategy } = this;
    const lies = (run.descriptor?.lies.length ?? 0) > 0;
    const epoch = plain(run.descriptor?.epoch ?? "");
    const first = FIRST.filter((name) => lies || (name !== "liars" && name !== "lies"));
    // Walks keep nothing.
    const last = LAST.filter((name) => (lies || name !== "twins") && (strategy !== "swarm" || name !== "memory"));
    const label = (name: (typeof FIRST | typeof LAST)[number]) => say(`search.${name}` satisfies Key, { epoch });
    return html`<fieldset>
      <legend>${say("search.bounds")}</legend>
      <div class="numbers">${first.map((name) => this.number(name, label(name)))}</div>
      <details>
        <summary>${say("search.more")}</summary>
        <div class="numbers">
          ${run.descriptor?.timers.map(({ name }) => this.number(name, say("search.fires", { timer: plain(name) }), say("search.as-above")))}
          ${last.map((name) => this.number(name, label(name)))}
          ${strategy === "swarm" ? this.number("seed", say("search.seed"), "1") : nothing}
        </div>
        ${this.exchanges ? this.exchange() : nothing}
      </details>
    </fieldset>`;
  }

  /** Whether replicas can be exchanged for one another: walks keep no states, and a condition may name a replica. */
  private get exchanges(): boolean {
    return this.strategy !== "swarm" && this.wanted !== OWN;
  }

  private exchange(): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        name="symmetry"
        .checked=${this.symmetry}
        @change=${(event: Event) => (this.symmetry = (event.target as HTMLInputElement).checked)}
      />
      <span>${say("search.symmetry")}</span>
    </label>`;
  }

  private number(name: string, label: string, alone = "0"): TemplateResult {
    const written = ({ target }: Event) => {
      const { value } = target as HTMLInputElement;
      const lies = name === "liars" && Number(value) > 0 && this.fields["lies"] === "0" ? { lies: LIES } : {};
      this.edited = { ...this.edited, [name]: value, ...lies };
    };
    return html`<label>
      <span>${label}</span>
      <input
        type="number"
        name=${name}
        min="0"
        max="65534"
        step="1"
        inputmode="numeric"
        placeholder=${empty(name) === "any" ? say("search.any-number") : alone}
        .value=${this.fields[name] ?? ""}
        @input=${written}
      />
    </label>`;
  }

  private readonly begin = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { run, strategy } = this;
    if (!run) return;
    const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=condition]");
    const { seed = "", ...bounds } = this.fields;
    const detail: Wanted = {
      text: await run.script(),
      // One worker is enough for an adversary.
      strategy: this.wanted === UNDECIDED ? "breadth" : strategy,
      wanted: this.wanted === OWN ? (field?.value ?? "") : this.wanted,
      bounds: written(this.symmetry && this.exchanges ? { ...bounds, symmetry: "on" } : bounds),
      seed: Math.max(0, Math.trunc(Number(seed || "1"))),
    };
    this.dispatchEvent(new CustomEvent<Wanted>("begin", { detail }));
  };

  /** Goes to where something is wrong, or to the button that begins. */
  override focus(): void {
    const wrong = this.wrong ? this.renderRoot.querySelector<HTMLElement>("input[name=condition]") : null;
    (wrong ?? this.renderRoot.querySelector<HTMLElement>(".strong"))?.focus();
  }
}
