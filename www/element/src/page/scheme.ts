/**
 * Light or dark, as it came out of the theme, the host page's `color-scheme` and the system. A canvas has to be told when that
 * changes, and nothing tells of a host's `color-scheme` but a colour that depends on it.
 */
import { css, html, type TemplateResult } from "lit";

export const schemeStyles = css`
  .scheme {
    position: absolute;
    width: 0;
    height: 0;
    visibility: hidden;
    color: light-dark(#000, #fff);
    background: light-dark(#000, #fff);
    transition: color 1ms;
  }
`;

/** Is told when light becomes dark, or the other way. */
export function schemeProbe(changed: () => void): TemplateResult {
  return html`<i class="scheme" aria-hidden="true" @transitionend=${changed}></i>`;
}

/** Whether it looks dark now. */
export function looksDark(root: ParentNode): boolean {
  const probe = root.querySelector(".scheme");
  return probe !== null && getComputedStyle(probe).backgroundColor === "rgb(255, 255, 255)";
}
