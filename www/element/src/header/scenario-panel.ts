import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";

/** The run as text: with what was done by hand, to copy, to change, to open again. */
@customElement("cp-scenario")
export class ScenarioPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private copied = false;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
        grid-template-rows: auto auto;
        min-height: 0;
      }
      textarea {
        width: 100%;
        height: clamp(180px, 45vh, 460px);
        resize: vertical;
        font:
          13px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
        tab-size: 4;
        white-space: pre;
      }
      div {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
        align-items: center;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    void this.read();
  }

  protected override render(): TemplateResult {
    return html`<textarea
        aria-label=${say("page.scenario")}
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
      ></textarea>
      <div>
        <button class="strong" @click=${this.openText}>${say("share.open")}</button>
        <button @click=${() => this.read()}>${say("share.copy-run")}</button>
        <button @click=${this.copy}>${say(this.copied ? "share.copied" : "share.copy")}</button>
      </div>`;
  }

  private get area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  /** Fills the field with the scenario and what was done by hand since. */
  private async read(): Promise<void> {
    const text = await this.run?.script().catch(() => undefined);
    if (this.area && text !== undefined) this.area.value = text;
  }

  private readonly openText = async (): Promise<void> => {
    const { run, area } = this;
    if (!run || !area) return;
    if (await run.open(area.value)) this.dispatchEvent(new CustomEvent("done"));
    else if (run.problem?.line !== undefined) mark(area, run.problem.line, run.problem.column ?? 1);
  };

  private readonly copy = async (): Promise<void> => {
    const { area } = this;
    if (!area) return;
    try {
      await navigator.clipboard.writeText(area.value);
      this.copied = true;
    } catch {
      // Where the host page forbids the clipboard, the text is marked, ready to be copied by hand.
      area.select();
    }
  };
}

/** Puts the cursor where the mistake is. */
function mark(area: HTMLTextAreaElement, line: number, column: number): void {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  const rest = area.value.slice(start);
  area.focus();
  area.setSelectionRange(start, start + Math.max(1, /^\S*/.exec(rest)?.[0].length ?? 1));
}
