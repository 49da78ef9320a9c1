/** The lesson on paper: drawings before and after, empty boxes, five lines for a plan, and the answers on a last page. */
import { html, nothing, type TemplateResult } from "lit";
import { joined } from "@consensus-playground/engine/scenario-text.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { State } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";
import { actName, budgetWords, goalWords } from "./demands.ts";
import { drawing } from "./drawing.ts";
import type { Answer, Block, Lesson, Task } from "./model.ts";
import { marked } from "./prose.ts";
import "../language/en/lesson.ts";

/** How many lines there are for a plan. */
const PLAN = 5;

export class Handout {
  /** What each scene and each scene with its play ends in, by its text. */
  private readonly states = new Map<string, State>();
  private preparing: Lesson | undefined;

  constructor(
    private readonly run: Run,
    private readonly changed: () => void,
  ) {}

  /** Carries the scenes out aside, for their drawings: whoever prints does not wait. */
  prepare(lesson: Lesson): void {
    if (this.preparing === lesson) return;
    this.preparing = lesson;
    this.states.clear();
    void this.draw(lesson);
  }

  private async draw(lesson: Lesson): Promise<void> {
    for (const text of lesson.blocks.flatMap(texts)) {
      if (this.preparing !== lesson || this.run.lost) return;
      // The picture comes first: a scene that can't be had on paper is missing there, and nowhere else.
      const told = await this.run.client.call("foretell", text).catch(() => undefined);
      if (told) this.states.set(text, told.state);
    }
    this.changed();
  }

  render(lesson: Lesson, answers: boolean): TemplateResult {
    const questions = lesson.blocks.filter((block) => "answers" in block);
    return html`<section class="handout" aria-hidden="true">
      <h1>${lesson.title}</h1>
      ${lesson.blocks.map((block) => this.block(block, questions.indexOf(block as never) + 1))}
      ${answers ? this.answers(lesson) : nothing}
    </section>`;
  }

  private block(block: Block, question: number): TemplateResult {
    switch (block.kind) {
      case "prose":
        return html`${block.items.map((text) => html`<p>${marked(text)}</p>`)}`;
      case "scene":
        return html`<figure>${this.drawn(block.text, `${block.name} – ${say("lesson.handout.before")}`)}</figure>`;
      case "prediction":
      case "recall":
        return html`<div class="box">
            <p><b>${say("lesson.handout.question", { place: question })}</b></p>
            ${block.answers.map(({ text }) => html`<p class="tick">☐ ${marked(text)}</p>`)}
          </div>
          ${
            block.kind === "prediction"
              ? html`<figure class="last">
                  ${this.drawn(joined(block.scene, block.play), say("lesson.handout.after"))}
                </figure>`
              : nothing
          }`;
      case "task":
        return this.task(block);
      case "own-words":
        return html`<div class="lines">${Array.from({ length: PLAN }, () => html`<hr />`)}</div>
          ${block.ticks.map((tick) => html`<p class="tick">☐ ${marked(tick)}</p>`)}`;
    }
  }

  private task(task: Task): TemplateResult {
    const { descriptor } = this.run;
    return html`<div class="box">
      <p><b>${say("lesson.handout.task")}:</b> ${marked(task.statement)}</p>
      <p>${say("lesson.handout.allowed", { acts: task.allow.map(actName).join(", ") })}</p>
      <ul>
        ${task.budgets.map((budget) => html`<li>${budgetWords(budget)}</li>`)}
        ${task.goals.map((goal) => html`<li>${goalWords(goal, descriptor)}</li>`)}
      </ul>
      <p>${say("lesson.handout.plan")}:</p>
      <div class="lines">${Array.from({ length: PLAN }, () => html`<hr />`)}</div>
    </div>`;
  }

  private drawn(text: string, title: string): TemplateResult {
    const state = this.states.get(text);
    return html`${state ? drawing(state, this.run.descriptor, title) : nothing}
      <figcaption>${title}</figcaption>`;
  }

  private answers({ blocks }: Lesson): TemplateResult {
    const questions = blocks.flatMap((block) => ("answers" in block ? [block.answers.find(({ right }) => right)] : []));
    const tasks = blocks.filter((block) => block.kind === "task");
    return html`<div class="page">
      <h2>${say("lesson.handout.answers")}</h2>
      ${questions.map((answer, place) => (answer ? solved(place + 1, answer) : nothing))}
      ${tasks.map(
        ({ statement, solutions }) =>
          html`<p><b>${say("lesson.handout.solution", { statement })}</b></p>
            <pre>${solutions[0]?.acts.trim()}</pre>`,
      )}
    </div>`;
  }
}

function solved(place: number, { text, reply }: Answer): TemplateResult {
  return html`<p><b>${say("lesson.handout.question", { place })}:</b> ${marked(text)} ${marked(reply)}</p>`;
}

/** What is drawn of a block. */
function texts(block: Block): string[] {
  if (block.kind === "scene") return [block.text];
  return block.kind === "prediction" ? [joined(block.scene, block.play)] : [];
}
