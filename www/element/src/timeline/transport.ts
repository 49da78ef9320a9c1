import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { moment, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { progressText } from "../narrator/badges.ts";
import { controls } from "../styles/controls.ts";
import { ICONS, icon } from "./icons.ts";
import { paceChoice } from "./pace-choice.ts";
import "./branches.ts";
import "./scrubber.ts";

/** Play, pause, steps, milestones, speed, the scrubber. */
@customElement("cp-transport")
export class Transport extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 4px;
      }
      .bar {
        display: flex;
        gap: 6px;
        align-items: center;
        flex-wrap: wrap;
      }
      button {
        min-width: 36px;
        display: grid;
        place-items: center;
        padding: 4px 8px;
      }
      .play {
        min-width: 56px;
      }
      output {
        font-variant-numeric: tabular-nums;
        color: var(--soft);
        margin-left: 6px;
        white-space: nowrap;
      }
      .progress {
        flex: 1 1 0;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      @container playground (max-width: 1080px) {
        .progress {
          display: none;
        }
      }
      .speed {
        margin-left: auto;
        display: flex;
        gap: 8px;
        align-items: center;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .speed input {
        width: 130px;
      }
      .speed span {
        min-width: 4.2em;
        text-align: right;
      }
      .speed select {
        min-width: 0;
      }
      .repeats {
        flex: 1 1 0;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--ink);
        font-variant-numeric: tabular-nums;
      }
      @container playground (max-width: 760px) {
        /* Two rows, however long the run: what does not fit beside the time breaks into a second small line. */
        .bar {
          display: grid;
          grid-template-columns: repeat(3, minmax(0, 1fr)) minmax(0, 1.6fr) repeat(4, minmax(0, 1fr));
          gap: 4px;
        }
        output,
        .repeats {
          grid-area: 2 / 1 / auto / 4;
          margin-left: 0;
          font-size: 12px;
          line-height: 15px;
          max-height: 30px;
          overflow: hidden;
          white-space: normal;
        }
        .bar:has(.repeats) output {
          display: none;
        }
        /* The slider says its value when it is moved. */
        .speed {
          grid-area: 2 / 4 / auto / 8;
          gap: 4px;
          margin-left: 0;
        }
        .speed select {
          flex: 1 1 0;
        }
        .bar > button:last-child {
          grid-area: 2 / 8;
          min-height: 32px;
        }
        .speed input {
          width: 64px;
        }
        button {
          min-width: 0;
          padding: 4px;
          min-height: 40px;
        }
        .speed span {
          display: none;
        }
      }
      @media (max-height: 480px) and (orientation: landscape) {
        .bar {
          display: flex;
          flex-wrap: nowrap;
        }
        output,
        cp-scrubber,
        .speed input,
        .speed span {
          display: none;
        }
        .repeats {
          flex: 1 1 0;
        }
        button {
          flex: 1 1 30px;
          min-width: 30px;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change", "frame"], (type) => {
    if (type === "change" || this.run?.playing) this.requestUpdate();
  });

  protected override render(): TemplateResult {
    const { run } = this;
    const frame = run?.frame;
    const playing = run?.playing ?? false;
    const [event, last] = [run?.event ?? 0, frame?.last ?? 0];
    const when = say("timeline.when", { time: moment(frame?.now ?? 0), event, last });
    const { count = 0, name = "" } = run?.repetition ?? {};
    const repeats = count > 1 ? say("transport.repeats", { count, name: plain(name) }) : "";
    return html`
      <div class="bar">
        ${this.button("restart", say("transport.restart"), () => run?.restart())}
        ${this.button("previous", say("transport.previous"), () => run?.previousMilestone())}
        ${this.button("back", say("transport.back"), () => run?.stepBack())}
        <button
          class="strong play"
          ?disabled=${!frame}
          aria-label=${say(playing ? "transport.pause" : "transport.play")}
          title=${say("transport.by-space", { act: say(playing ? "transport.pause" : "transport.play") })}
          @click=${() => run?.toggle()}
        >
          ${icon(playing ? ICONS.pause : ICONS.play)}
        </button>
        ${this.button("step", say("transport.step"), () => run?.step())}
        ${this.button("next", say("transport.next"), () => run?.nextMilestone())}
        ${this.button("undo", say("transport.undo"), () => run?.undo(), frame?.branches.undo === 0)}
        ${this.button("redo", say("transport.redo"), () => run?.redo(), frame?.branches.redo === 0)}
        <output aria-label=${say("transport.where")} aria-live="off">${when}</output>
        ${repeats ? html`<span class="repeats" lang="en">${repeats}</span>` : html`<span class="progress">… ${progressText(run)}</span>`}
        ${
          run
            ? paceChoice(run, (pace, value) => {
                if (value === undefined) run.setPace(pace);
                else if (pace === "meaning") run.setTempo(value);
                else run.setSpeed(value);
              })
            : nothing
        }
        ${this.button("present", say("present.by-key"), () => this.dispatchEvent(new CustomEvent("present", { bubbles: true })))}
      </div>
      <cp-scrubber .run=${run}></cp-scrubber>
      <cp-branches .run=${run}></cp-branches>
    `;
  }

  private button(name: keyof typeof ICONS, label: string, act: () => unknown, idle = false): TemplateResult {
    return html`<button aria-label=${label} title=${label} ?disabled=${!this.run?.frame || idle} @click=${act}>
      ${icon(ICONS[name])}
    </button>`;
  }
}
