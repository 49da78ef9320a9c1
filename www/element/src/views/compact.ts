/** The picture, two lines and a play button: what fits into a column of text. It only plays, so that a reader's mouse breaks nothing. */
import { css, html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import { alerts } from "../page/alerts.ts";
import "../stage/stage.ts";
import "./caption.ts";
import "./controls.ts";
import type { Setting, View } from "./view.ts";

const styles = css`
  .compact .view {
    flex: 1 1 0;
    height: auto;
    min-height: 0;
    cursor: pointer;
  }
  /* Wheel, fingers and mouse go to the page below. */
  .compact cp-stage {
    pointer-events: none;
  }
`;

export const compact: View = { styles, render };

function render({ run, controls, caption }: Setting): TemplateResult {
  const idle = controls !== undefined && !/\bplay\b/.test(controls);
  return html`
    ${alerts(run)}
    <div
      class="view"
      part="stage"
      tabindex="0"
      role="group"
      aria-label=${say("page.stage")}
      @click=${idle ? undefined : () => run.toggle()}
    >
      <cp-stage .run=${run}></cp-stage>
    </div>
    ${caption === "none" ? nothing : html`<cp-caption .run=${run} .text=${caption} part="caption"></cp-caption>`}
    ${controls === "none" ? nothing : html`<cp-controls .run=${run} .which=${controls} part="controls"></cp-controls>`}
  `;
}
