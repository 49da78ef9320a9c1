import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Language, Problem } from "../types.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import type { CodeMirror } from "./codemirror.ts";
import { MOST_LETTERS } from "./store.ts";

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { python: "Python", javascript: "JavaScript" };

/**
 * Where the code is written. Fires `edited` with the code as `detail`. Until the library is there, and where it can't be
 * loaded, a plain field does.
 */
@customElement("cp-editor")
export class Editor extends LitElement {
  @property({ attribute: false }) language: Language = "python";
  @property({ attribute: false }) code = "";
  @property({ attribute: false }) problems: readonly Problem[] = [];
  @state() private editor: CodeMirror | undefined;
  @state() private fallback = false;
  @query(".place") private readonly place!: HTMLElement;
  private loading = false;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        min-height: 0;
        --code-keyword: light-dark(#7b2d8e, #d7a3e6);
        --code-string: light-dark(#00663f, #7fd6ac);
        --code-number: light-dark(#8a4b00, #f0b866);
        --code-type: light-dark(#0b5694, #8cc6f5);
        --code-name: light-dark(#0b5694, #8cc6f5);
      }
      .place {
        min-height: 0;
        height: 100%;
        border: 1px solid var(--edge);
        border-radius: 8px;
        overflow: hidden;
        background: var(--card);
      }
      textarea {
        width: 100%;
        height: 100%;
        border: 0;
        resize: none;
        font:
          13px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
        white-space: pre;
        overflow: auto;
      }
      small {
        color: var(--soft);
        font-size: 12px;
        padding-top: 4px;
      }
      kbd {
        font: inherit;
        border: 1px solid var(--line);
        border-radius: 4px;
        padding: 0 4px;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`
      <div class="place">
        ${
          this.editor
            ? nothing
            : html`<textarea
                aria-label=${this.label}
                aria-describedby="keys"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                maxlength=${MOST_LETTERS}
                .value=${this.code}
                @input=${(event: Event) => this.edited((event.target as HTMLTextAreaElement).value)}
              ></textarea>`
        }
      </div>
      <small id="keys"
        ><kbd>Tab</kbd> leaves the editor.
        ${this.fallback ? "Spaces indent." : html`<kbd>Ctrl</kbd> + <kbd>]</kbd> and <kbd>[</kbd> indent and outdent, on a Mac with <kbd>Cmd</kbd>.`}</small
      >
    `;
  }

  private get label(): string {
    return `Your code in ${LANGUAGE_NAMES[this.language]}`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.editor?.destroy();
    this.editor = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.load();
  }

  protected override firstUpdated(): void {
    void this.load();
  }

  protected override updated(changed: PropertyValues): void {
    const { editor } = this;
    if (!editor) return;
    if ((changed.has("code") && this.code !== editor.code) || changed.has("language"))
      editor.show(this.language, this.code, this.label);
    if (changed.has("problems") || changed.has("editor")) editor.mark(this.problems);
  }

  /** Goes to a line with the focus that a person brought. */
  goTo(line: number, column?: number): void {
    if (this.editor) this.editor.goTo(line, column);
    else this.renderRoot.querySelector("textarea")?.focus();
  }

  private async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      const { CodeMirror } = await import("./codemirror.ts");
      if (!this.isConnected) return;
      const field = this.renderRoot.querySelector("textarea");
      // Who is writing in the plain field goes on writing in the editor.
      const writing = field !== null && this.shadowRoot?.activeElement === field;
      this.editor = new CodeMirror({
        parent: this.place,
        root: this.renderRoot as ShadowRoot,
        language: this.language,
        code: this.code,
        label: this.label,
        described: "keys",
        changed: (code) => this.edited(code),
      });
      if (writing) this.editor.goTo(1);
    } catch {
      this.fallback = true;
    } finally {
      this.loading = false;
    }
  }

  private edited(code: string): void {
    this.code = code;
    this.dispatchEvent(new CustomEvent<string>("edited", { detail: code }));
  }
}
