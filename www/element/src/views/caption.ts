import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { stop } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { brokenSentences } from "../narrator/narrator.ts";
import { Watch } from "../page/watch.ts";

/** What is said at a time: a name in bold, and a sentence on it where both fit. */
interface Said {
  name: string;
  more: string;
  broken?: boolean;
}

/** Two lines below the picture, always as high: what this is before the first step, then what has happened last. */
@customElement("cp-caption")
export class Caption extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** What an author would have said at first, in place of the scenario's own words. */
  @property({ attribute: false }) text: string | undefined;
  /** Whether of what happened one sentence is enough. */
  @property({ attribute: false }) brief = false;

  static override styles = css`
    :host {
      display: block;
      flex: none;
      border-top: 1px solid var(--line);
      background: var(--card);
      padding: 6px 12px;
    }
    p {
      margin: 0;
      height: calc(var(--caption-lines, 2) * 1lh);
      overflow: hidden;
      overflow-wrap: anywhere;
      font-size: var(--caption-size, 14px);
      line-height: calc(var(--caption-size, 14px) * 10 / 7);
    }
    [data-fit~="short"] span {
      display: none;
    }
    /* Three small lines take the place of two. */
    [data-fit~="small"] {
      height: calc(var(--caption-lines, 2) * var(--caption-size, 14px) * 10 / 7);
      font-size: calc(var(--caption-size, 14px) * 6 / 7);
      line-height: calc(var(--caption-size, 14px) * 13 / 14);
    }
    .broken {
      color: var(--bad);
    }
  `;

  protected readonly watch = new Watch(this);
  private readonly sizes = new ResizeObserver(() => this.fit());

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  protected override render(): TemplateResult {
    const { name, more, broken = false } = said(this.run, this.text, this.brief);
    return html`<p class=${broken ? "broken" : ""} lang="en"><strong>${name}</strong> <span>${more}</span></p>`;
  }

  protected override updated(): void {
    this.fit();
  }

  /** What does not fit in small letters either is left out as a whole, not cut in the middle of a line. */
  private fit(): void {
    const line = this.renderRoot.querySelector("p");
    if (!line) return;
    for (const way of ["", "small", "short", "short small"]) {
      line.dataset.fit = way;
      if (line.scrollHeight <= line.clientHeight + 1) return;
    }
  }
}

function said(run: Run | undefined, text: string | undefined, brief: boolean): Said {
  if (!run?.frame) return { name: "", more: run?.problem ? "" : say("narrator.loading") };
  const [broken] = brokenSentences(run);
  if (broken !== undefined) return { name: `✕ ${broken}`, more: "", broken: true };
  if (!run.touched && text) return { name: "", more: text };
  if (!run.touched)
    return {
      name: stop(run.info?.title || (run.descriptor?.name ?? "")),
      more: run.info?.about || (run.descriptor?.summary ?? ""),
    };
  const { explanation } = run;
  if (!explanation) return { name: "", more: run.frame.present ?? say("narrator.nothing") };
  const sentences = explanation.sentences.slice(0, brief ? 1 : undefined);
  const more = sentences.map((one) => stop(one.text)).join(" ");
  return { name: stop(explanation.title), more: more || (run.frame.present ?? "") };
}
