import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { say } from "../language/language.ts";
import { pieces, type Term } from "./terms.ts";

/** How far the card stays from the word and from the edges of the window, in pixels. */
const GAP = 6;

/** A word of a sentence that opens a card with what it means: by touch, by keyboard and by mouse. */
@customElement("cp-term")
export class TermWord extends LitElement {
  @property() text = "";
  @property({ attribute: false }) term: Term | undefined;
  @query("[popover]") private readonly card!: HTMLElement;
  @query("button") private readonly word!: HTMLElement;

  static override styles = css`
    button {
      all: unset;
      cursor: help;
      border-bottom: 1px dotted currentcolor;
    }
    button:focus-visible {
      outline: 2px solid var(--focus, currentcolor);
      outline-offset: 2px;
    }
    [popover] {
      position: fixed;
      inset: auto;
      margin: 0;
      width: max-content;
      max-width: min(320px, calc(100vw - 24px));
      padding: 8px 12px;
      border: 1px solid var(--line, currentcolor);
      border-radius: 10px;
      color: var(--ink, CanvasText);
      background: var(--card, Canvas);
      box-shadow: 0 4px 16px rgb(0 0 0 / 20%);
      font-size: 14px;
      font-weight: 400;
      line-height: 1.45;
    }
  `;

  protected override render(): TemplateResult {
    // Without white space around the word: what follows it in the sentence may be a comma.
    return html`<button popovertarget="card" aria-label=${say("terms.what", { word: this.text })}>${this.text}</button
      ><span id="card" popover role="note" @beforetoggle=${this.place}
        ><b>${this.term?.name}</b>: ${this.term?.about}</span
      >`;
  }

  /** Below the word, or above it where there is no room; never beyond the window's edge. */
  private readonly place = (event: ToggleEvent): void => {
    if (event.newState !== "open") return;
    requestAnimationFrame(() => {
      const { card, word } = this;
      const [at, size] = [word.getBoundingClientRect(), card.getBoundingClientRect()];
      const below = at.bottom + GAP + size.height <= window.innerHeight;
      card.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - size.height)}px`;
      card.style.left = `${Math.max(GAP, Math.min(at.left, window.innerWidth - size.width - GAP))}px`;
    });
  };
}

/** A sentence with its terms marked where they first stand. */
export function explained(text: string, terms: readonly Term[], seen: Set<string>): (string | TemplateResult)[] {
  return pieces(text, terms, seen).map(({ text, term }) =>
    term ? html`<cp-term .text=${text} .term=${term}></cp-term>` : text,
  );
}
