import { LitElement, css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { HistoryView, OperationView } from "@consensus-playground/engine/wasm/consensus_playground.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { moment, nodeName } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { epochs } from "../styles/tokens.ts";
import "../language/en/histories.ts";

/** Least time, in ms, between two pictures. */
const PAUSE = 500;
/** How many operations the chart shows unless all are wanted. */
const FEW = 24;
/** The height of a lane, and where lanes begin, in pixels. */
const LANE = 30;
const LEFT = 26;

/**
 * What clients asked and were told: a lane a client, a bar from the request to its answer, a dot at a moment at which it
 * may have happened; what no order explains is crossed out and named. A click goes to the event. The table says the same.
 */
@customElement("cp-histories")
export class Histories extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private history: HistoryView | undefined;
  @state() private all = false;
  @state() private width = 280;

  static override styles = [
    controls,
    epochs,
    css`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        overflow: visible;
      }
      text {
        font:
          11px system-ui,
          sans-serif;
        fill: var(--ink);
        pointer-events: none;
      }
      .name,
      .axis {
        fill: var(--soft);
      }
      .lane,
      .ticks {
        stroke: var(--line);
      }
      .bar {
        fill: var(--card);
        stroke: var(--c, var(--edge));
        stroke-width: 1.5;
        cursor: pointer;
      }
      .bar.pending {
        stroke-dasharray: 4 3;
      }
      .bar.stuck,
      .cross {
        stroke: var(--bad);
        stroke-width: 2;
      }
      .point {
        fill: var(--c, var(--ink));
        pointer-events: none;
      }
      .span {
        fill: var(--soft);
        opacity: 0.16;
      }
      p {
        font-size: 12px;
        margin: 4px 0;
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: 28px;
        font-size: 12px;
      }
      .table {
        max-height: 240px;
        overflow: auto;
      }
      table {
        border-collapse: collapse;
        font-size: 12px;
        width: 100%;
      }
      th,
      td {
        text-align: left;
        padding: 2px 6px 2px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      td button {
        font-size: 12px;
        min-height: 28px;
        padding: 2px 6px;
      }
      summary {
        cursor: pointer;
        min-height: 28px;
        font-size: 12px;
        color: var(--soft);
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change"], () => this.refresh());
  private readonly sizes = new ResizeObserver(() => (this.width = Math.max(200, this.clientWidth)));
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    void this.fetch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private refresh(): void {
    if (this.timer !== undefined || this.closest("details")?.open === false) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    }, PAUSE);
  }

  private async fetch(): Promise<void> {
    await this.updateComplete;
    this.history = await this.run?.guard("history");
  }

  protected override render(): TemplateResult {
    const { history, run } = this;
    if (!history || !run) return html`<p class="soft">${say("histories.nothing")}</p>`;
    if (history.operations.length === 0) return html`<p class="soft">${say("histories.not-asked")}</p>`;
    const shown = this.shown(history);
    return html`${this.verdict(history)}
      ${chart(run, history, shown, this.width, (history.byEvent ? run.event : run.frame?.now) ?? 0)}
      <p class="soft">${say("histories.legend")}</p>
      ${
        history.operations.length > FEW
          ? html`<label>
              <input type="checkbox" .checked=${this.all} @change=${this.toggleAll} />
              ${say(history.cut ? "histories.show-last" : "histories.show-all", { count: history.operations.length })}
            </label>`
          : nothing
      }
      <details>
        <summary>${say("histories.as-table")}</summary>
        <div class="table" tabindex="0" role="group" aria-label=${say("histories.table")}>
          ${table(run, shown, place(history))}
        </div>
      </details>`;
  }

  private readonly toggleAll = (event: Event): void => {
    this.all = (event.target as HTMLInputElement).checked;
  };

  /** The last ones; where one has no place, those that lead to it. */
  private shown({ operations }: HistoryView): OperationView[] {
    if (this.all) return operations;
    const stuck = operations.findIndex((one) => one.stuck);
    const end = stuck < 0 ? operations.length : Math.min(operations.length, stuck + 4);
    return operations.slice(Math.max(0, end - FEW), end);
  }

  private verdict({ keys, operations, undecided }: HistoryView): TemplateResult {
    const stuck = operations.find((one) => one.stuck);
    if (stuck) {
      return html`<p class="bad">
        ${say("histories.stuck", { command: stuck.command, client: stuck.client, told: stuck.told ?? say("histories.told-nothing") })}
      </p>`;
    }
    if (keys.length === 0) return html`<p class="soft">${say("histories.no-store")}</p>`;
    const open = keys.filter((key) => key.verdict === "undecided").map((key) => key.key);
    if (open.length > 0) return html`<p>${say("histories.undecided", { keys: open.join(", ") })}</p>`;
    return html`<p>
      ${undecided ? say("histories.linearizable-but", { event: undecided }) : say("histories.linearizable")}
    </p>`;
  }
}

/** How places on the axis are written: as moments, or as events while time stands still. */
function place({ byEvent }: HistoryView): (at: number) => string {
  return byEvent ? (at) => say("histories.event", { event: at }) : moment;
}

function chart(
  run: Run,
  history: HistoryView,
  shown: readonly OperationView[],
  width: number,
  now: number,
): TemplateResult {
  const start = Math.min(...shown.map((one) => one.startAt));
  const end = Math.max(start + 1, ...shown.map((one) => one.endAt ?? now));
  const clients = [...new Set(shown.map((one) => one.client))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const height = clients.length * LANE + 18;
  const x = (time: number) =>
    LEFT + ((Math.min(Math.max(time, start), end) - start) / (end - start)) * (width - LEFT - 6);
  const spans = history.spans.filter((span) => span.startAt < end && (span.endAt ?? end) > start);
  const keys = history.keys.map((key) => key.key);
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    height=${height}
    role="img"
    aria-label=${say("histories.chart", { count: clients.length })}
  >
    ${spans.map(
      (span) =>
        svg`<rect class="span" x=${x(span.startAt)} y="0" width=${Math.max(1, x(span.endAt ?? end) - x(span.startAt))} height=${height - 18}><title>${span.node ? nodeName(span.node, run.descriptor) : say("histories.network")}: ${span.fault}</title></rect>`,
    )}
    ${clients.map((client, lane) => {
      const y = lane * LANE + LANE / 2;
      return svg`<line class="lane" x1=${LEFT} x2=${width} y1=${y} y2=${y}></line><text class="name" x="0" y=${y + 4}>${client}</text>`;
    })}
    ${shown.map((one) => bar(run, one, clients.indexOf(one.client), x, end, keys.indexOf(one.key)))}
    <text class="axis" x=${LEFT} y=${height - 3}>${place(history)(start)}</text>
    <text class="axis" x=${width - 2} y=${height - 3} text-anchor="end">${place(history)(end)}</text>
  </svg>`;
}

function bar(
  run: Run,
  one: OperationView,
  lane: number,
  x: (time: number) => number,
  end: number,
  key: number,
): SVGTemplateResult {
  const [left, right] = [x(one.startAt), x(one.endAt ?? end)];
  const [y, height] = [lane * LANE + 5, LANE - 10];
  const width = Math.max(3, right - left);
  const told = one.told === undefined ? "" : one.told;
  const text = one.command + (one.endAt === undefined ? " …" : told === "ok" ? "" : ` → ${told}`);
  const label = text.length * 6.2 < width - 6 ? text : "";
  const classes = `bar${one.endAt === undefined ? " pending" : ""}${one.stuck ? " stuck" : ""}`;
  return svg`<g class="e${key < 0 ? 0 : (key % 7) + 1}" @click=${() => run.seek(one.end || one.start)}>
    <rect class=${classes} x=${left} y=${y} width=${width} height=${height} rx="4"><title>${one.client}: ${text}</title></rect>
    ${one.stuck ? svg`<path class="cross" d="M${left} ${y}l${width} ${height}M${left} ${y + height}l${width} ${-height}"></path>` : nothing}
    ${one.point === undefined || one.stuck ? nothing : svg`<circle class="point" cx=${Math.min(x(one.point) + 2, right)} cy=${y + height} r="3"></circle>`}
    ${label && !one.stuck ? svg`<text x=${left + 4} y=${y + height / 2 + 4}>${label}</text>` : nothing}
  </g>`;
}

function table(run: Run, shown: readonly OperationView[], written: (at: number) => string): TemplateResult {
  return html`<table>
    <tr>
      <th scope="col">${say("histories.client")}</th>
      <th scope="col">${say("histories.operation")}</th>
      <th scope="col">${say("histories.from")}</th>
      <th scope="col">${say("histories.to")}</th>
      <th scope="col">${say("histories.told")}</th>
    </tr>
    ${shown.map(
      (one) =>
        html`<tr>
          <td>${one.client}</td>
          <td>
            <button @click=${() => run.seek(one.end || one.start)}>${one.command}</button>
            ${one.stuck ? html`<span class="bad">${say("histories.no-place")}</span>` : nothing}
          </td>
          <td>${written(one.startAt)}</td>
          <td>${one.endAt === undefined ? say("histories.pending") : written(one.endAt)}</td>
          <td>${one.told ?? "–"}</td>
        </tr>`,
    )}
  </table>`;
}
