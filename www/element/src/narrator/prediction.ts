import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { questionOf, type Question } from "@consensus-playground/engine/scenario-text.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";

/** Lets the person guess before the run, and says afterwards what the core saw. */
@customElement("cp-prediction")
export class Prediction extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private guess: string | undefined;

  static override styles = [
    controls,
    css`
      fieldset,
      p {
        margin: 0;
        padding: 0;
        border: 0;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
      legend {
        padding: 0;
        font-weight: 600;
      }
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
      }
      label {
        display: flex;
        gap: 6px;
        align-items: center;
        min-height: 26px;
        cursor: pointer;
      }
      p {
        margin: -4px 16px 10px;
        padding: 0 14px;
      }
      @container playground (max-width: 760px) {
        p {
          margin: 0 10px 10px;
          padding: 0 12px;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private text: string | undefined;

  protected override willUpdate(): void {
    // Another scenario asks another question; the same one from its beginning asks it again.
    const { run } = this;
    if (run?.text === this.text && (run?.touched || !this.checked)) return;
    this.text = run?.text;
    this.guess = undefined;
    this.checked = false;
  }

  private checked = false;

  protected override render(): TemplateResult | typeof nothing {
    const { run, guess } = this;
    const question = run?.frame && questionOf(run.text);
    if (!run || !question) return nothing;
    if (!run.touched) return this.ask(question);
    if (guess === undefined) return nothing;
    this.checked = true;
    return html`<p role="status">${this.answer(run, question, guess)}</p>`;
  }

  private ask(question: Question): TemplateResult {
    // In the order of the alphabet, so that their places give nothing away.
    const choices = [question.holds, question.fails].sort();
    return html`<fieldset>
      <legend>${say("narrator.guess", { question: question.text })}</legend>
      <div>
        ${choices.map(
          (choice) =>
            html`<label
              ><input
                type="radio"
                name="guess"
                .checked=${this.guess === choice}
                @change=${() => (this.guess = choice)}
              />${choice}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  private answer(run: Run, { line, holds, fails }: Question, guess: string): TemplateResult {
    const seen = run.frame?.expects.find((one) => one.line === line);
    if (!seen) return html`${say("narrator.your-guess", { guess })}`;
    if (seen.undecided)
      return html`<strong>? ${say("narrator.guess-open")}</strong> <span lang="en">${seen.why}.</span>`;
    const truth = seen.ok ? holds : fails;
    return truth === guess
      ? html`<strong>✓ ${say("narrator.guessed")}</strong> ${truth}.`
      : html`<strong>✕ ${say("narrator.otherwise")}</strong> ${truth}. ${say("narrator.had-guessed", { guess })}`;
  }
}
