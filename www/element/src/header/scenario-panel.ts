import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import { ScenarioEditor, type Told } from "./scenario-editor.ts";
import "../language/en/share.ts";
import "../language/en/editor.ts";

/** How long somebody rests before what is told of the text is read out: milliseconds. */
const REST = 800;

/** What was written and not opened yet, of which scenario: the panel may be closed meanwhile. */
const drafts = new WeakMap<Run, { of: string; text: string }>();

/** The run as text: with what was done by hand, to copy, to change, to open again. */
@customElement("cp-scenario")
export class ScenarioPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private copied = false;
  @state() private told: Told = { mistakes: 0, here: undefined, expected: "" };
  @query(".place") private readonly place!: HTMLElement;
  private editor: ScenarioEditor | undefined;
  /** What is read out: what is told, once whoever writes rests. */
  @state() private heard = "";
  private rest: ReturnType<typeof setTimeout> | undefined;
  /** The text as it was read from the run. */
  private fresh = "";

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
        grid-template-rows: auto auto;
        min-height: 0;
        --code-keyword: light-dark(#7b2d8e, #d7a3e6);
        --code-name: light-dark(#0b5694, #8cc6f5);
        --code-number: light-dark(#8a4b00, #f0b866);
        --code-time: light-dark(#00663f, #7fd6ac);
      }
      @media (forced-colors: active) {
        :host {
          --warn: CanvasText;
          --code-keyword: CanvasText;
          --code-name: CanvasText;
          --code-number: CanvasText;
          --code-time: CanvasText;
        }
      }
      .place {
        height: clamp(180px, 45vh, 460px);
        min-height: 120px;
        min-width: 0;
        resize: vertical;
        overflow: hidden;
        border: 1px solid var(--edge);
        border-radius: 8px;
        background: var(--card);
      }
      .place:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 0;
      }
      .buttons,
      .told {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
        align-items: center;
      }
      .told {
        min-height: 32px;
      }
      .told p {
        flex: 1 1 220px;
        margin: 0;
      }
      .wrong {
        color: var(--warn);
      }
      small {
        color: var(--soft);
        font-size: 12px;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const { run, editor } = this;
    if (run && editor && editor.text !== this.fresh) drafts.set(run, { of: run.text, text: editor.text });
    clearTimeout(this.rest);
    editor?.destroy();
    this.editor = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.begin();
  }

  protected override render(): TemplateResult {
    return html`<div class="place"></div>
      ${this.words()}
      <div class="buttons">
        <button class="strong" @click=${() => this.openText()}>${say("share.open")}</button>
        <button @click=${() => this.read()}>${say("share.copy-run")}</button>
        <button @click=${this.copy}>${say(this.copied ? "share.copied" : "share.copy")}</button>
      </div>
      <small id="keys">${say("editor.keys")}</small>`;
  }

  /** What is wrong at the cursor, or what is expected there; and how much is wrong in all. */
  private words(): TemplateResult {
    const { mistakes, here, expected } = this.told;
    const count = mistakes === 0 ? say("editor.none") : say("editor.mistakes", { count: mistakes });
    const more = here
      ? html`<span class="wrong"
          >${say("editor.at", { line: here.line, column: here.column })} <span lang="en">${here.message}</span></span
        >`
      : expected
        ? html`${say("editor.expected")} <span lang="en">${expected}</span>`
        : nothing;
    return html`<div class="told">
      <p>${count}. ${more}</p>
      <p class="hidden" role="status">${this.heard}</p>
      ${mistakes > 0 ? html`<button @click=${() => this.editor?.goToNextMistake()}>${say("editor.next")}</button>` : nothing}
    </div>`;
  }

  /** Shows the editor, with what was being written or else with the run. */
  private async begin(): Promise<void> {
    const { run } = this;
    const text = (await run?.script().catch(() => undefined)) ?? "";
    if (!run || !this.isConnected || this.editor) return;
    const draft = drafts.get(run);
    drafts.delete(run);
    this.fresh = text;
    this.editor = new ScenarioEditor({
      parent: this.place,
      root: this.renderRoot as ShadowRoot,
      text: draft?.of === run.text ? draft.text : text,
      described: "keys",
      read: (written) => run.client.call("readScenario", written).catch(() => undefined),
      offers: (written, line, column) =>
        run.client.call("scenarioOffers", written, line, column).catch(() => undefined),
      run: () => void this.openText().then((open) => open && run.play()),
      changed: () => this.tell(),
    });
  }

  /** Fills the editor with the scenario and what was done by hand since. */
  private async read(): Promise<void> {
    const text = await this.run?.script().catch(() => undefined);
    if (text === undefined) return;
    this.fresh = text;
    this.editor?.show(text);
  }

  private tell(): void {
    const { editor, told } = this;
    if (!editor) return;
    const next = editor.told;
    this.copied = false;
    if (JSON.stringify(next) === JSON.stringify(told)) return;
    this.told = next;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => (this.heard = this.renderRoot.querySelector(".told p")?.textContent ?? ""), REST);
  }

  private async openText(): Promise<boolean> {
    const { run, editor } = this;
    if (!run || !editor) return false;
    const { text } = editor;
    if (await run.open(text)) {
      this.fresh = text;
      this.dispatchEvent(new CustomEvent("done"));
      return true;
    }
    const { line, column } = run.problem ?? {};
    if (line !== undefined) editor.goTo(line, column ?? 1);
    return false;
  }

  private readonly copy = async (): Promise<void> => {
    const { editor } = this;
    if (!editor) return;
    try {
      await navigator.clipboard.writeText(editor.text);
      this.copied = true;
    } catch {
      // Where the host page forbids the clipboard, the text is marked, ready to be copied by hand.
      editor.selectAll();
    }
  };
}
