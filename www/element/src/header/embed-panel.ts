import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { courses } from "../page/course.ts";
import { controls } from "../styles/controls.ts";
import type { ViewName } from "../views/view.ts";
import "../language/en/share.ts";

const VIEWS: readonly ViewName[] = ["compact", "lesson", "full"];
const THEMES = ["host", "light", "dark"] as const;

/** How high a frame has to be, in CSS pixels. */
const HEIGHTS: Readonly<Record<ViewName, number>> = { compact: 420, lesson: 600, full: 800 };

/** What to write into a page of one's own, and how it will look there. */
@customElement("cp-embed")
export class EmbedPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private view: ViewName = "compact";
  @state() private theme: (typeof THEMES)[number] = "host";
  /** The run as text and as a link, as it stood when it was asked for. */
  @state() private held: { script: string; link: string } | undefined;
  @state() private said = "";

  static override styles = [
    controls,
    css`
      :host,
      .body {
        display: grid;
        gap: 8px;
      }
      summary {
        cursor: pointer;
        min-height: 32px;
        font-weight: 600;
      }
      .row {
        display: flex;
        gap: 8px 14px;
        flex-wrap: wrap;
        align-items: center;
      }
      label {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      textarea {
        width: 100%;
        height: 8em;
        resize: vertical;
        font:
          13px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
      }
      p {
        margin: 0;
        min-height: 1.4em;
      }
      .preview {
        border: 1px solid var(--line);
        max-height: 480px;
        overflow: auto;
      }
      .preview.light {
        color-scheme: light;
      }
      .preview.dark {
        color-scheme: dark;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<details @toggle=${this.toggled}>
      <summary>${say("share.embed")}</summary>
      ${this.held ? this.body(this.held) : nothing}
    </details>`;
  }

  private body(held: { script: string; link: string }): TemplateResult {
    const { view, theme } = this;
    const preview =
      theme === "host"
        ? html`<consensus-playground view=${view} .scenario=${held.script}></consensus-playground>`
        : html`<consensus-playground view=${view} theme=${theme} .scenario=${held.script}></consensus-playground>`;
    return html`<div class="body">
      <div class="row">
        ${this.choice("view", VIEWS, view, (value) => (this.view = value))}
        ${this.choice("theme", THEMES, theme, (value) => (this.theme = value))}
        <button class="strong" @click=${this.copy}>${say("share.copy-snippet")}</button>
      </div>
      <textarea readonly spellcheck="false" aria-label=${say("share.snippet")} .value=${this.snippet(held)}></textarea>
      <p role="status" class="soft">${this.said}</p>
      <p class="soft">${say(courses.embed ? "share.embed-frame" : "share.embed-element")}</p>
      <section class="preview" aria-label=${say("share.preview")}>${preview}</section>
    </div>`;
  }

  private choice<T extends string>(
    what: "view" | "theme",
    all: readonly T[],
    chosen: T,
    choose: (value: T) => void,
  ): TemplateResult {
    return html`<label
      >${say(`share.${what}`)}
      <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
        ${all.map((one) => html`<option value=${one} ?selected=${one === chosen}>${say(`share.${what}-${one}` as "share.view-full")}</option>`)}
      </select></label
    >`;
  }

  /** A frame where there is a page for it; else the element with the scenario in it. */
  private snippet({ script, link }: { script: string; link: string }): string {
    const { view, theme } = this;
    const attributes = { view, ...(theme === "host" ? {} : { theme }) };
    if (courses.embed === undefined) {
      const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
      const text = script.trimEnd().replace(/^/gm, "    ").replaceAll("</script", "< /script");
      return `<consensus-playground${written.join("")}>\n  <script type="text/plain">\n${text}\n  </script>\n</consensus-playground>`;
    }
    const address = new URL(courses.embed, location.href);
    address.search = String(new URLSearchParams(attributes));
    address.hash = link;
    const title = escaped(this.run?.info?.title ?? this.run?.descriptor?.name ?? "Consensus Playground");
    return `<iframe\n  src="${escaped(address.href)}"\n  title="${title}"\n  loading="lazy"\n  style="width: 100%; height: ${HEIGHTS[view]}px; border: 0"\n></iframe>`;
  }

  private readonly toggled = async (event: Event): Promise<void> => {
    const { run } = this;
    if (!(event.target as HTMLDetailsElement).open) this.held = undefined;
    else if (run) {
      try {
        this.held = { script: await run.script(), link: await run.link() };
      } catch (error) {
        this.said = error instanceof Error ? error.message : String(error);
      }
    }
  };

  private readonly copy = async (): Promise<void> => {
    const field = this.renderRoot.querySelector("textarea");
    try {
      await navigator.clipboard.writeText(field?.value ?? "");
      this.said = say("share.snippet-copied");
    } catch {
      field?.select();
      this.said = say("share.snippet-marked");
    }
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
