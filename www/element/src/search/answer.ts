/** What is told of a search: how far it is, and what came of it. */
import { html, nothing, type TemplateResult } from "lit";
import { stop } from "@consensus-playground/engine/format.ts";
import { language, say } from "../language/language.ts";
import type { Hunt } from "./hunt.ts";
import { megabytes, oneIn, stepsOf } from "./words.ts";
import "../language/en/search.ts";

/** What can be done with an answer. */
export interface Deeds {
  open: () => void;
  share: () => void;
  copy: () => void;
  save: () => void;
  teach: () => void;
  again: () => void;
  walk: () => void;
}

/** A number as it is written in the interface's language. */
export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(Math.round(value * 10) / 10);
}

/** A large number in words: 1.6 billion. */
function inWords(value: number): string {
  return new Intl.NumberFormat(language(), { notation: "compact", compactDisplay: "long" }).format(value);
}

/** A search under way. */
export function progress(hunt: Hunt, pause: () => void, cancel: () => void): TemplateResult {
  const { total, paused } = hunt;
  const phase = paused
    ? say("search.paused")
    : !total
      ? say("search.starting")
      : total.phase === "shrinking"
        ? say("search.shrinking", { count: total.steps })
        : say("search.searching");
  return html`<h3>${phase}</h3>
    <div class="buttons">
      <button class="first" @click=${pause}>${say(paused ? "search.go-on" : "search.pause")}</button>
      <button @click=${cancel}>${say("search.cancel")}</button>
    </div>
    ${numbers(hunt)} ${within(hunt)}`;
}

/** What came of it. */
export function answer(hunt: Hunt, deeds: Deeds): TemplateResult {
  return html`${hunt.finding ? found(hunt, hunt.finding.text, deeds) : nothingFound(hunt, deeds)} ${within(hunt)}
  ${numbers(hunt)}`;
}

function found(hunt: Hunt, text: string, deeds: Deeds): TemplateResult {
  const steps = stepsOf(text);
  const kept = keeps(hunt);
  return html`<h3 class="answer" tabindex="-1">
      ${say(kept ? "search.kept" : "search.found", { count: steps.length })}
    </h3>
    <p lang="en"><strong>${stop(hunt.finding?.sentence ?? "")}</strong></p>
    <div class="buttons">
      <button class="strong" @click=${deeds.open}>${say("search.open")}</button>
      <button @click=${deeds.share}>${say("search.share")}</button>
      <button @click=${deeds.copy}>${say("search.copy")}</button>
      <button @click=${deeds.save}>${say("search.save")}</button>
      <button @click=${deeds.teach}>${say("search.lesson")}</button>
      <button @click=${deeds.again}>${say("search.again")}</button>
    </div>
    <ol lang="en" aria-label=${say("search.steps-title")}>
      ${steps.map(({ line, about }) => html`<li>${about} <code>${line}</code></li>`)}
    </ol>`;
}

function nothingFound(hunt: Hunt, deeds: Deeds): TemplateResult {
  const { total } = hunt;
  const values = { number: number(total?.states ?? 0), depth: number(total?.depth ?? 0) };
  const full = total?.phase === "full";
  const outcome = full ? "full" : keeps(hunt) ? "lost" : "complete";
  return html`<h3 class="answer" tabindex="-1">${say(`search.${outcome}`)}</h3>
    <p>${say(`search.${outcome}-about`, values)}</p>
    <div class="buttons">
      ${full ? html`<button class="strong" @click=${deeds.walk}>${say("search.walk-instead")}</button>` : nothing}
      <button @click=${deeds.again}>${say("search.again")}</button>
    </div>`;
}

/** Whether an adversary is at work that keeps a run undecided. */
const keeps = ({ wanted }: Hunt): boolean => wanted.wanted === "undecided";

function within({ bounds }: Hunt): TemplateResult | typeof nothing {
  return bounds ? html`<p class="soft note">${say("search.within")} <span lang="en">${bounds}</span></p>` : nothing;
}

function numbers(hunt: Hunt): TemplateResult | typeof nothing {
  const { total, rate } = hunt;
  if (!total) return nothing;
  const walks = total.walks > 0;
  const rows = keeps(hunt)
    ? [
        [say("search.states"), number(total.states)],
        [say("search.depth-now"), number(total.depth)],
        [say("search.duties-left"), number(total.frontier)],
      ]
    : walks
      ? [
          [say("search.walk-steps"), number(total.states)],
          [say("search.walks"), number(total.walks)],
          [say("search.rate"), number(Math.round(rate))],
        ]
      : [
          [say("search.states"), number(total.states)],
          [say("search.rate"), number(Math.round(rate))],
          [say("search.depth-now"), number(total.depth)],
          [say("search.frontier"), number(total.frontier)],
          [say("search.memory-used"), say("search.megabytes", { number: number(megabytes(total.bytes)) })],
          [say("search.collision"), chance(total.collisions)],
        ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function chance(of: number): string {
  const many = oneIn(of);
  return many === undefined
    ? say("search.less-than", { number: inWords(1e12) })
    : say("search.one-in", { number: inWords(many) });
}
