import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { capital, moment, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { epochIndex, epochs } from "../styles/tokens.ts";
import { Titles } from "./titles.ts";

/** How many causes back the chain is shown. */
const LONGEST_CHAIN = 24;

/** Says why: the sentence for the event at hand, its source, and what led to it. */
@customElement("cp-narrator")
export class Narrator extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    epochs,
    css`
      section {
        margin: 0 16px 12px;
        padding: 10px 14px;
        background: var(--card);
        border: 1px solid var(--line);
        border-left: 4px solid var(--c, var(--edge));
        border-radius: 10px;
        overflow: auto;
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
      }
      small {
        color: var(--soft);
        font-size: 12px;
      }
      .broken {
        color: var(--bad);
        margin-bottom: 4px;
      }
      .waiting {
        color: var(--soft);
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        list-style: none;
        padding: 0;
        margin: 6px 0 0;
      }
      li button {
        font-size: 12px;
        min-height: 28px;
        padding: 2px 8px;
      }
      details summary {
        cursor: pointer;
        min-height: 24px;
        color: var(--soft);
        font-size: 12px;
      }
      @container playground (max-width: 760px) {
        section {
          margin: 0 10px 10px;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private readonly titles = new Titles(() => this.requestUpdate());
  private opened = false;

  protected override render(): TemplateResult {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return html`<section><p class="soft">${waiting(run)}</p></section>`;
    const { explanation } = run;
    const event = run.record.events.find((one) => one.id === explanation?.event);
    return html`<section aria-label="What happened and why" class="e${epochIndex(event?.epoch ?? -1)}" tabindex="0">
      ${broken(run)} ${explanation ? this.sentences(run) : html`<p class="soft">Nothing has happened yet.</p>`}
    </section>`;
  }

  private sentences(run: Run): TemplateResult {
    const { explanation } = run;
    if (!explanation) return html``;
    const sources = [...new Set(explanation.sentences.map((sentence) => sentence.source).filter(Boolean))];
    const event = run.record.events.find((one) => one.id === explanation.event);
    return html`<p>
        <strong>${stop(explanation.title)}</strong>
        ${explanation.sentences.map((sentence) => `${stop(sentence.text)} `)}
        ${explanation.notes.map((note) => `${stop(note)} `)}
        <small>${[...sources, event ? moment(event.at) : ""].filter(Boolean).join(" · ")}</small>
        ${run.frame?.progress.sentence ? html`<span class="waiting">… ${run.frame.progress.sentence}</span>` : nothing}
      </p>
      ${explanation.chain.length > 0 ? this.chain(run, explanation.chain) : nothing}`;
  }

  /** Titles that are not in the record are fetched only for a chain that somebody reads. */
  private unfold(event: Event): void {
    this.opened = (event.target as HTMLDetailsElement).open;
    this.requestUpdate();
  }

  private chain(run: Run, chain: readonly number[]): TemplateResult {
    return html`<details @toggle=${(event: Event) => this.unfold(event)}>
      <summary>How did we get here?</summary>
      <ol ?hidden=${!this.opened}>
        ${(this.opened ? chain.slice(0, LONGEST_CHAIN) : []).map((id) => {
          const event = this.titles.event(run, id);
          return html`<li>
            <button @click=${() => run.seek(id)}>
              ${event?.title ?? `Event ${id}`} <span class="soft">#${id}</span>
            </button>
          </li>`;
        })}
        ${chain.length > LONGEST_CHAIN ? html`<li class="soft">and ${chain.length - LONGEST_CHAIN} before</li>` : nothing}
      </ol>
    </details>`;
  }
}

/** While there is no run to be told of. */
function waiting(run: Run | undefined): string {
  if (run?.problem) return "No run is open.";
  return run?.library ? "Opening the run…" : "Loading the engine…";
}

/** A guarantee that is broken comes before the sentences of rules, which tell what holds where nothing is broken. */
export function brokenSentences(run: Run): string[] {
  const all = (run.frame?.properties ?? []).flatMap(({ name, broken }) => (broken ? [{ name, ...broken }] : []));
  // What broke first led to the rest.
  all.sort((a, b) => a.event - b.event);
  return all.map(({ name, event, text }) => `${capital(plain(name))} is broken since event ${event}: ${stop(text)}`);
}

function broken(run: Run): TemplateResult | typeof nothing {
  const [first, ...more] = brokenSentences(run);
  if (first === undefined) return nothing;
  return html`<p class="broken">
    <strong>✕ ${first}</strong> ${more.length > 0 ? `So are ${more.length} more: see the badges.` : nothing}
  </p>`;
}

/** With a full stop, unless it ends in a mark of its own. */
export function stop(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}
