/** What the checks found, mistakes in the code, and what to do next, as the page shows them. */
import { html, nothing, type TemplateResult } from "lit";
import { TASKS } from "../grader/tasks.ts";
import type { CheckResult, Problem, TaskNumber } from "../types.ts";

/** Where a person goes from here. */
export interface Ways {
  /** To a place in the code. */
  line: (line: number, column?: number) => void;
  /** To the hints to a task. */
  hints: (task: TaskNumber) => void;
  /** To the measurements. */
  measure: () => void;
}

/** A mistake, after the way to its line. */
export function mistake({ line, column, message }: Problem, { line: go }: Ways): TemplateResult {
  if (line === undefined) return html`${message}`;
  return html`<button @click=${() => go(line, column)}>Line ${line}</button> ${message}`;
}

export function mistakes(problems: readonly Problem[], ways: Ways): TemplateResult | typeof nothing {
  if (problems.length === 0) return nothing;
  return html`<ul class="problems" aria-label="Mistakes">
    ${problems.map((one) => html`<li>${mistake(one, ways)}</li>`)}
  </ul>`;
}

function verdict({ task, title, passed, saw, expected, problem }: CheckResult, ways: Ways): TemplateResult {
  return html`<li class=${passed ? "passed" : "failed"}>
    <h3>
      <i aria-hidden="true">${passed ? "✓" : "✗"}</i> Task ${task}: ${title}
      <small>${passed ? "passed" : "not yet"}</small>
    </h3>
    <dl>
      <dt>Seen</dt>
      <dd>${saw}</dd>
      ${
        passed
          ? nothing
          : html`<dt>Expected</dt>
              <dd>${expected}</dd>`
      }
      ${
        problem
          ? html`<dt>Where</dt>
              <dd>${mistake(problem, ways)}</dd>`
          : nothing
      }
    </dl>
  </li>`;
}

export function verdicts(checks: readonly CheckResult[], ways: Ways): TemplateResult | typeof nothing {
  if (checks.length === 0) return nothing;
  return html`<ol class="checks" aria-label="Checks">
    ${checks.map((check) => verdict(check, ways))}
  </ol>`;
}

/** The one thing to do after the checks: the first task that is open, or what comes after all of them. */
export function next(checks: readonly CheckResult[], ways: Ways): TemplateResult | typeof nothing {
  if (checks.length < TASKS.length) return nothing;
  const open = checks.find(({ passed }) => !passed);
  if (!open)
    return html`<p class="next">
      <span
        ><strong>Next:</strong> put a Byzantine agent on the stage and run it there, or see how many rounds your agents
        take over thousands of votes.</span
      >
      <button @click=${ways.measure}>Measure it</button>
    </p>`;
  const { task, problem } = open;
  const line = problem?.line;
  return html`<p class="next">
    <span
      ><strong>Next:</strong> task ${task}. What it asks for stands at the top; mend the code, and check again.</span
    >
    ${line === undefined ? nothing : html`<button @click=${() => ways.line(line, problem?.column)}>Go to line ${line}</button>`}
    <button @click=${() => ways.hints(task)}>Hints to task ${task}</button>
  </p>`;
}
