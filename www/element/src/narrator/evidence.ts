import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Explanation } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { moment, nodeName, stop } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { Titles } from "./titles.ts";
import { say } from "../language/language.ts";
import { brokenOnes, brokenSentence, type Broken } from "./outcome.ts";

/** How many causes back are shown at first. */
const LONGEST_CHAIN = 24;

/** Why a property is broken: the facts that contradict each other, the events they come from, and what led there. */
@customElement("cp-evidence")
export class Evidence extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private explanations = new Map<number, Explanation>();

  static override styles = [
    controls,
    css`
      section {
        position: relative;
        scroll-margin: 130px 0;
        margin: 8px 16px 8px;
        padding: 8px 14px 10px;
        border: 1px solid var(--bad);
        border-left-width: 5px;
        border-radius: 10px;
        background: color-mix(in srgb, var(--bad) 6%, var(--card));
        overflow-wrap: anywhere;
        font-size: 13px;
      }
      .top {
        display: flex;
        gap: 8px;
        align-items: start;
      }
      .top p {
        flex: 1;
        margin: 2px 0 6px;
      }
      .top strong {
        color: var(--bad);
      }
      h3 {
        margin: 4px 0;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 3px;
      }
      li button {
        width: 100%;
        text-align: left;
        font-size: 13px;
        min-height: 28px;
        padding: 2px 10px;
      }
      li button[aria-current="true"] {
        border-color: var(--bad);
      }
      summary {
        cursor: pointer;
        min-height: 26px;
        line-height: 26px;
        color: var(--soft);
      }
      @container playground (max-width: 760px) {
        section {
          margin: 8px 10px;
          max-height: none;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change", "violation", "play"], (type) => {
    if (type === "frame") this.frames = [this.frames[1], this.run?.frame?.event ?? 0];
    else if (type === "violation") this.opens();
    // Whoever plays on wants to hear what happens next.
    else if (type === "play" && this.run?.evidence) this.run.rest();
    else if (type === "change") this.requestUpdate();
  });
  /** The events of the picture before and of this one. */
  private frames: readonly [number, number] = [0, 0];
  private readonly titles = new Titles(() => this.requestUpdate());
  private of: unknown;
  /** What opened by itself. */
  private own: unknown;

  protected override willUpdate(): void {
    const { run } = this;
    const broken = run?.evidence?.broken;
    if (broken === this.of) return;
    this.of = broken;
    this.explanations = new Map();
    // Whoever presses a badge wants to see this: on a narrow page it may stand below the edge. What opens by itself moves nothing.
    if (broken && run.evidence !== this.own)
      void this.updateComplete.then(() => this.renderRoot.firstElementChild?.scrollIntoView({ block: "nearest" }));
    if (run && broken) for (const id of new Set([broken.event, ...broken.evidence])) void this.explain(run, id);
  }

  /** What has just broken shows its evidence by itself; the run has paused. */
  private opens(): void {
    const { run } = this;
    const all = run ? brokenOnes(run) : [];
    const fresh = all.find(({ broken }) => broken.event > this.frames[0]) ?? all.at(-1);
    if (!run || !fresh) return;
    this.own = fresh;
    run.show(fresh);
  }

  private async explain(run: Run, id: number): Promise<void> {
    const { of } = this;
    const explanation = await run.client.call("explain", id).catch(() => undefined);
    if (explanation && of === this.of) this.explanations = new Map(this.explanations).set(id, explanation);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const broken = run?.evidence?.broken;
    if (!run?.evidence || !broken) return nothing;
    const { about, source } = run.evidence;
    const chain = this.explanations.get(broken.event)?.chain ?? [];
    const facts = broken.evidence.length > 0 ? broken.evidence : [broken.event];
    return html`<section aria-label=${say("narrator.evidence")} tabindex="0">
      <div class="top">
        <p>
          <strong>✕ ${brokenSentence(run, run.evidence as Broken)}</strong>
          <span lang="en">${stop(about)}</span> ${source ? html`<span class="soft">${source}</span>` : nothing}
          ${broken.nodes.length > 0 ? html`<span>${say("outcome.concerned", { nodes: broken.nodes.map((id) => nodeName(id, run.descriptor)).join(", ") })}</span>` : nothing}
        </p>
        <button class="quiet" @click=${() => run.rest()}>${say("page.close")}</button>
      </div>
      <h3>${say("narrator.facts")}</h3>
      <ol>
        ${facts.map((id) => this.link(run, id, true))}
      </ol>
      ${
        chain.length > 0
          ? html`<details>
              <summary>${say("narrator.how")} ${say("narrator.steps-back", { count: chain.length })}</summary>
              <ol>
                ${chain.slice(0, LONGEST_CHAIN).map((id) => this.link(run, id, false))}
              </ol>
            </details>`
          : nothing
      }
    </section>`;
  }

  private link(run: Run, id: number, full: boolean): TemplateResult {
    const event = this.titles.event(run, id);
    const [sentence] = this.explanations.get(id)?.sentences ?? [];
    return html`<li>
      <button aria-current=${run.event === id} @click=${() => run.seek(id)}>
        <b>${event?.title ?? say("narrator.event", { id })}</b>
        ${full && sentence ? html`<span lang="en">${sentence.text}</span>` : nothing}
        <span class="soft">#${id}${event ? ` · ${moment(event.at)}` : ""}</span>
      </button>
    </li>`;
  }
}
