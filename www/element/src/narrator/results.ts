import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { ExpectView } from "@consensus-playground/engine/types.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";

/** What the scenario expected, once it has come to its end or an expectation has failed. */
@customElement("cp-results")
export class Results extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      details {
        margin: 0 16px 8px;
        padding: 2px 14px;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--card);
        max-height: 9em;
        overflow: auto;
      }
      summary {
        cursor: pointer;
        min-height: 26px;
        line-height: 26px;
        font-size: 13px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        font-size: 13px;
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      .good {
        color: var(--good);
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const frame = this.run?.frame;
    if (!frame || frame.expects.length === 0 || this.run?.evidence) return nothing;
    const failed = frame.expects.filter((one) => !one.ok);
    if (!frame.finished && failed.length === 0) return nothing;
    return html`<details>
      <summary>
        <strong class=${failed.length === 0 ? "good" : "bad"}
          >${failed.length === 0 ? "✓" : "✕"}
          ${failed.length === 0 ? "The scenario is at its end; all it expected came true." : tally(frame.expects)}</strong
        >
        ${frame.finished ? html`<span class="soft">Play goes on from here.</span>` : nothing}
      </summary>
      <ul>
        ${frame.expects.map(
          (one) =>
            html`<li>
              <span class=${one.ok ? "good" : "bad"}
                >${one.ok ? "✓ holds" : one.undecided ? "? not decided" : "✕ fails"}</span
              >
              ${one.text} ${one.ok ? "" : one.why}
              <span class="soft">line ${one.line}</span>
            </li>`,
        )}
      </ul>
    </details>`;
  }
}

/** How many expectations failed, and how many nobody could decide. */
function tally(expects: ExpectView[]): string {
  const open = expects.filter((one) => one.undecided).length;
  const failed = expects.filter((one) => !one.ok).length - open;
  const parts = [
    ...(failed > 0 ? [`${failed} of ${expects.length} expectations failed.`] : []),
    ...(open > 0 ? [`${open} of ${expects.length} could not be decided.`] : []),
  ];
  return parts.join(" ");
}
