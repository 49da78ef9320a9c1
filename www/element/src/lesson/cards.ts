/** The card beside the picture, chapter by chapter: one caption, and one thing to press. */
import { html, nothing, type TemplateResult } from "lit";
import { stop } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import type { Answer, Prediction, Recall } from "./model.ts";
import { marked, paragraphs, unmarked } from "./prose.ts";
import type { Step } from "./steps.ts";
import { isRight, type Guess, type Walk } from "./walk.ts";
import "../language/en/lesson.ts";

type Of<K extends Step["kind"]> = Extract<Step, { kind: K }>;

/** The one thing to press. */
export function primary(label: string, press: () => unknown, off = false): TemplateResult {
  return html`<button class="primary" ?disabled=${off} @click=${press}>${label}</button>`;
}

export function quiet(label: string, press: () => unknown): TemplateResult {
  return html`<button class="quiet" @click=${press}>${label}</button>`;
}

export function proseCard(walk: Walk, step: Of<"prose">): TemplateResult {
  const { setting } = step;
  const replay = setting && !setting.after ? setting.scene : undefined;
  if (walk.replaying && !walk.over)
    return html`<p class="caption told" lang="en">${told(walk) ?? say("lesson.starts")}</p>
      <div class="do">
        ${primary(walk.run.going ? say("lesson.pause") : say("lesson.play"), () => walk.run.toggle())}
        ${quiet(say("lesson.to-end"), () => walk.go(walk.place))}
      </div>`;
  return html`${paragraphs(step.caption)}
    <div class="do">
      ${primary(say("lesson.continue"), () => walk.next())}
      ${replay === undefined ? nothing : quiet(say("lesson.from-start"), () => walk.replay(replay))}
    </div>`;
}

export function guessCard(walk: Walk, step: Of<"guess">): TemplateResult {
  const { chosen } = walk.answered();
  const ready = typeof chosen === "number";
  return html`${options(walk, step.question, step.caption)}
    <div class="do">
      ${primary(say("lesson.see"), () => ready && walk.guess(chosen), !ready)}
      ${quiet(say("lesson.unknown"), () => walk.guess("unknown"))}
    </div>
    ${ready ? nothing : html`<p class="soft note">${say("lesson.locked")}</p>`}`;
}

/** The answers to choose from. They stand in the order of the alphabet, so that their places give nothing away. */
function options(walk: Walk, question: Prediction | Recall, caption: readonly string[]): TemplateResult {
  const { chosen, said } = walk.answered();
  const fixed = question.kind === "recall" && said !== undefined;
  return html`<fieldset class="answers">
    <legend>${paragraphs(caption.length > 0 ? caption : [say("lesson.question")])}</legend>
    ${ordered(question.answers).map(
      ({ answer, place }) =>
        html`<label class="answer">
          <input
            type="radio"
            name="answer-${walk.place}"
            ?disabled=${fixed}
            .checked=${chosen === place}
            @change=${() => walk.choose(place)}
          />
          <span>${marked(answer.text)}</span>
        </label>`,
    )}
  </fieldset>`;
}

function ordered(answers: readonly Answer[]): { answer: Answer; place: number }[] {
  const all = answers.map((answer, place) => ({ answer, place, text: unmarked(answer.text) }));
  return all.sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** What happens, told while it happens; and then the reply to the guess. */
export function watchCard(walk: Walk, step: Of<"watch">): TemplateResult {
  const { run } = walk;
  if (!walk.over) {
    return html`<p class="caption told" lang="en">${told(walk) ?? say("lesson.starts")}</p>
      <div class="do">
        ${primary(run.going ? say("lesson.pause") : say("lesson.play"), () => run.toggle(), walk.loading)}
        ${quiet(say("lesson.skip"), () => walk.skip())}
      </div>`;
  }
  const { chosen } = walk.answered(step.guess);
  return html`${outcome(walk, step.guess, step.question, chosen ?? "unknown")}
    <div class="do">
      ${primary(say("lesson.continue"), () => walk.next())} ${quiet(say("lesson.again"), () => walk.watch())}
    </div>`;
}

/** The sentence for the event at hand. */
export function told({ run }: Walk): string | undefined {
  const { explanation } = run;
  if (!explanation) return undefined;
  const [first] = explanation.sentences;
  return [explanation.title, first?.text ?? ""].filter(Boolean).map(stop).join(" ");
}

/** The reply to this answer; and where it was wrong, to the right one. */
function outcome(walk: Walk, place: number, question: Prediction | Recall, guess: Guess): TemplateResult {
  const right = question.answers.findIndex((_, answer) => isRight(walk, place, question, answer));
  if (right < 0) return html`<p class="verdict">${say("lesson.undecided")}</p>`;
  const chosen = guess === "unknown" ? undefined : question.answers[guess];
  const hit = guess === right;
  return html`<div class="outcome">
    <p class="verdict ${hit ? "hit" : ""}"><strong>${verdict(question, guess, hit)}</strong></p>
    ${chosen && !hit ? said(say("lesson.you-said"), chosen) : nothing}
    ${question.answers[right] ? said(hit ? say("lesson.you-said") : say("lesson.right-is"), question.answers[right]) : nothing}
  </div>`;
}

function verdict(question: Prediction | Recall, guess: Guess, hit: boolean): string {
  if (hit) return say(question.kind === "prediction" ? "lesson.as-guessed" : "lesson.right");
  if (guess === "unknown") return say("lesson.not-guessed");
  return say(question.kind === "prediction" ? "lesson.otherwise" : "lesson.wrong");
}

function said(lead: string, { text, reply }: Answer): TemplateResult {
  return html`<div class="reply">
    <p><span class="lead">${lead}</span> ${marked(text)}</p>
    <p class="caption">${marked(reply)}</p>
  </div>`;
}

/** The same for those who hear it. */
export function outcomeWords(walk: Walk, place: number, question: Prediction | Recall, guess: Guess): string {
  const right = question.answers.findIndex((_, answer) => isRight(walk, place, question, answer));
  if (right < 0) return say("lesson.undecided");
  const hit = guess === right;
  const chosen = guess === "unknown" ? undefined : question.answers[guess];
  const truth = question.answers[right];
  const parts = [
    verdict(question, guess, hit),
    chosen && !hit ? chosen.reply : "",
    hit ? "" : `${say("lesson.right-is")} ${truth?.text ?? ""}`,
    truth?.reply ?? "",
  ];
  return unmarked(parts.filter(Boolean).join(" "));
}

export function recallCard(walk: Walk, step: Of<"recall">): TemplateResult {
  const { chosen, said: first } = walk.answered();
  const { place } = walk;
  if (first === undefined)
    return html`${options(walk, step.question, step.caption)}
      <div class="do">
        ${primary(
          say("lesson.check"),
          () => {
            walk.say();
            walk.tell(outcomeWords(walk, place, step.question, first ?? chosen ?? "unknown"));
          },
          chosen === undefined,
        )}
      </div>`;
  return html`${options(walk, step.question, step.caption)} ${outcome(walk, place, step.question, first)}
    <div class="do">${primary(say("lesson.continue"), () => walk.next())}</div>`;
}

export function wordsCard(walk: Walk, step: Of<"words">): TemplateResult {
  const own = walk.own();
  const write = ({ target }: Event) => {
    own.text = (target as HTMLTextAreaElement).value;
  };
  return html`<div class="words">
      <div id="own-words">${paragraphs(step.caption)}</div>
      <textarea rows="5" aria-labelledby="own-words" .value=${own.text} @input=${write}></textarea>
    </div>
    ${
      own.compared
        ? html`<fieldset class="ticks">
            <legend>${say("lesson.tick")}</legend>
            ${step.words.ticks.map((tick, place) => box(walk, tick, place))}
          </fieldset>`
        : nothing
    }
    <div class="do">
      ${own.compared ? primary(say("lesson.continue"), () => walk.next()) : primary(say("lesson.compare"), () => walk.compare())}
    </div>`;
}

function box(walk: Walk, tick: string, place: number): TemplateResult {
  const { ticked } = walk.own();
  const flip = ({ target }: Event) => {
    if ((target as HTMLInputElement).checked) ticked.add(place);
    else ticked.delete(place);
  };
  return html`<label class="answer">
    <input type="checkbox" .checked=${ticked.has(place)} @change=${flip} /><span>${marked(tick)}</span>
  </label>`;
}
