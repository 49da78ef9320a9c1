import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { ExpectView } from "@consensus-playground/engine/types.ts";
import { Watch } from "../page/watch.ts";
import { say } from "../language/language.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { brokenOnes, brokenSentence, predicted } from "./outcome.ts";

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
      .failed {
        color: var(--warn);
        font-weight: 600;
      }
      .broken {
        color: var(--bad);
      }
      .good {
        color: var(--good);
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame || frame.expects.length === 0 || run.evidence) return nothing;
    const failed = frame.expects.filter((one) => !one.ok);
    if (!frame.finished && failed.length === 0) return nothing;
    return html`<details>
      <summary>
        ${failed[0] ? this.failure(frame.expects, failed[0]) : this.success(run)}
        ${frame.finished ? html`<span class="soft">${say("outcome.goes-on")}</span>` : nothing}
      </summary>
      <ul>
        ${frame.expects.map(
          (one) =>
            html`<li>
              <span class=${one.ok ? "good" : "failed"}
                >${one.ok ? `✓ ${say("narrator.met")}` : one.undecided ? `? ${say("narrator.open")}` : `≠ ${say("narrator.fails")}`}</span
              >
              <span lang="en">${one.text} ${one.ok ? "" : one.why}</span>
              <span class="soft">${say("narrator.line", { line: one.line })}</span>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  /** How many failed, and why the first did. */
  private failure(expects: ExpectView[], first: ExpectView): TemplateResult {
    return html`<strong class="failed">≠ ${tally(expects)}</strong>
      <span lang="en">${first.text}: ${first.why}.</span>`;
  }

  /** All that was expected came true: no green tick where that was a broken property. */
  private success(run: Run): TemplateResult {
    const broken = brokenOnes(run);
    const expected = broken.filter(({ name }) => predicted(run).has(name));
    const [first] = expected;
    if (!first) return html`<strong class="good">✓ ${say("outcome.end")}</strong>`;
    const also = broken.filter((one) => one !== first).map(({ name }) => capital(plain(name)));
    return html`<strong class="broken">✕ ${brokenSentence(run, first)}</strong>
      ${also.length > 0 ? say("outcome.also", { properties: also.join(", ") }) : nothing}`;
  }
}

/** How many expectations failed, and how many nobody could decide. */
function tally(expects: ExpectView[]): string {
  const open = expects.filter((one) => one.undecided).length;
  const failed = expects.filter((one) => !one.ok).length - open;
  const parts = [
    ...(failed > 0 ? [say("narrator.failed", { failed, count: expects.length })] : []),
    ...(open > 0 ? [say("narrator.undecided", { open, count: expects.length })] : []),
  ];
  return parts.join(" ");
}
