import { css, html, type TemplateResult } from "lit";
import type { RuleInfo } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { sourceOf, sourceStyles } from "../narrator/source.ts";
import { epochIndex } from "../styles/tokens.ts";

export const rulesStyles = css`
  ${sourceStyles}
  .rules {
    font:
      12px/1.55 ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 10px;
    padding: 8px 0;
    max-height: 300px;
    overflow: auto;
  }
  .rules p {
    margin: 0;
    padding: 0 10px 0 24px;
    overflow-wrap: anywhere;
  }
  .rules p > span {
    white-space: pre-wrap;
  }
  .rules p .source {
    display: block;
    font-weight: 400;
  }
  .rules details {
    padding: 4px 0 0 10px;
  }
  .rules details p {
    margin-left: -10px;
  }
  .rules summary {
    cursor: pointer;
    min-height: 24px;
    color: var(--soft);
  }
  .rules p.block {
    padding-left: 10px;
    color: var(--soft);
  }
  .rules p.lit {
    background: color-mix(in srgb, var(--c) 18%, transparent);
    border-left: 4px solid var(--c);
    padding-left: 20px;
    font-weight: 600;
  }
`;

/** The pseudo-code of the block at work, with the lines lit that the event carried out; all other blocks can be opened. */
export function rulesPane(run: Run): TemplateResult {
  const rules = run.descriptor?.rules ?? [];
  const lit = new Set(run.explanation?.sentences.map((sentence) => sentence.rule));
  const event = run.record.events.find((one) => one.id === run.explanation?.event);
  const blocks = new Map<string, [RuleInfo, number][]>();
  rules.forEach((rule, index) => blocks.set(rule.block, [...(blocks.get(rule.block) ?? []), [rule, index]]));
  const active = [...blocks].filter(([, lines]) => lines.some(([, index]) => lit.has(index)));
  const shown = active.length > 0 ? active : [...blocks].slice(0, 2);
  const rest = [...blocks].filter((block) => !shown.includes(block));
  const draw = ([name, lines]: [string, [RuleInfo, number][]]) =>
    html`<p class="block" lang="en">${name}:</p>
      ${lines.map(
        ([rule, index]) =>
          html`<p
            lang="en"
            class=${lit.has(index) ? `lit e${epochIndex(event?.epoch ?? -1)}` : ""}
            title="${rule.name}, ${rule.source}"
          >
            <span .textContent=${rule.code}></span>${lit.has(index) ? sourceOf(run, index) : ""}
          </p>`,
      )}`;
  return html`<div class="rules" tabindex="0" role="region" aria-label=${say("inspector.pseudo-code")}>
    ${shown.map(draw)}
    ${
      rest.length > 0
        ? html`<details>
            <summary>${say("inspector.all-rules")}</summary>
            ${rest.map(draw)}
          </details>`
        : ""
    }
  </div>`;
}
