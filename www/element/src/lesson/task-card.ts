/** The card of a task: what is asked for, how it stands, what can be done, and help. */
import { html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import { acts } from "./acts.ts";
import { primary, quiet, told } from "./cards.ts";
import { budgetWords, goalWords } from "./demands.ts";
import type { Demand, Standing } from "./model.ts";
import { marked } from "./prose.ts";
import type { TaskWalk } from "./task-walk.ts";
import type { Walk } from "./walk.ts";
import "../language/en/lesson.ts";

export function taskCard(walk: Walk, task: TaskWalk, changed: () => void): TemplateResult {
  const { run } = walk;
  const { solved } = task.status ?? { solved: false };
  return html`<p class="caption">${marked(task.task.statement)}</p>
    ${demands(walk, task)}
    ${task.shown ? solution(walk, task) : html`${solved ? nothing : acts(run, task, changed)} ${attempt(walk, task)}`}
    ${help(walk, task)}`;
}

/** What is missed, in words. */
export function demandWords(walk: Walk, task: TaskWalk, { kind, place }: Demand): string {
  const { goals, budgets } = task.task;
  const budget = budgets[place];
  if (kind === "budget" && budget) return budgetWords(budget);
  const goal = goals[place];
  return goal ? goalWords(goal, walk.run.descriptor) : "";
}

/** Each goal and budget with how it stands, in words and by a mark. */
function demands(walk: Walk, task: TaskWalk): TemplateResult {
  const { status } = task;
  const all = [
    ...task.task.budgets.map((_, place) => ({ kind: "budget" as const, place })),
    ...task.task.goals.map((_, place) => ({ kind: "goal" as const, place })),
  ];
  // While the lesson's own solution plays, how the person's attempt stands would be taken for how the solution does.
  if (task.shown)
    return html`<ul class="demands" aria-label=${say("lesson.demands")}>
      ${all.map((demand) => html`<li><i aria-hidden="true">·</i><span>${demandWords(walk, task, demand)}</span></li>`)}
    </ul>`;
  return html`<ul class="demands" aria-label=${say("lesson.demands")}>
    ${all.map((demand) => {
      const { kind, place } = demand;
      const standing = (kind === "goal" ? status?.goals : status?.budgets)?.[place]?.standing ?? "open";
      const given = kind === "goal" && standing === "met" && !status?.solved && task.given.has(place);
      // Where the author says it in other words, the count of acts would not be theirs.
      const counts = kind === "budget" && !task.task.budgets[place]?.words;
      const used = counts ? status?.budgets[place]?.used : undefined;
      return html`<li class=${given ? "open" : standing}>
        <i aria-hidden="true">${given ? "·" : MARKS[standing]}</i>
        <span
          >${demandWords(walk, task, demand)}
          <small
            >${given ? say("lesson.standing.given") : say(`lesson.standing.${standing}`)}${used === undefined ? "" : ` · ${say("lesson.used", { count: used })}`}</small
          ></span
        >
      </li>`;
    })}
  </ul>`;
}

const MARKS: Readonly<Record<Standing, string>> = { met: "✓", open: "○", lost: "✕" };

/** The one button: to check, or once it is solved, to go on. */
function attempt(walk: Walk, task: TaskWalk): TemplateResult {
  const { run } = walk;
  const begun = task.acts.length > 0;
  const { solved } = task.status ?? { solved: false };
  const again = begun ? quiet(say("lesson.restart"), () => task.begin()) : nothing;
  if (solved)
    return html`<p class="verdict hit"><strong>${say("lesson.solved", { count: task.acts.length })}</strong></p>
      <div class="do">${primary(say("lesson.continue"), () => walk.next())} ${again}</div>`;
  return html`${missed(walk, task)}
    <div class="do">
      ${primary(say("lesson.check"), () => task.check(), !begun)}
      ${run.frame?.branches.undo ? quiet(say("lesson.undo"), () => run.undo()) : nothing} ${again}
    </div>`;
}

function missed(walk: Walk, task: TaskWalk): TemplateResult | typeof nothing {
  const [first, second] = missedWords(walk, task);
  if (first === undefined) return nothing;
  return html`<div class="reply missed">
    <p><strong>${first}</strong></p>
    ${second === undefined ? nothing : html`<p class="caption">${marked(second)}</p>`}
  </div>`;
}

/** What is missed, and what is told to whoever went the same way. */
export function missedWords(walk: Walk, task: TaskWalk): string[] {
  if (task.missed.length === 0) return [];
  const demands = task.missed.map((demand) => say("lesson.quoted", { text: demandWords(walk, task, demand) }));
  const lead = say("lesson.missed", { demands: demands.join(", ") });
  const { reply } = task;
  return reply === undefined ? [lead] : [lead, sentence(reply)];
}

function solution(walk: Walk, task: TaskWalk): TemplateResult {
  const { run } = walk;
  const [shown] = task.task.solutions;
  const over = walk.over;
  return html`<p class="caption told" lang="en">${told(walk) ?? ""}</p>
    <p class="soft note">${say("lesson.solution.is")}</p>
    <pre>${shown?.acts.trim()}</pre>
    <div class="do">
      ${
        over
          ? primary(say("lesson.solution.try"), () => task.begin())
          : primary(run.going ? say("lesson.pause") : say("lesson.play"), () => run.toggle())
      }
      ${over ? quiet(say("lesson.continue"), () => walk.next()) : quiet(say("lesson.skip"), () => task.skip())}
    </div>`;
}

/** Hints one by one, and the solution for whoever has had them all or gives up. */
function help(walk: Walk, task: TaskWalk): TemplateResult {
  const { hints } = task.task;
  const left = hints.length - task.hints;
  return html`<div class="help">
    ${
      task.hints > 0
        ? html`<ol class="hints" aria-label=${say("lesson.hints")}>
            ${hints.slice(0, task.hints).map((hint) => html`<li>${marked(hint)}</li>`)}
          </ol>`
        : nothing
    }
    <div class="do">
      ${
        left > 0
          ? quiet(say("lesson.hint", { place: task.hints + 1, count: hints.length }), () => {
              task.hint();
              walk.tell(hints[task.hints - 1] ?? "");
            })
          : nothing
      }
      ${
        task.shown || task.task.solutions.length === 0
          ? nothing
          : task.maySeeSolution
            ? quiet(say("lesson.solution"), () => task.showSolution())
            : quiet(say("lesson.stop-trying"), () => task.giveUp())
      }
      ${task.solved || task.gaveUp ? quiet(say("lesson.skip-task"), () => walk.next()) : nothing}
    </div>
  </div>`;
}

/** A comment as a sentence. */
function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
