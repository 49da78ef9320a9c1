import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { ElectionView } from "@consensus-playground/engine/wasm/consensus_playground.js";
import { EngineClient } from "@consensus-playground/engine/client.ts";
import { say } from "../language/language.ts";
import { readPalette } from "../stage/palette.ts";
import { controls } from "../styles/controls.ts";
import { tokens } from "../styles/tokens.ts";
import { labStyles } from "./lab-styles.ts";
import "../language/en/lab.ts";

/** How many trials of each set-up, and how many in one piece of work. */
const TRIALS = 1000;
const SLICE = 50;

/** What trials of one set-up have come to so far: milliseconds, sorted. */
interface Measured {
  course: ElectionView;
  times: number[];
}

/**
 * How long a cluster is without a leader, as in Figure 16 of Raft's paper: thousands of simulated elections in a worker
 * of their own, plotted as the share of trials that are over by a time.
 */
@customElement("cp-elections")
export class Elections extends LitElement {
  @state() private measured: Measured[] = [];
  @state() private done = 0;
  @state() private running = false;
  @state() private problem = "";

  static override styles = [tokens, controls, labStyles];

  private engine: EngineClient | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancel();
  }

  protected override render(): TemplateResult {
    const all = this.measured.length * TRIALS;
    const groups = [...new Set(this.measured.map(({ course }) => course.group))];
    return html`<span class="probe" hidden></span>
      <p class="soft">${say("lab.about", { trials: TRIALS })}</p>
      ${
        this.running
          ? html`<progress max=${all || 1} value=${this.done} aria-label=${say("lab.done")}></progress>
              <button @click=${() => this.cancel()}>${say("lab.cancel")}</button>`
          : html`<button @click=${() => void this.start()}>${say(this.done > 0 ? "lab.again" : "lab.measure")}</button>`
      }
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing} ${groups.map((group) => this.group(group))}`;
  }

  private group(group: string): TemplateResult {
    const rows = this.measured.filter(({ course, times }) => course.group === group && times.length > 0);
    if (rows.length === 0) return html``;
    return html`<figure>
      <figcaption>${say("lab.share", { group })}</figcaption>
      <div class="plot" data-group=${group} aria-hidden="true"></div>
      <div class="table" tabindex="0" role="group" aria-label=${say("lab.table", { group })}>
        <table>
          <tr>
            <th scope="col">${say("lab.timeouts")}</th>
            <th scope="col">${say("lab.median")}</th>
            <th scope="col">${say("lab.mean")}</th>
            <th scope="col">99 %</th>
            <th scope="col">${say("lab.worst")}</th>
            <th scope="col">${say("lab.paper")}</th>
          </tr>
          ${rows.map(
            ({ course, times }, place) =>
              html`<tr>
                <th scope="row"><i style="background:var(--e${(place % 7) + 1})"></i>${course.name}</th>
                <td>${at(times, 0.5)}</td>
                <td>${(times.reduce((sum, time) => sum + time, 0) / times.length).toFixed(0)}</td>
                <td>${at(times, 0.99)}</td>
                <td>${at(times, 1)}</td>
                <td class="said" lang="en">${course.paper || "–"}</td>
              </tr>`,
          )}
        </table>
      </div>
    </figure>`;
  }

  private async start(): Promise<void> {
    const engine = (this.engine = new EngineClient());
    [this.running, this.done, this.problem, this.measured] = [true, 0, "", []];
    try {
      const courses = await engine.call("elections");
      this.measured = courses.map((course) => ({ course, times: [] }));
      for (const [place, { times }] of this.measured.entries()) {
        for (let from = 0; from < TRIALS; from += SLICE) {
          const slice = await engine.call("electionTrials", place, from, SLICE);
          if (this.engine !== engine) return;
          times.push(...Array.from(slice, (time) => time / 1000));
          this.done += SLICE;
        }
        times.sort((a, b) => a - b);
        await this.draw();
      }
    } catch (error) {
      if (this.engine === engine) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.engine === engine) this.cancel();
    }
  }

  private cancel(): void {
    const { engine } = this;
    this.engine = undefined;
    this.running = false;
    engine?.stop();
  }

  private async draw(): Promise<void> {
    const { cumulative, styled } = await import("./plot.ts");
    await this.updateComplete;
    styled(this.renderRoot as ShadowRoot);
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    if (!probe) return;
    const palette = readPalette(probe);
    for (const host of this.renderRoot.querySelectorAll<HTMLElement>(".plot")) {
      const rows = this.measured.filter(
        ({ course, times }) => course.group === host.dataset["group"] && times.length > 0,
      );
      host.replaceChildren();
      cumulative(
        host,
        palette,
        rows.map(({ course, times }) => ({ label: course.name, times })),
      );
    }
  }
}

/** The time that so large a part of the trials do not pass. */
function at(times: readonly number[], part: number): string {
  const time = times[Math.max(0, Math.ceil(times.length * part) - 1)] ?? 0;
  return time >= 10_000 ? "≥ 10 s" : time.toFixed(0);
}
