import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { courses } from "../page/course.ts";
import { NAME_LETTERS, keepRun, keeps, keptRuns, whenRunsChange, type KeptRun } from "../page/shelf.ts";
import { controls } from "../styles/controls.ts";
import "../language/en/shelf.ts";

/** Keeps the run at hand in the browser, and opens what was kept. */
@customElement("cp-keep")
export class KeepPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private kept: readonly KeptRun[] = keptRuns();
  @state() private said = "";

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      h3,
      p {
        margin: 0;
      }
      form,
      ul {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
        align-items: end;
      }
      label {
        flex: 1 1 14em;
        display: grid;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        max-height: 9em;
        overflow: auto;
      }
      li button {
        max-width: 100%;
        overflow-wrap: anywhere;
        text-align: start;
      }
      a {
        color: var(--accent);
      }
      p {
        min-height: 1.4em;
      }
    `,
  ];

  private forget: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.forget = whenRunsChange(() => (this.kept = keptRuns()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget?.();
  }

  protected override render(): TemplateResult {
    if (!keeps()) return html`<p class="soft">${say("shelf.refused")}</p>`;
    const { kept } = this;
    return html`
      <form @submit=${this.keep}>
        <label
          >${say("shelf.name")}<input
            type="text"
            name="name"
            autocomplete="off"
            maxlength=${NAME_LETTERS}
            .value=${this.run?.info?.title || (this.run?.descriptor?.name ?? "")}
        /></label>
        <button class="strong">${say("shelf.keep")}</button>
      </form>
      <p role="status" class="soft">${this.said}</p>
      ${kept.length > 0 ? this.shelf(kept) : nothing}
    `;
  }

  private shelf(kept: readonly KeptRun[]): TemplateResult {
    const all = courses.gallery
      ? html`<p><a href="${courses.gallery}#own-runs">${say("shelf.manage")}</a></p>`
      : nothing;
    return html`<h3>${say("shelf.title")}</h3>
      <ul role="list">
        ${kept.map((one) => html`<li><button @click=${() => this.open(one)}>${one.name}</button></li>`)}
      </ul>
      ${all}`;
  }

  private readonly keep = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { run } = this;
    const name = new FormData(event.target as HTMLFormElement).get("name");
    if (!run || typeof name !== "string") return;
    try {
      const link = await run.link();
      const kept = keepRun({ name, protocol: run.descriptor?.name ?? "", event: run.event, link });
      this.said = say("shelf.kept", { name: kept.name });
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
    this.kept = keptRuns();
  };

  private async open({ link }: KeptRun): Promise<void> {
    if (await this.run?.openLink(link)) this.dispatchEvent(new CustomEvent("done"));
  }
}
