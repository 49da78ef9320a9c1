/** What a lesson shows of a run: the picture, which can be acted on, why the last thing happened, and the transport. */
import { css, html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import { alerts } from "../page/alerts.ts";
import "../narrator/narrator.ts";
import "../stage/actions.ts";
import "../stage/stage.ts";
import "../timeline/transport.ts";
import "./caption.ts";
import "./controls.ts";
import type { Setting, View } from "./view.ts";

const styles = css`
  .lesson .view {
    flex: 1 1 0;
    height: auto;
    min-height: 120px;
  }
  .lesson .why {
    flex: none;
    height: 132px;
    display: grid;
  }
  .lesson cp-transport,
  .lesson cp-controls {
    position: static;
    border-top: 1px solid var(--line);
    padding: 8px 12px;
  }
`;

export const lesson: View = { styles, render };

function render({ run, controls, caption }: Setting): TemplateResult {
  const fresh = run.frame !== undefined && !run.touched;
  const said = fresh
    ? html`<cp-caption .run=${run} .text=${caption}></cp-caption>`
    : html`<cp-narrator .run=${run}></cp-narrator>`;
  return html`
    ${alerts(run)}
    <div class="view" part="stage" tabindex="0" role="group" aria-label=${say("page.stage")}>
      <cp-stage .run=${run}></cp-stage>
    </div>
    <cp-actions .run=${run}></cp-actions>
    ${caption === "none" ? nothing : html`<div class="why" part="caption">${said}</div>`}
    ${
      controls === undefined
        ? html`<cp-transport .run=${run} part="controls"></cp-transport>`
        : html`<cp-controls .run=${run} .which=${controls} part="controls"></cp-controls>`
    }
  `;
}
