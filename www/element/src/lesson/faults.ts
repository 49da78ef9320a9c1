/** What is wrong with a lesson, for whoever writes it. */
import { html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import type { Mistake } from "./model.ts";
import "../language/en/lesson.ts";

export function faults(mistakes: readonly Mistake[], problem: string): TemplateResult {
  if (problem) return html`<div class="faults" role="alert"><p class="caption">${problem}</p></div>`;
  return html`<div class="faults" role="alert">
    <p class="caption">${say("lesson.faults", { count: mistakes.length })}</p>
    <ol>
      ${mistakes.map(
        ({ line, column, message }) =>
          html`<li>${line > 0 ? html`<b>${say("lesson.fault.at", { line, column })}:</b>` : nothing} ${message}</li>`,
      )}
    </ol>
  </div>`;
}
