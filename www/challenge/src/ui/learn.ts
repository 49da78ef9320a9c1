import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import type { Language, TaskNumber } from "../types.ts";
import { inline, prose } from "./prose.ts";
import { HINTS } from "./texts/hints.ts";
import { SOLUTIONS, wholeSolution } from "./texts/solutions.ts";
import { THEORY } from "./texts/theory.ts";

/**
 * Hints to the task at hand, one by one, its solution last; and what the theory says. Fires `play` with a scenario to be
 * shown, and `take` with a whole solution for the editor.
 */
@customElement("cp-learn")
export class Learn extends LitElement {
  @property({ attribute: false }) task: TaskNumber = 1;
  @property({ attribute: false }) language: Language = "python";
  /** How many hints are open, by task; the last stands for the solution. */
  @state() private open: Readonly<Record<number, number>> = {};

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 10px;
        min-width: 0;
      }
      h3 {
        margin: 4px 0 0;
      }
      ol {
        margin: 0;
        padding-left: 1.4em;
        display: grid;
        gap: 6px;
      }
      code,
      pre {
        font:
          12.5px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
      }
      code {
        overflow-wrap: anywhere;
      }
      pre {
        margin: 0;
        padding: 8px 12px;
        overflow-x: auto;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--card);
      }
      .bar {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
      }
      details {
        border: 1px solid var(--line);
        border-radius: 8px;
        padding: 6px 12px;
        min-width: 0;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
        min-height: 24px;
      }
      details p:first-of-type {
        margin-top: 8px;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const hints = HINTS[this.task];
    const open = this.open[this.task] ?? 0;
    const more = () => (this.open = { ...this.open, [this.task]: open + 1 });
    const solved = open > hints.length;
    return html`
      <h3>Hints to task ${this.task}</h3>
      ${
        open === 0
          ? html`<p class="soft">
              Try it first. Each hint says a little more than the one before; a solution comes last.
            </p>`
          : html`<ol>
              ${hints.slice(0, open).map((hint) => html`<li>${inline(hint)}</li>`)}
            </ol>`
      }
      ${solved ? this.solution() : nothing}
      ${solved ? nothing : html`<div class="bar"><button @click=${more}>${open < hints.length ? `Show hint ${open + 1} of ${hints.length}` : "Show a solution"}</button></div>`}
      <h3>What the theory says</h3>
      ${THEORY.map(
        ({ title, text, scenario }) =>
          html`<details>
            <summary>${title}</summary>
            ${prose(text)}
            ${scenario ? html`<button @click=${() => this.tell("play", scenario)}>See it on the stage</button>` : nothing}
          </details>`,
      )}
    `;
  }

  private solution(): TemplateResult {
    const { language, task } = this;
    return html`
      <pre tabindex="0" role="region" aria-label="A solution of task ${task}">${SOLUTIONS[language][task]}</pre>
      <div class="bar">
        <button @click=${() => this.tell("take", wholeSolution(language))}>
          Put a solution of all tasks into the editor
        </button>
      </div>
    `;
  }

  private tell(type: string, detail: string): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
