import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { moment } from "@consensus-playground/engine/format.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import { ICONS, icon } from "../timeline/icons.ts";

/** Play, step and a thin scrubber, in one row. */
@customElement("cp-controls")
export class Controls extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** Which of them: words out of `back`, `play`, `step`, `scrubber`; all but the first where it is left out. */
  @property() which: string | undefined;

  static override styles = [
    controls,
    css`
      :host {
        flex: none;
        display: flex;
        gap: 6px;
        align-items: center;
        padding: 4px 12px 6px;
        background: var(--card);
      }
      button {
        min-width: 40px;
        min-height: 36px;
        display: grid;
        place-items: center;
        padding: 4px 8px;
      }
      .play {
        min-width: 56px;
      }
      input {
        flex: 1 1 0;
        min-width: 0;
        height: 24px;
        margin: 0 4px;
        accent-color: var(--accent);
        cursor: ew-resize;
        touch-action: pan-y;
        appearance: none;
        background: none;
      }
      input::-webkit-slider-runnable-track {
        height: 3px;
        border-radius: 2px;
        background: linear-gradient(var(--accent) 0 0) 0 / var(--done, 0%) 100% no-repeat var(--edge);
      }
      input::-moz-range-track {
        height: 3px;
        border-radius: 2px;
        background: var(--edge);
      }
      input::-moz-range-progress {
        height: 3px;
        background: var(--accent);
      }
      input::-webkit-slider-thumb {
        appearance: none;
        width: 13px;
        height: 13px;
        margin-top: -5px;
        border-radius: 50%;
        background: var(--accent);
      }
      input::-moz-range-thumb {
        width: 13px;
        height: 13px;
        border: 0;
        border-radius: 50%;
        background: var(--accent);
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change"]);

  protected override render(): TemplateResult {
    const { run } = this;
    const words = this.which?.split(/\s+/) ?? ["play", "step", "scrubber"];
    const idle = !run?.frame;
    const act = say(run?.playing ? "transport.pause" : "transport.play");
    const back = say("transport.back");
    return html`
      ${
        words.includes("back")
          ? html`<button ?disabled=${idle} aria-label=${back} title=${back} @click=${() => run?.stepBack()}>
              ${icon(ICONS.back)}
            </button>`
          : nothing
      }
      ${
        words.includes("play")
          ? html`<button
              class="strong play"
              ?disabled=${idle}
              aria-label=${act}
              title=${act}
              @click=${() => run?.toggle()}
            >
              ${icon(run?.playing ? ICONS.pause : ICONS.play)}
            </button>`
          : nothing
      }
      ${
        words.includes("step")
          ? html`<button
              ?disabled=${idle}
              aria-label=${say("transport.step")}
              title=${say("transport.step")}
              @click=${() => run?.step()}
            >
              ${icon(ICONS.step)}
            </button>`
          : nothing
      }
      ${words.includes("scrubber") && run ? scrubber(run) : nothing}
    `;
  }
}

/** Over what has happened so far. */
function scrubber(run: Run): TemplateResult {
  const last = Math.max(1, run.frame?.last ?? 0);
  const when = say("timeline.when", {
    time: moment(run.frame?.now ?? 0),
    event: run.event,
    last: run.frame?.last ?? 0,
  });
  return html`<input
    type="range"
    min="0"
    max=${last}
    step="1"
    ?disabled=${!run.frame}
    style="--done:${(run.event / last) * 100}%"
    aria-label=${say("timeline.event")}
    aria-valuetext=${when}
    .value=${String(run.event)}
    @input=${(input: Event) => run.seek(Number((input.target as HTMLInputElement).value))}
  />`;
}

declare global {
  interface HTMLElementTagNameMap {
    "cp-controls": Controls;
  }
}
