/** What is told over the picture: long work with its way out, a lost engine, a mistake, a word in passing. */
import { html, nothing, type TemplateResult } from "lit";
import type { Problem } from "@consensus-playground/engine/asking.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { capital, stop } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";

type Box = TemplateResult | typeof nothing;

/** Each in a box of its own, the most urgent first. */
export function alerts(run: Run): Box {
  const boxes = [working(run), lost(run), problem(run), missing(run), limit(run), notice(run)].filter(
    (box) => box !== nothing,
  );
  return boxes.length > 0 ? html`<div class="alerts">${boxes}</div>` : nothing;
}

function working(run: Run): Box {
  const { busy } = run.client;
  if (!busy) return nothing;
  return html`<div class="box" role="status">
    <span>${busy.at === undefined ? say("page.working") : say("page.working-at", { event: busy.at })}</span>
    <button class="strong" @click=${() => run.stop()}>${say("page.stop")}</button>
  </div>`;
}

function lost(run: Run): Box {
  if (!run.lost) return nothing;
  return html`<div class="box problem" role="alert">
    <span><span lang="en">${stop(capital(run.lost.message))}</span> ${say("page.kept")}</span>
    <button class="strong" @click=${() => run.reopen()}>
      ${say(run.lost.event > 0 ? "page.reopen" : "page.reopen-start")}
    </button>
  </div>`;
}

function problem(run: Run): Box {
  const { problem, lost } = run;
  if (!problem || (lost && problem.gone) || problem.message === lost?.message) return nothing;
  return box(run, problem, run.frame === undefined && problem.retry !== undefined);
}

function missing(run: Run): Box {
  return run.missing ? box(run, run.missing, false) : nothing;
}

/** `only`: without trying again there is nothing to be had, and so nothing to be closed. */
function box(run: Run, { message, retry }: Problem, only: boolean): Box {
  const again = () => {
    run.dismiss();
    retry?.();
  };
  return html`<div class="box problem" role="alert">
    <span lang="en">${stop(capital(message))}</span>
    <div class="keys">
      ${retry ? html`<button class="strong" @click=${again}>${say("page.retry")}</button>` : nothing}
      ${only ? elsewhere(run) : html`<button @click=${() => run.dismiss()}>${say("page.close")}</button>`}
    </div>
  </div>`;
}

/** Where it can't run at all, as in a page whose policy forbids it, a page of its own may do better. */
function elsewhere({ elsewhere }: Run): Box {
  if (elsewhere === undefined) return nothing;
  return html`<a href=${elsewhere} target="_blank" rel="noopener">${say("page.elsewhere")}</a>`;
}

function notice(run: Run): Box {
  if (!run.notice) return nothing;
  return html`<div class="box" role="status">
    <span>${run.notice}</span>
    <button @click=${() => run.dismiss()}>${say("page.close")}</button>
  </div>`;
}

/** A run that has come to one of the core's bounds, or leaves something out for one. */
function limit(run: Run): Box {
  const { limit, dropped } = run.frame ?? {};
  if (limit)
    return html`<div class="box" role="status">
      <span>${say("page.limit", { limit: stop(limit) })}</span>
    </div>`;
  if (!dropped) return nothing;
  return html`<div class="box" role="status">
    <span>${say("page.dropped", { count: dropped })}</span>
  </div>`;
}
