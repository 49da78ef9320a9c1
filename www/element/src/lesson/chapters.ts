/** The bar of chapters over a lesson. */
import { html, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";
import "../language/en/lesson.ts";

/** What kind of chapter it is, in a word. */
export function kindOf({ kind }: Step): string {
  return say(`lesson.chapter.${kind}`);
}

export function chapters(walk: Walk, go: (place: number) => void): TemplateResult {
  const { steps, place } = walk;
  return html`<nav class="chapters" aria-label=${say("lesson.chapters")}>
    <ol style="--chapters:${steps.length}">
      ${steps.map((step, at) => {
        const state = at === place ? "now" : at <= walk.reached ? "open" : "locked";
        const where = at === place ? say("lesson.chapter.now") : state === "locked" ? say("lesson.chapter.locked") : "";
        return html`<li>
          <button
            class=${state}
            ?disabled=${!walk.open(at)}
            aria-current=${at === place ? "step" : "false"}
            title=${kindOf(step)}
            @click=${() => go(at)}
          >
            <i aria-hidden="true"></i>
            <span class="name">${kindOf(step)}</span>
            <span class="hidden">${say("lesson.chapter.of", { place: at + 1, count: steps.length })} ${where}</span>
          </button>
        </li>`;
      })}
    </ol>
    <p class="where" aria-hidden="true">
      ${kindOf(walk.step)} · ${say("lesson.chapter.of", { place: place + 1, count: steps.length })}
    </p>
  </nav>`;
}
