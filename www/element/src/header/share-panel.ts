import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { say } from "../language/language.ts";
import { Download } from "../page/download.ts";
import { LINK_BYTES } from "@consensus-playground/engine/limits.ts";
import { isLink } from "@consensus-playground/engine/link.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { controls } from "../styles/controls.ts";
import "./embed-panel.ts";
import "./keep-panel.ts";
import "../language/en/share.ts";

/** Take the run along, as a link, as text, as a trace; and open one that somebody else took along. */
@customElement("cp-share")
export class SharePanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** Puts a link into the page's address and gives the address; left out where the address isn't ours. */
  @property({ attribute: false }) address: ((link: string) => string) | undefined;
  @state() private link = "";
  @state() private said = "";
  private saving = false;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      div {
        display: flex;
        gap: 8px;
        flex-wrap: wrap;
      }
      textarea,
      .link {
        width: 100%;
        font:
          13px/1.5 ui-monospace,
          SFMono-Regular,
          Menlo,
          monospace;
      }
      textarea {
        height: 8em;
        resize: vertical;
        white-space: pre;
      }
      h3 {
        margin: 8px 0 0;
      }
      p {
        margin: 0;
        min-height: 1.4em;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`
      <h3>${say("share.take")}</h3>
      <div>
        ${this.address ? html`<button class="strong" @click=${this.copyLink}>${say("share.copy-link")}</button>` : nothing}
        <button @click=${this.copyScenario}>${say("share.copy-scenario")}</button>
        <button @click=${this.saveScenario}>${say("share.save-scenario")}</button>
        <button @click=${() => this.saveTrace("ndjson")}>${say("share.save-trace")}</button>
        <button @click=${() => this.saveTrace("shiviz")}>${say("share.save-shiviz")}</button>
      </div>
      ${this.link ? html`<input class="link" type="text" readonly aria-label=${say("share.link")} .value=${this.link} />` : nothing}
      <p role="status" class="soft">${this.said}</p>
      <cp-keep .run=${this.run} @done=${() => this.dispatchEvent(new CustomEvent("done"))}></cp-keep>
      <cp-embed .run=${this.run}></cp-embed>
      <h3>${say("share.open")}</h3>
      <textarea
        aria-label=${say("share.pasted")}
        placeholder=${say("share.paste")}
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
      ></textarea>
      <div>
        <button @click=${this.openPasted}>${say("share.open-pasted")}</button>
        <button @click=${() => this.renderRoot.querySelector<HTMLInputElement>("#file")?.click()}>
          ${say("share.open-file")}
        </button>
        <input
          id="file"
          type="file"
          hidden
          aria-label=${say("share.file")}
          accept=".scenario,.txt,text/plain"
          @change=${this.openFile}
        />
      </div>
      <p class="soft">${say("share.about")}</p>
    `;
  }

  private readonly copyLink = async (): Promise<void> => {
    const { run, address } = this;
    if (!run || !address) return;
    try {
      this.link = address(await run.link());
    } catch (error) {
      this.said = said(error);
      return;
    }
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLInputElement>(".link");
    await this.copy(this.link, say("share.link-copied", { count: this.link.length }), field);
  };

  private readonly copyScenario = async (): Promise<void> => {
    const text = await this.text();
    if (text === undefined) return;
    const area = this.renderRoot.querySelector("textarea");
    if (!(await this.copy(text, say("share.scenario-copied"))) && area) {
      area.value = text;
      area.select();
    }
  };

  private async copy(text: string, done: string, field?: HTMLInputElement | null): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = done;
      return true;
    } catch {
      // Where the host page forbids the clipboard, the text is marked, ready to be copied by hand.
      this.said = say("share.closed");
      field?.select();
      return false;
    }
  }

  /** The run as text; where it can't be had, that is said. */
  private async text(): Promise<string | undefined> {
    try {
      return await this.run?.script();
    } catch (error) {
      this.said = said(error);
      return undefined;
    }
  }

  private readonly saveScenario = async (): Promise<void> => {
    const text = await this.text();
    if (text === undefined) return;
    const file = new Download("run.scenario", "text/plain");
    await this.hand(file, () => file.add(text));
  };

  /** A trace comes in pieces: a long one passes the longest string that there is. */
  private async saveTrace(format: "ndjson" | "shiviz"): Promise<void> {
    const { run } = this;
    if (!run || this.saving) return;
    this.saving = true;
    const file =
      format === "ndjson"
        ? new Download("trace.ndjson", "application/x-ndjson")
        : new Download("trace.shiviz.log", "text/plain");
    try {
      for (let from: number | undefined = 1; from !== undefined;) {
        const piece: { text: string; next: number | undefined } = await run.ask("export", format, from);
        file.add(piece.text);
        from = piece.next;
        if (from !== undefined)
          this.said = say("share.progress", { file: file.name, from, last: run.frame?.last ?? 0 });
      }
      await this.hand(file);
    } catch (error) {
      this.said = said(error);
    } finally {
      this.saving = false;
    }
  }

  private async hand(file: Download, fill: () => void = () => undefined): Promise<void> {
    try {
      fill();
      await file.save();
      this.said = say("share.saved", { file: file.name });
    } catch (error) {
      this.said = said(error);
    }
  }

  private readonly openPasted = async (): Promise<void> => {
    await this.open(this.renderRoot.querySelector("textarea")?.value.trim() ?? "");
  };

  private readonly openFile = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    // The same file may be chosen again after it was changed.
    if (file && file.size > LINK_BYTES) this.said = say("share.too-long");
    else if (file) await this.open(await file.text());
    input.value = "";
  };

  private async open(text: string): Promise<void> {
    const hash = text.includes("#s") && !text.includes("\n") ? text.slice(text.indexOf("#s")) : "";
    const opened = isLink(hash) ? await this.run?.openLink(hash) : await this.run?.open(text);
    if (opened) this.dispatchEvent(new CustomEvent("done"));
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Rooms that hand files to the person find it here, too. */
export { saveFile } from "../page/download.ts";
