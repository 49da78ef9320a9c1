import { LitElement, css, html, nothing, unsafeCSS, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { SeriesView } from "@consensus-playground/engine/series.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { readPalette, type Palette } from "../stage/palette.ts";
import { controls } from "../styles/controls.ts";
import type { Line } from "./plot.ts";

interface Chart {
  title: string;
  lines: Line[];
  steps: boolean;
}

/** Least time, in ms, between two pictures. */
const PAUSE = 500;

/** Small charts of the run up to now, with the same numbers as a table. They cost nothing while they are folded away. */
@customElement("cp-charts")
export class Charts extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private shown = false;
  @state() private series: SeriesView | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      summary {
        cursor: pointer;
        color: var(--soft);
        min-height: 24px;
      }
      .row {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr));
        gap: 10px;
        max-height: 40vh;
        overflow-y: auto;
      }
      figure {
        margin: 0;
        min-width: 0;
      }
      figcaption {
        font-size: 12px;
        color: var(--soft);
      }
      figcaption span {
        white-space: nowrap;
        margin-left: 8px;
        color: var(--ink);
      }
      i {
        display: inline-block;
        width: 12px;
        height: 3px;
        margin-right: 4px;
        vertical-align: middle;
      }
      .plot {
        height: 110px;
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change"], () => this.refresh());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private palette: Palette | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.scheme.addEventListener("change", this.themeChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scheme.removeEventListener("change", this.themeChanged);
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  readonly themeChanged = (): void => {
    this.palette = undefined;
    void this.updateComplete.then(() => this.draw());
  };

  protected override render(): TemplateResult {
    return html`<span class="probe" hidden></span>
      <details @toggle=${this.toggled}>
        <summary>${say("timeline.charts")}</summary>
        ${this.shown && this.series ? this.charts(this.series) : nothing}
      </details>`;
  }

  private charts(series: SeriesView): TemplateResult {
    const all = this.lines(series);
    return html`<div class="row" tabindex="0" role="group" aria-label=${say("timeline.charts")}>
        ${all.map(
          ({ title, lines }) =>
            html`<figure>
              <figcaption>
                ${title}
                ${lines.map(({ label, colour }) => html`<span><i style="background:${colour}"></i>${label}</span>`)}
              </figcaption>
              <div class="plot" aria-hidden="true"></div>
            </figure>`,
        )}
      </div>
      ${table(series, all)}`;
  }

  private lines({ messages, latency, epoch, piece }: SeriesView): Chart[] {
    const colours = this.palette?.epochs ?? [];
    const rate = 1e6 / piece;
    const colour = (place: number) => colours[(place % 7) + 1] ?? "gray";
    return [
      {
        title: say("timeline.rate"),
        lines: messages.map(({ kind, counts }, place) => ({
          label: plain(kind),
          colour: colour(place),
          values: counts.map((count) => count * rate),
        })),
        steps: true,
      },
      {
        title: say("timeline.latency"),
        lines: [
          {
            label: say("timeline.mean"),
            colour: colour(0),
            values: latency.map((one) => (one === null ? null : one / 1000)),
          },
        ],
        steps: false,
      },
      {
        title: capital(plain(this.run?.descriptor?.epoch ?? "epoch")),
        lines: [{ label: say("timeline.highest"), colour: colour(0), values: epoch }],
        steps: true,
      },
    ];
  }

  private readonly toggled = (event: Event): void => {
    this.shown = (event.target as HTMLDetailsElement).open;
    this.refresh();
  };

  private refresh(): void {
    if (!this.shown || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    }, PAUSE);
  }

  private async fetch(): Promise<void> {
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    if (probe) this.palette ??= readPalette(probe);
    this.series = await this.run?.guard("series");
    await this.updateComplete;
    await this.draw();
    if (this.series?.behind) this.refresh();
  }

  private async draw(): Promise<void> {
    const { series } = this;
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    if (!this.shown || !series || !probe) return;
    const palette = (this.palette ??= readPalette(probe));
    const loaded = await this.run?.part(
      "charts",
      () => import("./plot.ts"),
      () => this.draw(),
    );
    if (!loaded) return;
    const { plot, styles } = loaded;
    const own = this.renderRoot as ShadowRoot;
    if (!this.styled && own.adoptedStyleSheets) {
      const sheet = unsafeCSS(styles).styleSheet;
      if (sheet) own.adoptedStyleSheets = [...own.adoptedStyleSheets, sheet];
      this.styled = true;
    }
    const seconds = series.at.map((at) => at / 1e6);
    const places = this.renderRoot.querySelectorAll<HTMLElement>(".plot");
    this.lines(series).forEach(({ lines, steps }, place) => {
      const host = places[place];
      if (!host) return;
      host.replaceChildren();
      plot(host, palette, host.clientWidth, seconds, lines, steps);
    });
  }

  private styled = false;
}

/** The same numbers for those who can't see the charts, in ten pieces. */
function table({ at }: SeriesView, charts: readonly Chart[]): TemplateResult {
  const lines = charts.flatMap(({ title, lines }) => lines.map((line) => ({ ...line, title })));
  const rows = at.map((_, place) => place).filter((place) => place % 5 === 4);
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? say("timeline.none") : value.toFixed(value < 10 ? 1 : 0);
  return html`<div class="hidden">
    <table>
      <caption>
        ${say("timeline.numbers")}
      </caption>
      <tr>
        <th scope="col">${say("timeline.time")}</th>
        ${lines.map(({ title, label }) => html`<th scope="col">${title}, ${label}</th>`)}
      </tr>
      ${rows.map(
        (row) =>
          html`<tr>
            <th scope="row">${((at[row] ?? 0) / 1e6).toFixed(3)} s</th>
            ${lines.map(({ values }) => html`<td>${number(values[row])}</td>`)}
          </tr>`,
      )}
    </table>
  </div>`;
}
