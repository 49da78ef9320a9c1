import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { capital, moment, plain, stop } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { epochIndex, epochs } from "../styles/tokens.ts";
import { say } from "../language/language.ts";
import { scheduledByScript } from "../page/by-script.ts";
import { explained } from "../terms/term.ts";
import { termsOf, type Term } from "../terms/terms.ts";
import { story, type StoryLine } from "./story.ts";
import { Titles } from "./titles.ts";

/** How many causes back a story begins, and how many lines of it are shown. */
const LONGEST_CHAIN = 48;
const MOST_LINES = 12;
/** How long a sentence stands while time goes on and nothing new is to be explained, in milliseconds. */
const STALE = 2500;

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
      .now {
        color: var(--soft);
        margin-top: 4px;
      }
      ol {
        list-style: none;
        padding: 0;
        margin: 6px 0 0;
        display: grid;
        gap: 2px;
      }
      li + li::before {
        content: "↓" / "";
        display: block;
        color: var(--soft);
        font-size: 11px;
        line-height: 12px;
        padding-left: 12px;
      }
      li button {
        width: 100%;
        text-align: left;
        font-size: 13px;
        min-height: 28px;
        padding: 2px 10px;
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
          padding: 8px 12px;
          font-size: 13px;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private readonly titles = new Titles(() => this.requestUpdate());
  private opened = false;

  /** The explanation that was shown last, and since when. */
  private shown: { of: unknown; since: number } = { of: undefined, since: 0 };

  protected override render(): TemplateResult {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return html`<section><p class="soft">${waiting(run)}</p></section>`;
    const { explanation } = run;
    const event = run.record.events.find((one) => one.id === explanation?.event);
    return html`<section aria-label=${say("narrator.region")} class="e${epochIndex(event?.epoch ?? -1)}" tabindex="0">
      ${broken(run)}
      ${
        explanation
          ? this.sentences(run)
          : html`<p class="soft">${say("narrator.nothing")}</p>
              ${this.present(run)}`
      }
    </section>`;
  }

  /** Whether time goes on and nothing new is explained: then what is going on now comes first. */
  private stale(run: Run): boolean {
    if (this.shown.of !== run.explanation) this.shown = { of: run.explanation, since: performance.now() };
    return (
      run.playing &&
      run.frame?.present !== undefined &&
      !scheduledByScript(run) &&
      performance.now() - this.shown.since > STALE
    );
  }

  private sentences(run: Run): TemplateResult {
    const { explanation } = run;
    if (!explanation) return html``;
    if (this.stale(run))
      return html`<p lang="en">${this.say(run, run.frame?.present ?? "")}</p>
        <p class="now">${say("narrator.before")} <span lang="en">${stop(explanation.title)}</span></p>`;
    const sources = [...new Set(explanation.sentences.map((sentence) => sentence.source).filter(Boolean))];
    const event = run.record.events.find((one) => one.id === explanation.event);
    const all = [...explanation.sentences.map(({ text }) => text), ...explanation.notes].map(stop).join(" ");
    return html`<p>
        <strong lang="en">${stop(explanation.title)}</strong>
        <span lang="en">${this.say(run, all)}</span>
        <small>${[...sources, event ? moment(event.at) : ""].filter(Boolean).join(" · ")}</small>
        ${run.frame?.progress.sentence ? html`<span class="waiting">… ${run.frame.progress.sentence}</span>` : nothing}
      </p>
      ${this.present(run)} ${explanation.chain.length > 0 ? this.chain(run, explanation.chain) : nothing}`;
  }

  /** A sentence with its terms marked. */
  private say(run: Run, text: string): unknown {
    return explained(text, terms(run), new Set());
  }

  private present(run: Run): TemplateResult | typeof nothing {
    const present = scheduledByScript(run) ? undefined : run.frame?.present;
    return present ? html`<p class="now" lang="en">${present}</p>` : nothing;
  }

  /** Titles that are not in the record are fetched only for a story that somebody reads. */
  private unfold(event: Event): void {
    this.opened = (event.target as HTMLDetailsElement).open;
    this.requestUpdate();
  }

  private chain(run: Run, chain: readonly number[]): TemplateResult {
    const events = this.opened ? chain.slice(0, LONGEST_CHAIN).map((id) => this.titles.event(run, id)) : [];
    const known = events.filter((event) => event !== undefined);
    // Only once all are there: a story that changes while it is read helps nobody.
    const lines = known.length === events.length ? story(known) : [];
    const told = lines.slice(-MOST_LINES);
    const more = chain.length - told.reduce((sum, line) => sum + line.count, 0);
    return html`<details @toggle=${(event: Event) => this.unfold(event)}>
      <summary>${say("narrator.how")}</summary>
      <ol ?hidden=${!this.opened}>
        ${more > 0 && told.length > 0 ? html`<li class="soft">${say("narrator.earlier", { count: more })}</li>` : nothing}
        ${told.map((line) => this.step(run, line))}
      </ol>
    </details>`;
  }

  private step(run: Run, { id, at, title, count }: StoryLine): TemplateResult {
    return html`<li>
      <button @click=${() => run.seek(id)}>
        <span lang="en">${count > 1 ? say("narrator.times", { count, what: title }) : title}</span>
        <span class="soft">${moment(at)}</span>
      </button>
    </li>`;
  }
}

/** The words that have a card in this run. */
function terms(run: Run): readonly Term[] {
  return termsOf(run.descriptor?.terms ?? [], run.library?.terms ?? []);
}

/** While there is no run to be told of. */
function waiting(run: Run | undefined): string {
  if (run?.problem) return say("narrator.closed");
  return run?.library ? say("narrator.opening") : say("narrator.loading");
}

/** A guarantee that is broken comes before the sentences of rules, which tell what holds where nothing is broken. */
export function brokenSentences(run: Run): string[] {
  const all = (run.frame?.properties ?? []).flatMap(({ name, broken }) => (broken ? [{ name, ...broken }] : []));
  // What broke first led to the rest.
  all.sort((a, b) => a.event - b.event);
  return all.map(({ name, event, text }) =>
    say("narrator.broken", { name: capital(plain(name)), event, text: stop(text) }),
  );
}

function broken(run: Run): TemplateResult | typeof nothing {
  const [first, ...more] = brokenSentences(run);
  if (first === undefined) return nothing;
  return html`<p class="broken">
    <strong>✕ ${first}</strong> ${more.length > 0 ? say("narrator.more-broken", { count: more.length }) : nothing}
  </p>`;
}
