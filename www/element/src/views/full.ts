/** All there is: what to do, the picture, what is told of it, the state of every replica, the log and the diagram. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import { questionOf } from "@consensus-playground/engine/scenario-text.ts";
import { stop } from "@consensus-playground/engine/format.ts";
import type { Wish } from "../header/header.ts";
import { say } from "../language/language.ts";
import { alerts } from "../page/alerts.ts";
import { drawerName, type Drawer } from "../page/drawers.ts";
import { skips, skipStyles } from "../page/skip.ts";
import type { Setting, View } from "./view.ts";
import "../header/header.ts";
import "../faults/manual.ts";
import "../narrator/badges.ts";
import "../narrator/evidence.ts";
import "../narrator/prediction.ts";
import "../narrator/results.ts";
import "../stage/stage.ts";
import "../timeline/charts.ts";
import "../timeline/space-time.ts";
import "../timeline/transport.ts";

/** From how many replicas on the picture needs more room. */
const CROWD = 100;

/** What stands in each panel, and how that is loaded, which is when it is asked for. */
const panels: Readonly<Partial<Record<Wish, [name: string, load: () => Promise<unknown>]>>> = {
  help: ["cp-help", () => import("../header/help.ts")],
  scenario: ["cp-scenario", () => import("../header/scenario-panel.ts")],
  share: ["cp-share", () => import("../header/share-panel.ts")],
  search: ["cp-search", () => import("../search/search-panel.ts")],
};

export const full: View = {
  styles: css`
    ${skipStyles}
  `,
  render,
};

function render(setting: Setting): TemplateResult {
  const { run, panel, drawers } = setting;
  const wish = ({ detail }: CustomEvent<Wish>) => setting.wish(detail);
  fillActions(run);
  const fresh = run.frame !== undefined && !run.touched;
  const asks = fresh && questionOf(run.text) !== undefined;
  // What can be done to something that is chosen takes the room of the welcome.
  const chosen = run.selected !== null || run.message !== null || run.selectedLink !== null;
  return html`
    ${skips(run, () => setting.close())}
    <cp-header .run=${run} .open=${panel} .challenge=${setting.near} @wish=${wish}></cp-header>
    <div class="rooms ${[...drawers].join(" ")}">
      ${panel === "scenario" || panel === "share" ? nothing : alerts(run)}
      <section id="break" class="left" aria-label=${say("page.acts")} tabindex="-1" ?hidden=${!drawers.has("break")}>
        <cp-palette .run=${run} @wish=${wish}></cp-palette>
      </section>
      <section class="mid" aria-label=${say("page.picture")}>
        <div class="bar">
          ${handle(setting, "break")}
          <cp-badges .run=${run}></cp-badges>
          ${handle(setting, "inspect")}
        </div>
        <cp-manual .run=${run}></cp-manual>
        <div
          class="view ${run.replicas.length > CROWD ? "crowd" : ""}"
          part="stage"
          tabindex="0"
          role="group"
          aria-label=${say("page.stage")}
        >
          <cp-stage .run=${run}></cp-stage>
        </div>
        <div class="said ${fresh ? "fresh" : ""} ${asks ? "asks" : ""} ${run.evidence ? "tall" : ""}" part="caption">
          <cp-actions .run=${run}></cp-actions>
          <cp-evidence .run=${run}></cp-evidence>
          <cp-results .run=${run}></cp-results>
          ${fresh ? (chosen ? nothing : welcome(setting)) : run.evidence ? nothing : html`<cp-narrator .run=${run}></cp-narrator>`}
          <cp-prediction .run=${run}></cp-prediction>
        </div>
      </section>
      <section
        id="inspect"
        class="right"
        aria-label=${say("page.state")}
        tabindex="-1"
        ?hidden=${!drawers.has("inspect")}
      >
        <cp-inspector .run=${run}></cp-inspector>
      </section>
      ${panel ? opened(setting, panel) : nothing}
    </div>
    <div class="foot">
      <cp-charts .run=${run}></cp-charts>
      <cp-space-time .run=${run}></cp-space-time>
      <cp-transport .run=${run} part="controls"></cp-transport>
    </div>
  `;
}

/** Has a panel filled, when what stands in it is not here yet. */
function fill(run: Run, panel: Wish): void {
  const [name, load] = panels[panel] ?? [];
  if (name && load && !customElements.get(name) && !run.missing)
    void run.part(say(panelTitle(panel)), load, () => fill(run, panel));
}

/** What can be done to something is loaded when that is first chosen, or when somebody is asked. */
function fillActions(run: Run): void {
  const wanted = run.selected ?? run.selectedLink ?? run.message ?? run.frame?.questions[0];
  if (wanted === undefined || wanted === null || run.missing || customElements.get("cp-actions")) return;
  void run.part(
    say("page.acts"),
    () => import("../stage/actions.ts"),
    () => fillActions(run),
  );
}

function handle({ drawers, toggle }: Setting, drawer: Drawer): TemplateResult {
  return html`<button
    class="handle"
    aria-expanded=${drawers.has(drawer)}
    aria-controls=${drawer}
    @click=${() => toggle(drawer)}
  >
    ${drawerName(drawer)}
  </button>`;
}

function welcome({ run, near }: Setting): TemplateResult {
  return html`<div class="welcome">
    <p>
      <strong lang="en">${stop(run.info?.title || (run.descriptor?.name ?? ""))}</strong>
      <span lang="en">${run.info?.about || run.descriptor?.summary}</span>
      ${near && asksOutside(run) ? html`<a href="./challenge.html">${say("page.challenge")}</a>` : nothing}
    </p>
    <button class="strong" @click=${() => run.play()}>${say("transport.play")}</button>
  </div>`;
}

const panelTitle = (panel: Wish) => `page.${panel === "theme" ? "help" : panel}` as const;

function opened(setting: Setting, panel: Wish): TemplateResult {
  const { run } = setting;
  const done = () => setting.close();
  const title = say(panelTitle(panel));
  fill(run, panel);
  return html`<section class="panel" role="dialog" aria-label=${title} tabindex="-1">
    <div class="title">
      <h2>${title}</h2>
      <button @click=${done}>${say("page.close")}</button>
    </div>
    ${panel === "help" ? nothing : alerts(run)}
    ${panel === "help" ? html`<cp-help .run=${run} .challenge=${setting.near}></cp-help>` : nothing}
    ${panel === "scenario" ? html`<cp-scenario .run=${run} @done=${done}></cp-scenario>` : nothing}
    ${panel === "search" ? html`<cp-search .run=${run} @wish=${({ detail }: CustomEvent<Wish>) => setting.wish(detail)} @done=${done}></cp-search>` : nothing}
    ${panel === "share" ? html`<cp-share .run=${run} .address=${setting.written} @done=${done}></cp-share>` : nothing}
  </section>`;
}

/** Whether a protocol's agents can ask the page what to do: then a person can write them. */
function asksOutside({ descriptor }: Run): boolean {
  return (descriptor?.options ?? []).some(
    ({ kind }) => typeof kind === "object" && "choice" in kind && kind.choice.includes("external"),
  );
}
