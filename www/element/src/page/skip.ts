/** What comes first for the tab key: to play at once, and to go past what stands above the picture. Seen only in focus. */
import { css, html, type TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";

export const skipStyles = css`
  .skip button {
    position: absolute;
    z-index: 5;
    top: 6px;
    left: 6px;
  }
  .skip button:not(:focus) {
    width: 1px;
    height: 1px;
    min-height: 0;
    padding: 0;
    border: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;

export function skips(run: Run, toPicture: () => void): TemplateResult {
  return html`<div class="skip" role="group" aria-label=${say("page.skips")}>
    <button @click=${toPicture}>${say("page.skip")}</button>
    <button ?disabled=${!run.frame} @click=${() => run.toggle()}>
      ${say(run.playing ? "page.pause-here" : "page.play-here")}
    </button>
  </div>`;
}
