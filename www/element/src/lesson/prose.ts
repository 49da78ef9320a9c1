/** A person's text on the screen: text nodes and four elements, never HTML. */
import { html, type TemplateResult } from "lit";
import { inline } from "./steps.ts";

export function marked(text: string): TemplateResult[] {
  return inline(text).map(({ mark, text: said }) => {
    if (mark === "strong") return html`<strong>${said}</strong>`;
    if (mark === "em") return html`<em>${said}</em>`;
    return mark === "code" ? html`<code>${said}</code>` : html`${said}`;
  });
}

export function paragraphs(all: readonly string[]): TemplateResult[] {
  return all.map((text) => html`<p class="caption">${marked(text)}</p>`);
}

/** The same without its marks, for those who hear it. */
export function unmarked(text: string): string {
  return inline(text)
    .map(({ text: said }) => said)
    .join("");
}
