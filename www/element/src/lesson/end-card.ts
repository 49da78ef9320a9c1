/** The last card: what was seen, one thing to try, and where to go from here. */
import { html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import type { Answer } from "./model.ts";
import { marked } from "./prose.ts";
import { isRight, type Walk } from "./walk.ts";
import "../language/en/lesson.ts";

/** Where a lesson leads, and what can be taken along. */
export interface Ways {
  /** The address of the next lesson and its title; without it, this is the last. */
  next: { address: string; title: string } | undefined;
  /** Makes a link to the sandbox at this very moment; without it, there is no sandbox. */
  sandbox: (() => Promise<void>) | undefined;
  /** Copies the receipt, or where `save` holds, downloads it. */
  receipt: (save: boolean) => Promise<void>;
  print: () => void;
  share: () => Promise<void>;
  /** What came of it: a sentence, and a text to be copied by hand where the clipboard is closed. */
  said: string;
  copy: { label: string; text: string } | undefined;
}

export function endCard(walk: Walk, ways: Ways): TemplateResult {
  const { next } = ways;
  const all = seen(walk);
  return html`${
      all.length === 0
        ? nothing
        : html`<div class="seen">
            <p class="lead">${say("lesson.end")}</p>
            <ul>
              ${all.map((text) => html`<li class="caption">${marked(text)}</li>`)}
            </ul>
          </div>`
    }
    <div class="try">
      <p class="lead">${say("lesson.try")}</p>
      <p class="caption">${marked(toTry(walk))}</p>
    </div>
    <div class="do">
      ${next ? html`<a class="primary" href=${next.address}>${say("lesson.next.is", { title: next.title })}</a>` : nothing}
      ${ways.sandbox ? html`<button class=${next ? "second" : "primary"} @click=${ways.sandbox}>${say("lesson.sandbox")}</button>` : nothing}
    </div>
    ${walk.step.caption.map((text) => html`<p class="soft note">${marked(text)}</p>`)}
    <div class="take">
      <p class="soft note">${say("lesson.receipt.about")}</p>
      <div class="do small">
        <button class="quiet" @click=${() => ways.receipt(false)}>${say("lesson.receipt")}</button>
        <button class="quiet" @click=${() => ways.receipt(true)}>${say("lesson.receipt.save")}</button>
        <button class="quiet" @click=${ways.print}>${say("lesson.print")}</button>
        <button class="quiet" @click=${ways.share}>${say("lesson.share")}</button>
        <button class="quiet" @click=${() => walk.go(0)}>${say("lesson.first")}</button>
      </div>
      <p class="soft note">${ways.said}</p>
      ${ways.copy ? html`<textarea readonly rows="6" aria-label=${ways.copy.label} .value=${ways.copy.text}></textarea>` : nothing}
    </div>`;
}

/** What the core found, in the words of the right answers; and what the person brought about. */
function seen(walk: Walk): string[] {
  return walk.steps.flatMap((step, place) => {
    if (step.kind === "watch") {
      const right = step.question.answers.find((_, answer) => isRight(walk, step.guess, step.question, answer));
      return right ? [both(right)] : [];
    }
    const task = walk.tasks.get(place);
    return task?.solved ? [say("lesson.end.task", { statement: task.task.statement })] : [];
  });
}

function both({ text, reply }: Answer): string {
  return `${say("lesson.quoted", { text })} ${reply}`;
}

function toTry(walk: Walk): string {
  for (const task of walk.tasks.values()) {
    if (!task.solved) return say("lesson.try.unsolved", { statement: task.task.statement });
    const least = (task.task.solutions[0]?.acts ?? "").split("\n").filter(isAct).length;
    if (least > 0 && task.took > least) return say("lesson.try.fewer", { mine: task.took, count: least });
  }
  return say("lesson.try.seed");
}

/** Time that passes is nobody's act. */
function isAct(line: string): boolean {
  const word = line.trim().split(/\s+/)[0] ?? "";
  return word !== "" && word !== "run" && !word.startsWith("#");
}
