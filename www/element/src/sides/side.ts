import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { option, withOption } from "@consensus-playground/engine/scenario-text.ts";
import type { Side, Together } from "@consensus-playground/engine/together.ts";
import type { OptionInfo } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";
import { alertStyles } from "../page/alert-styles.ts";
import { alerts } from "../page/alerts.ts";
import { fetchScenarios, scenariosOf } from "../page/gallery.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import "../stage/stage.ts";
import "../views/caption.ts";
import "../language/en/sides.ts";

/** One of the runs: which it is, its picture, and a sentence. */
@customElement("cp-side")
export class SideView extends LitElement {
  @property({ attribute: false }) run: Side | undefined;
  @property({ attribute: false }) together: Together | undefined;
  /** Which of them, from 1 on. */
  @property({ attribute: false }) number = 1;

  static override styles = [
    controls,
    alertStyles,
    css`
      :host {
        position: relative;
        /* Rows of all runs: their pictures stand at one height, whatever is above them. */
        display: grid;
        grid-template-rows: subgrid;
        grid-template-columns: minmax(0, 1fr);
        grid-row: span 4;
        min-width: 0;
        border: 1px solid var(--line);
        border-radius: 10px;
        overflow: hidden;
      }
      header {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) minmax(0, 1.6fr) auto;
        gap: 6px;
        align-items: center;
        padding: 8px 10px 0;
      }
      h2 {
        margin: 0;
        font-size: 13px;
        letter-spacing: normal;
        text-transform: none;
        white-space: nowrap;
      }
      .change {
        grid-column: 2 / 4;
        width: 100%;
      }
      .view {
        container: playground / inline-size;
        height: var(--picture, clamp(220px, 44vh, 520px));
        display: grid;
      }
      .view:focus-visible {
        outline-offset: -3px;
      }
      p {
        margin: 6px 10px 0;
        min-height: 1.45em;
        color: var(--soft);
        overflow-wrap: anywhere;
      }
      code {
        color: var(--ink);
      }
      cp-caption {
        --caption-lines: 3;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override updated(): void {
    const { id } = this.run?.descriptor ?? {};
    if (id !== undefined && id !== this.asked) void this.offer((this.asked = id));
  }

  private asked: string | undefined;

  /** Fetches the other scenarios of the protocol. */
  private async offer(protocol: string): Promise<void> {
    await this.run?.part(
      "the scenarios",
      () => fetchScenarios(protocol),
      () => this.offer(protocol),
    );
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { run, together, number } = this;
    if (!run || !together) return html``;
    const name = say("sides.run", { number });
    return html`<header>
        <h2>${name}</h2>
        ${this.protocols(run)} ${this.scenarios(run)}
        ${
          together.sides.length > 1
            ? html`<button
                class="quiet"
                aria-label=${say("sides.remove", { number })}
                title=${say("sides.remove", { number })}
                @click=${() => this.dispatchEvent(new CustomEvent("leave"))}
              >
                ✕
              </button>`
            : html`<span></span>`
        }
        ${this.switches(run)}
      </header>
      <p>${this.differences(run)}</p>
      ${alerts(run)}
      <div class="view" tabindex="0" role="group" aria-label="${name}. ${say("page.stage")}">
        <cp-stage .run=${run}></cp-stage>
      </div>
      <cp-caption .run=${run} .brief=${true}></cp-caption>`;
  }

  private protocols(run: Side): TemplateResult {
    const current = run.descriptor?.id;
    const choose = (id: string) => {
      const text = run.library?.protocols.find((one) => one.id === id)?.firstScenario;
      if (text !== undefined) void this.together?.open(run, text);
    };
    return html`<select aria-label=${say("header.protocol")} @change=${(event: Event) => choose(chosen(event))}>
      ${run.library?.protocols.map((one) => html`<option lang="en" value=${one.id} ?selected=${one.id === current}>${one.name}</option>`)}
    </select>`;
  }

  private scenarios(run: Side): TemplateResult {
    const all = run.descriptor ? scenariosOf(run.descriptor) : [];
    const at = all.findIndex(({ text }) => text.trim() === run.text.trim());
    const choose = (place: string) => {
      const text = all[Number(place)]?.text;
      if (place !== "" && text !== undefined) void this.together?.open(run, text);
    };
    const { title } = run.info ?? {};
    return html`<select aria-label=${say("header.scenario")} @change=${(event: Event) => choose(chosen(event))}>
      ${at < 0 ? html`<option value="" selected>${title ? say("header.changed", { title }) : say("header.own")}</option>` : nothing}
      ${all.map((one, place) => html`<option lang="en" value=${place} ?selected=${place === at}>${one.title}</option>`)}
    </select>`;
  }

  /** What can be turned on and off with one press: the rest is as it was. */
  private switches(run: Side): TemplateResult | typeof nothing {
    const all = (run.descriptor?.options ?? []).filter((one) => one.kind === "switch" && !one.perReplica);
    if (all.length === 0) return nothing;
    const on = (one: OptionInfo) => (option(run.text, one.name) ?? one.default) === "on";
    const toggle = (event: Event) => {
      const one = all.find(({ name }) => name === chosen(event));
      (event.target as HTMLSelectElement).value = "";
      if (one) void this.together?.open(run, withOption(run.text, one.name, on(one) ? "off" : "on"));
    };
    const group = (label: string, some: readonly OptionInfo[]) =>
      some.length > 0
        ? html`<optgroup label=${label}>
            ${some.map((one) => html`<option lang="en" value=${one.name} title=${one.about}>${on(one) ? "✓ " : ""}${one.name}</option>`)}
          </optgroup>`
        : nothing;
    return html`<select class="change" aria-label=${say("sides.change")} @change=${toggle}>
      <option value="">${say("sides.change")}</option>
      ${group(
        say("sides.bugs"),
        all.filter(({ bug }) => bug),
      )}
      ${group(
        say("sides.switches"),
        all.filter(({ bug }) => !bug),
      )}
    </select>`;
  }

  /** Which options are set here and not in the first run, where both are of one protocol. */
  private differences(run: Side): TemplateResult | typeof nothing {
    const first = this.together?.sides[0];
    if (!first || first === run || (first.descriptor !== run.descriptor && first.descriptor?.id !== run.descriptor?.id))
      return nothing;
    const there = new Set(settings(first.text));
    const here = settings(run.text).filter((line) => !there.has(line));
    if (first.text.trim() === run.text.trim()) return html`${say("sides.as-first")}`;
    if (here.length === 0) return nothing;
    return html`${say("sides.differs")}: <code lang="en">${here.join(", ")}</code>`;
  }
}

function chosen(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

/** The lines of a text that set an option. */
function settings(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim().replace(/\s+/g, " "));
  return lines.filter((line) => line.startsWith("set "));
}

declare global {
  interface HTMLElementTagNameMap {
    "cp-side": SideView;
  }
}
