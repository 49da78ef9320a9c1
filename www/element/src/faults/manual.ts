import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Fate } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { scheduledByScript } from "../page/by-script.ts";
import { Watch } from "../page/watch.ts";
import { plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";

/** Says that time stands still, and what the person can do about it. */
@customElement("cp-manual")
export class Manual extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      div {
        display: flex;
        gap: 0 6px;
        align-items: center;
        box-sizing: border-box;
        /* Room for two lines of text, whichever buttons stand beside them: the picture below must not jump. */
        min-height: 46px;
        margin: 6px 16px 0;
        padding: 3px 4px 3px 12px;
        border: 1px dashed var(--accent);
        border-radius: 10px;
        background: var(--card);
        font-size: 13px;
      }
      p {
        flex: 1 1 0;
        min-width: 0;
        max-height: 2lh;
        margin: 0;
        overflow: hidden;
      }
      button {
        flex: none;
        white-space: nowrap;
      }
      @container playground (max-width: 760px) {
        .how {
          display: none;
        }
        p {
          flex-basis: 100px;
          max-height: none;
        }
        div {
          flex-wrap: wrap;
          margin: 8px 10px 0;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame?.manual) return nothing;
    if (scheduledByScript(run)) return nothing;
    const { flights } = frame;
    const ids = [...flights.id].filter((_, row) => (flights.fate[row] as Fate) === Fate.Flying).sort((a, b) => a - b);
    const [oldest] = ids;
    const lead = run.replicas.find((node) => node.health === "up" && node.timers.length > 0);
    const timer = lead?.timers[0];
    return html`<div role="group" aria-label=${say("faults.manual")}>
      <p>
        <strong>${say("faults.still")}</strong>
        <span class="how">${say("faults.choose")}</span>
        <span class="soft">${say("faults.waiting", { count: ids.length })}</span>
      </p>
      ${
        oldest === undefined
          ? lead && timer
            ? html`<button @click=${() => run.act(`fire ${timer.name} of ${lead.id}`)}>
                ${say("faults.fire-of", { timer: plain(timer.name), id: lead.id })}
              </button>`
            : nothing
          : html`<button @click=${() => run.act(`deliver m${oldest}`)}>${say("faults.deliver-oldest")}</button>`
      }
      <button class="quiet" @click=${() => run.act("network automatic")}>${say("faults.automatic")}</button>
    </div>`;
  }
}
