import { css, html, type TemplateResult } from "lit";

export const foldStyles = css`
  details.fold {
    border-bottom: 1px solid var(--line);
    padding-bottom: 6px;
    margin-bottom: 4px;
  }
  details.fold > summary {
    cursor: pointer;
    min-height: 32px;
    display: flex;
    align-items: center;
    gap: 6px;
    list-style: none;
  }
  details.fold > summary::-webkit-details-marker {
    display: none;
  }
  details.fold > summary h2 {
    flex: 1;
    margin: 0;
  }
  details.fold > summary::after {
    content: "+";
    color: var(--soft);
    width: 14px;
    text-align: center;
  }
  details.fold[open] > summary::after {
    content: "−";
  }
`;

/** A part of the palette that can be folded away. What is used most is open at first. */
export function fold(title: string, open: boolean, content: unknown): TemplateResult {
  return html`<details class="fold" ?open=${open}>
    <summary><h2>${title}</h2></summary>
    ${content}
  </details>`;
}
