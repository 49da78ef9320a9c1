import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { CostCourse, CostRow } from "@consensus-playground/engine/wasm/consensus_playground.js";
import { EngineClient } from "@consensus-playground/engine/client.ts";
import { say, type Key } from "../language/language.ts";
import { readPalette } from "../stage/palette.ts";
import { controls } from "../styles/controls.ts";
import { tokens } from "../styles/tokens.ts";
import { labStyles } from "./lab-styles.ts";
import "../language/en/lab.ts";

/** A form of a protocol, its place in the engine's list, and what has been counted of it so far. */
interface Counted {
  place: number;
  course: CostCourse;
  chosen: boolean;
  rows: Map<number, CostRow>;
}

/** What is drawn: one plot and one table each. */
interface Measure {
  key: Key;
  of: (row: CostRow, proof: number) => number;
  /** On a scale of powers of ten. */
  powers: boolean;
  /** On its axis, and in its table. */
  show: (value: number) => string;
  tell: (value: number) => string;
}

const MEASURES: readonly Measure[] = [
  { key: "lab.growth.messages", of: (row) => row.messages, powers: true, show: short, tell: String },
  { key: "lab.growth.proofs", of: (row, proof) => row.proofs[proof] ?? 0, powers: true, show: short, tell: String },
  { key: "lab.growth.delays", of: (row) => row.delays[1] ?? 0, powers: false, show: String, tell: String },
  {
    key: "lab.growth.share",
    of: (row) => (100 * row.busiest) / row.messages,
    powers: false,
    show: (value) => `${value} %`,
    tell: (value) => `${value.toFixed(1)} %`,
  },
];

/** How who said what is proved, in the engine's order. */
const PROOFS: readonly Key[] = ["lab.proof.signatures", "lab.proof.codes", "lab.proof.combined"];

/**
 * What one request costs as the number of replicas grows: carried out in a worker of its own and counted, beside each
 * paper's formulas.
 */
@customElement("cp-growth")
export class Growth extends LitElement {
  @state() private all: Counted[] = [];
  @state() private proof = 0;
  @state() private done = 0;
  @state() private running = false;
  @state() private problem = "";

  static override styles = [
    tokens,
    controls,
    labStyles,
    css`
      .plots {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr));
        gap: 8px 20px;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        margin: 8px 0;
        font-size: 13px;
      }
      .choices label {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      .choices i {
        margin: 0;
      }
      select {
        max-width: 100%;
      }
      summary {
        font-size: 12px;
        cursor: pointer;
      }
    `,
  ];

  private engine: EngineClient | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancel();
  }

  private get chosen(): Counted[] {
    return this.all.filter(({ chosen }) => chosen);
  }

  protected override render(): TemplateResult {
    const { all, chosen, running, done } = this;
    const counted = chosen.some(({ rows }) => rows.size > 0);
    return html`<span class="probe" hidden></span>
      <p class="soft">${say("lab.growth.about")}</p>
      <div class="choices" role="group" aria-label=${say("lab.growth.protocols")}>
        ${all.map((one, place) => this.choice(one, place))}
      </div>
      <p>
        <label>
          ${say("lab.growth.proof")}
          <select @change=${(event: Event) => (this.proof = Number((event.target as HTMLSelectElement).value))}>
            ${PROOFS.map((key, place) => html`<option value=${place} ?selected=${place === this.proof}>${say(key)}</option>`)}
          </select>
        </label>
      </p>
      ${
        running
          ? html`<progress max=${this.work().length || 1} value=${done} aria-label=${say("lab.growth.done")}></progress>
              <button @click=${() => this.cancel()}>${say("lab.cancel")}</button>`
          : html`<button ?disabled=${chosen.length === 0} @click=${() => void this.start()}>
              ${say(counted ? "lab.again" : "lab.measure")}
            </button>`
      }
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      ${chosen.length > 0 ? html`<div class="plots">${MEASURES.map((measure, place) => this.figure(measure, place))}</div>` : nothing}`;
  }

  private choice(one: Counted, place: number): TemplateResult {
    const choose = (event: Event) => {
      one.chosen = (event.target as HTMLInputElement).checked;
      this.requestUpdate();
    };
    return html`<label title=${one.course.source}>
      <input type="checkbox" .checked=${one.chosen} ?disabled=${this.running} @change=${choose} />
      <i style="background:var(--e${(place % 7) + 1})"></i><span lang="en">${one.course.name}</span>
    </label>`;
  }

  private figure(measure: Measure, place: number): TemplateResult {
    const { chosen, proof } = this;
    const value = (row: CostRow | undefined) => (row ? measure.tell(measure.of(row, proof)) : "–");
    return html`<figure>
      <figcaption>${say(measure.key)}</figcaption>
      <div class="plot" data-place=${place} aria-hidden="true"></div>
      <details>
        <summary>${say("lab.growth.table")}</summary>
        <div class="table" tabindex="0" role="group" aria-label=${say("lab.table", { group: say(measure.key) })}>
          <table>
            <tr>
              <th scope="col">${say("lab.growth.replicas")}</th>
              ${chosen.map(
                ({ course }) =>
                  html`<th scope="col"><span lang="en">${course.name}</span>, ${say("lab.growth.counted")}</th>
                    <th scope="col">${say("lab.growth.formula")}<br />${formula(measure, course)}</th>`,
              )}
            </tr>
            ${sizesOf(chosen).map(
              (size, row) =>
                html`<tr>
                  <th scope="row">${size}</th>
                  ${chosen.map(
                    ({ course, rows }) =>
                      html`<td>${value(rows.get(size))}</td>
                        <td class="soft">${value(course.expected[row])}</td>`,
                  )}
                </tr>`,
            )}
          </table>
        </div>
      </details>
    </figure>`;
  }

  /** Which measurements there are to make: the small groups first, so that all plots grow from left to right. */
  private work(): { one: Counted; size: number }[] {
    const { chosen } = this;
    return sizesOf(chosen).flatMap((size) => chosen.map((one) => ({ one, size })));
  }

  private async load(): Promise<void> {
    const engine = (this.engine = new EngineClient());
    try {
      const courses = await engine.call("costCourses");
      this.all = courses.map((course, place) => ({ place, course, chosen: true, rows: new Map() }));
    } catch (error) {
      if (this.engine === engine) this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  private async start(): Promise<void> {
    const engine = (this.engine ??= new EngineClient());
    for (const { rows } of this.all) rows.clear();
    [this.running, this.done, this.problem] = [true, 0, ""];
    try {
      for (const { one, size } of this.work()) {
        const row = await engine.call("measureCost", one.place, size);
        if (this.engine !== engine) return;
        one.rows.set(size, row);
        this.done += 1;
      }
    } catch (error) {
      if (this.engine === engine) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.engine === engine) this.running = false;
    }
  }

  private cancel(): void {
    const { engine } = this;
    this.engine = undefined;
    this.running = false;
    engine?.stop();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    void this.draw();
  }

  private async draw(): Promise<void> {
    const { growing, styled } = await import("./plot.ts");
    const root = this.renderRoot as ShadowRoot;
    styled(root);
    const probe = root.querySelector<HTMLElement>(".probe");
    if (!probe) return;
    const palette = readPalette(probe);
    for (const host of root.querySelectorAll<HTMLElement>(".plot")) {
      const measure = MEASURES[Number(host.dataset["place"])];
      if (!measure) continue;
      const sizes = sizesOf(this.chosen);
      const value = (row: CostRow) => measure.of(row, this.proof);
      const lines = this.all.map(({ course, chosen, rows }) => ({
        label: course.name,
        formula: chosen ? course.expected.map(value) : [],
        counted: sizes.map((size) => {
          const row = chosen ? rows.get(size) : undefined;
          return row ? value(row) : null;
        }),
      }));
      host.replaceChildren();
      growing(host, palette, sizes, lines, measure.powers, measure.show);
    }
  }
}

/** The numbers of replicas that are tried. */
function sizesOf(chosen: readonly Counted[]): number[] {
  return chosen[0]?.course.expected.map(({ replicas }) => replicas) ?? [];
}

/** The formula of a measure, where it has one. */
function formula({ key }: Measure, course: CostCourse): string {
  if (key === "lab.growth.messages") return course.messages;
  return key === "lab.growth.share" ? `(${course.busiest}) / (${course.messages})` : "";
}

/** A power of ten that fits on an axis: `10 M`. */
function short(value: number): string {
  const scales: [number, string][] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  const [scale, letter] = scales.find(([scale]) => value >= scale) ?? [1, ""];
  return `${value / scale} ${letter}`.trimEnd();
}
