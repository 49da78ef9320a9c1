import { LitElement, css, html, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type uPlot from "uplot";
import { saveFile } from "@consensus-playground/element/header/share-panel.ts";
import { readPalette } from "@consensus-playground/element/stage/palette.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import type { Bars } from "./histogram.ts";
import { bins, quantile, type Bins, type Estimate } from "./statistics.ts";
import { compare, toCsv, trialsCsv, written, type Compared, type Summary } from "./summary.ts";

/** Something whose trials can be measured. */
export interface Source {
  id: string;
  /** What it is, for the list of sources. */
  label: string;
  /** Carries trials out. An aborted signal stops it; what is done until then comes back. */
  measure: (seeds: Summary["seeds"], progress: (done: number) => void, signal: AbortSignal) => Promise<Summary>;
}

const COUNTS = [100, 1_000, 5_000, 20_000];
/** Most bars, `never` not counted. */
const MOST_BARS = 30;

/** Thousands of trials, their histogram and figures, beside those of another measurement that was kept. */
@customElement("cp-measure")
export class Measure extends LitElement {
  @property({ attribute: false }) sources: readonly Source[] = [];
  /** What else is going on, so that nothing can be measured now. */
  @property({ attribute: false }) busy = false;
  @state() private source = "";
  @state() private count = 1_000;
  @state() private from = 0;
  @state() private done: number | undefined;
  @state() private now: Summary | undefined;
  @state() private kept: Summary | undefined;
  @state() private said = "";
  @query(".plot") private readonly place!: HTMLElement | null;
  @query(".probe") private readonly probe!: HTMLElement | null;
  private cancel: AbortController | undefined;
  private drawn: { plot: uPlot; bars: Bars[] } | undefined;
  private styled = false;
  private readonly size = new ResizeObserver(() => void this.draw());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 10px;
        min-width: 0;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: end;
      }
      label {
        display: grid;
        gap: 2px;
        color: var(--soft);
        font-size: 12px;
      }
      label > * {
        font-size: 14px;
        color: var(--ink);
      }
      input[type="number"] {
        width: 7em;
      }
      progress {
        width: 100%;
        height: 10px;
        accent-color: var(--accent);
      }
      p {
        margin: 0;
      }
      .plot {
        min-height: 220px;
        min-width: 0;
        overflow: hidden;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        font-size: 13px;
      }
      .legend i {
        display: inline-block;
        width: 14px;
        height: 12px;
        margin-right: 6px;
        border: 1px solid var(--e1);
        background: var(--e1);
      }
      .legend i.other {
        border-color: var(--e2);
        background: repeating-linear-gradient(135deg, var(--e2) 0 2px, transparent 2px 5px);
      }
      .table {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 13px;
        font-variant-numeric: tabular-nums;
      }
      th {
        text-align: left;
        font-weight: 500;
      }
      th,
      td {
        padding: 3px 10px 3px 0;
        border-bottom: 1px solid var(--line);
        vertical-align: top;
      }
      thead th {
        color: var(--soft);
        font-size: 12px;
      }
      small {
        display: inline-block;
        font-weight: 400;
        color: var(--soft);
      }
      .real {
        font-weight: 700;
      }
      summary {
        cursor: pointer;
        min-height: 24px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.scheme.addEventListener("change", this.themeChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scheme.removeEventListener("change", this.themeChanged);
    this.size.disconnect();
    this.cancel?.abort();
  }

  /** Chooses what to measure next. */
  choose(source: string): void {
    this.source = source;
    this.renderRoot.querySelector<HTMLElement>("button.strong")?.focus();
  }

  /** The colours are others now. */
  readonly themeChanged = (): void => void this.draw();

  protected override updated(changed: PropertyValues): void {
    if (changed.has("now") || changed.has("kept")) {
      if (this.place) this.size.observe(this.place);
      void this.draw();
    }
  }

  private get chosen(): Source | undefined {
    return this.sources.find(({ id }) => id === this.source) ?? this.sources[0];
  }

  /** What is compared, the kept one first. */
  private get shown(): Summary[] {
    return [this.kept, this.now].filter((one) => one !== undefined && one.trials > 0) as Summary[];
  }

  protected override render(): TemplateResult {
    const { done, chosen } = this;
    return html`
      <div class="bar">
        <label
          >What
          <select @change=${(event: Event) => (this.source = (event.target as HTMLSelectElement).value)}>
            ${this.sources.map(({ id, label }) => html`<option value=${id} ?selected=${id === chosen?.id}>${label}</option>`)}
          </select></label
        >
        <label
          >Trials
          <select @change=${(event: Event) => (this.count = Number((event.target as HTMLSelectElement).value))}>
            ${COUNTS.map((count) => html`<option value=${count} ?selected=${count === this.count}>${count.toLocaleString("en-GB")}</option>`)}
          </select></label
        >
        <label
          >First seed <input type="number" min="0" max="4000000000" .value=${String(this.from)} @change=${this.seed}
        /></label>
        ${
          done === undefined
            ? html`<button class="strong" ?disabled=${this.busy || !chosen} @click=${this.begin}>Measure</button>`
            : html`<button @click=${() => this.cancel?.abort()}>Cancel</button>`
        }
      </div>
      ${
        done === undefined
          ? nothing
          : html`<label class="running"
              >${Math.round(done * 100)} % of ${this.count.toLocaleString("en-GB")} trials
              <progress max="1" value=${done} aria-label="Trials that are done"></progress
            ></label>`
      }
      <p role="status" class=${this.said ? "" : "hidden"}>${this.said}</p>
      ${this.shown.length > 0 ? this.results() : html`<p class="soft">Each trial is a vote of its own, with a seed of its own and no network in between. The same seeds give the same trials, always.</p>`}
      <i class="probe" hidden></i>
    `;
  }

  private results(): TemplateResult {
    const { shown } = this;
    const [first, second] = shown;
    if (!first) return html``;
    const lines = compare(first, second);
    return html`
      <div class="legend">
        ${shown.map(({ name }, place) => html`<span><i class=${place === 1 ? "other" : ""} aria-hidden="true"></i>${name}</span>`)}
      </div>
      <div
        class="plot"
        role="img"
        aria-label="Histogram of the rounds until consensus. Its numbers are in the table below."
      ></div>
      ${second && (first.seeds.from !== second.seeds.from || first.trials !== second.trials) ? html`<p class="soft">They were not measured on the same seeds: compare with care.</p>` : nothing}
      <div class="table" tabindex="0" role="region" aria-label="Figures">
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              ${
                second
                  ? html`<th scope="col">Kept</th>
                      <th scope="col">Now</th>
                      <th scope="col">Difference</th>`
                  : html`<th scope="col">Value (95 % interval)</th>`
              }
            </tr>
          </thead>
          <tbody>
            ${lines.map((one) => line(one, second !== undefined))}
          </tbody>
        </table>
      </div>
      <p class="soft">
        Intervals hold in 95 of 100 measurements: Wilson's for shares, the normal one for means.
        ${second ? html`A difference in <b>bold</b> with a star is more than chance.` : nothing}
        ${rating(first, second)}
      </p>
      ${this.numbers(shown)}
      <div class="bar">
        ${this.now ? html`<button @click=${this.keep}>Keep to compare</button>` : nothing}
        ${this.kept ? html`<button @click=${() => (this.kept = undefined)}>Forget what was kept</button>` : nothing}
        <button @click=${() => this.save(toCsv(shown), "measurement.csv")}>Download CSV</button>
        ${(this.now ?? this.kept)?.results ? html`<button @click=${() => this.save(trialsCsv(this.now ?? first), "trials.csv")}>Download trials</button>` : nothing}
        <button @click=${this.picture}>Download PNG</button>
      </div>
    `;
  }

  /** The bars as numbers, for those who can't see them or want them exactly. */
  private numbers(shown: readonly Summary[]): TemplateResult {
    const last = Math.max(...shown.map(({ rounds }) => rounds.findLastIndex((times) => times > 0) + 1));
    const rows = Array.from({ length: last }, (_, place) => place).filter((place) =>
      shown.some(({ rounds }) => rounds[place]),
    );
    return html`<details>
      <summary>The bars as numbers</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Rounds</th>
            ${shown.map(({ name }) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (place) =>
              html`<tr>
                <th scope="row">${place + 1}</th>
                ${shown.map(({ rounds }) => html`<td>${rounds[place] ?? 0}</td>`)}
              </tr>`,
          )}
          <tr>
            <th scope="row">never</th>
            ${shown.map(({ never }) => html`<td>${never}</td>`)}
          </tr>
        </tbody>
      </table>
    </details>`;
  }

  private readonly seed = (event: Event): void => {
    const value = Math.round(Number((event.target as HTMLInputElement).value));
    this.from = Number.isFinite(value) ? Math.min(4_000_000_000, Math.max(0, value)) : 0;
  };

  private readonly begin = async (): Promise<void> => {
    const { chosen } = this;
    if (!chosen || this.done !== undefined) return;
    const cancel = (this.cancel = new AbortController());
    this.done = 0;
    this.said = "";
    try {
      const summary = await chosen.measure(
        { from: this.from, count: this.count },
        (done) => (this.done = done),
        cancel.signal,
      );
      if (summary.trials > 0) this.now = summary;
      const stopped = summary.trials < this.count ? "Cancelled after" : "Done:";
      this.said = `${stopped} ${summary.trials.toLocaleString("en-GB")} trials.`;
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    } finally {
      this.done = undefined;
      this.cancel = undefined;
    }
  };

  private readonly keep = (): void => {
    this.kept = this.now;
    this.now = undefined;
    this.said = "Kept. Measure something else on the same seeds, and see both side by side.";
  };

  private async draw(): Promise<void> {
    const { place, probe, shown } = this;
    if (!place || !probe || shown.length === 0 || place.clientWidth === 0) return;
    const { draw, styles } = await import("./histogram.ts");
    const own = this.renderRoot as ShadowRoot;
    if (!this.styled && own.adoptedStyleSheets) {
      const sheet = unsafeCSS(styles).styleSheet;
      if (sheet) own.adoptedStyleSheets = [...own.adoptedStyleSheets, sheet];
      this.styled = true;
    }
    const shape = shapeOf(shown);
    const bars = shown.map((one) => ({ name: one.name, shares: sharesOf(one, shape) }));
    this.drawn?.plot.destroy();
    place.replaceChildren();
    this.drawn = { plot: draw(place, readPalette(probe), shape, bars), bars };
  }

  private readonly picture = async (): Promise<void> => {
    const { drawn, probe } = this;
    if (!drawn || !probe) return;
    const { toPng } = await import("./histogram.ts");
    const paper = getComputedStyle(this).getPropertyValue("--paper");
    probe.style.color = paper;
    const resolved = getComputedStyle(probe).color;
    probe.style.removeProperty("color");
    try {
      saveFile(
        await toPng(
          drawn.plot,
          readPalette(probe),
          resolved,
          "Rounds until consensus, in per cent of the trials",
          drawn.bars,
        ),
        "rounds.png",
      );
      this.said = "rounds.png is in your downloads.";
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  };

  private save(text: string, name: string): void {
    saveFile(new Blob([text], { type: "text/csv" }), name);
    this.said = `${name} is in your downloads.`;
  }
}

/** Bars for all rounds that came up in any of them. */
/** What an agent's satisfaction is, and why it is not there beside code. */
function rating(first: Summary, second: Summary | undefined): string {
  if (first.satisfaction && (!second || second.satisfaction))
    return "Satisfaction is how an agent rates where it goes, from 0 to 10; 0 where it never decides.";
  if (first.satisfaction || second?.satisfaction)
    return "Only built-in agents rate restaurants; what both count is how often an agent gets its favourite.";
  return "";
}

function shapeOf(shown: readonly Summary[]): Bins {
  const last = Math.max(...shown.map(({ rounds }) => quantile(rounds, 1)), 1);
  return bins([], last, MOST_BARS);
}

function sharesOf({ rounds, never, trials }: Summary, { width, from }: Bins): number[] {
  const { counts } = bins(rounds, width * from.length, from.length);
  return [...counts, never].map((count) => (100 * count) / trials);
}

function line({ what, kind, first, second, difference, real }: Compared, two: boolean): TemplateResult {
  if (!two)
    return html`<tr>
      <th scope="row">${what}</th>
      <td>${figure(first, kind)}</td>
    </tr>`;
  return html`<tr>
    <th scope="row">${what}</th>
    <td>${figure(first, kind)}</td>
    <td>${figure(second, kind)}</td>
    <td class=${real ? "real" : ""}>${figure(difference, kind, true)}${real ? " ★" : ""}</td>
  </tr>`;
}

/** A figure with its interval below it. */
function figure(estimate: Estimate | undefined, kind: Compared["kind"], signed = false): TemplateResult {
  const [value = "", interval] = written(estimate, kind, signed).split(/ (?=\()/);
  return html`${value} ${interval ? html`<small>${interval}</small>` : nothing}`;
}
