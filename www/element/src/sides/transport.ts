import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { moment } from "@consensus-playground/engine/format.ts";
import type { Together } from "@consensus-playground/engine/together.ts";
import { say } from "../language/language.ts";
import { controls } from "../styles/controls.ts";
import { ICONS, icon } from "../timeline/icons.ts";
import { paceChoice } from "../timeline/pace-choice.ts";
import "../language/en/sides.ts";

/** One transport for all of the runs: what it moves is their clock. */
@customElement("cp-shared-transport")
export class SharedTransport extends LitElement {
  @property({ attribute: false }) together: Together | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
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
      .time {
        flex: 1 1 160px;
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .time input {
        flex: 1;
        min-width: 0;
      }
      output {
        font-variant-numeric: tabular-nums;
        min-width: 5em;
        color: var(--soft);
      }
      .speed {
        display: flex;
        gap: 8px;
        align-items: center;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .speed input {
        width: 110px;
      }
      .speed span {
        min-width: 4em;
      }
      @media (max-width: 760px) {
        :host {
          gap: 4px;
        }
        button {
          min-width: 36px;
        }
        .play {
          min-width: 48px;
        }
        .speed {
          flex: 1 1 150px;
          min-width: 0;
          gap: 4px;
        }
        .speed select {
          flex: 1 1 0;
          padding-inline: 4px;
        }
        .time {
          order: 1;
          flex-basis: 100%;
        }
        .speed input {
          width: 64px;
        }
        .speed span {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    for (const type of ["frame", "change"]) this.together?.addEventListener(type, this.changed);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of ["frame", "change"]) this.together?.removeEventListener(type, this.changed);
  }

  private readonly changed = (): void => this.requestUpdate();

  protected override render(): TemplateResult | typeof nothing {
    const { together } = this;
    if (!together) return nothing;
    const { playing, now, end } = together;
    const act = say(playing ? "transport.pause" : "transport.play");
    return html`
      ${this.button("restart", say("transport.restart"), () => together.seek(0))}
      ${this.button("back", say("transport.back"), () => together.stepBack())}
      <button
        class="strong play"
        aria-label=${act}
        title=${say("transport.by-space", { act })}
        @click=${() => together.toggle()}
      >
        ${icon(playing ? ICONS.pause : ICONS.play)}
      </button>
      ${this.button("step", say("transport.step"), () => together.step())}
      <div class="time">
        <input
          type="range"
          min="0"
          max=${end}
          step=${Math.max(1, Math.round(end / 1000))}
          aria-label=${say("sides.time")}
          aria-valuetext=${moment(now)}
          .value=${String(now)}
          @input=${(input: Event) => together.seek(Number((input.target as HTMLInputElement).value))}
        />
        <output aria-label=${say("sides.time")} aria-live="off">${moment(now)}</output>
      </div>
      ${paceChoice(together, (pace, value) => together.setPace(pace, value))}
    `;
  }

  private button(name: keyof typeof ICONS, label: string, act: () => unknown): TemplateResult {
    return html`<button aria-label=${label} title=${label} @click=${act}>${icon(ICONS[name])}</button>`;
  }
}
