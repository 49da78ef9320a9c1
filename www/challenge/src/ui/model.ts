import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { saveFile } from "@consensus-playground/element/header/share-panel.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import { AskError, Recording, argue, completions, endpoint, type Ask, type Endpoint } from "./ask.ts";
import { download, own, readiness, type Readiness } from "./own-model.ts";

type Who = "argue" | "endpoint" | "browser" | "recording";

/** What is said of the browser's own model, beside its name. */
const OWN: Readonly<Record<Readiness, string>> = {
  none: " (there is none here)",
  download: " (to be downloaded first)",
  ready: "",
};

/** Agents that reason. Fires `reason` with an `Ask`, when they are to vote on the stage. */
@customElement("cp-model")
export class Model extends LitElement {
  @property({ attribute: false }) busy = false;
  @state() private who: Who = "argue";
  /** In memory only: never in a link, never in the storage. */
  @state() private to: Endpoint = {
    address: "http://localhost:11434/v1",
    model: "llama3.2",
    key: "",
    patience: 30_000,
  };
  /** How far the browser's own model is. */
  @state() private ready: Readiness = "none";
  /** The share of it that is downloaded, while it is. */
  @state() private share: number | undefined;
  private downloading: AbortController | undefined;
  @state() private said = "";
  @state() private failed = false;
  @state() private trying = false;
  private readonly recording = new Recording();

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 10px;
        min-width: 0;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      fieldset {
        display: grid;
        gap: 4px;
        margin: 0;
        padding: 6px 12px 8px;
        border: 1px solid var(--line);
        border-radius: 8px;
        min-width: 0;
      }
      .choice {
        display: flex;
        gap: 8px;
        align-items: center;
        min-height: 26px;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(190px, 1fr));
        gap: 8px 12px;
      }
      .fields label {
        display: grid;
        gap: 2px;
        font-size: 12px;
        color: var(--soft);
      }
      .fields input {
        width: 100%;
        font-size: 14px;
        color: var(--ink);
        background: var(--card);
        border: 1px solid var(--edge);
        border-radius: 8px;
        padding: 4px 10px;
        min-height: 32px;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .loading {
        display: grid;
        gap: 4px;
      }
      .loading button {
        justify-self: start;
      }
      progress {
        width: 100%;
        height: 10px;
        accent-color: var(--accent);
      }
      .failed {
        padding: 8px 12px;
        border: 1px solid var(--warn);
        border-left-width: 5px;
        border-radius: 8px;
        background: color-mix(in srgb, var(--warn) 8%, var(--card));
      }
    `,
  ];

  protected override firstUpdated(): void {
    void readiness().then((found) => (this.ready = found));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.downloading?.abort();
  }

  protected override render(): TemplateResult {
    const { busy, trying, said } = this;
    const waits = this.who === "browser" && this.ready !== "ready";
    return html`
      <p class="soft">
        Agents that reason: each vote is a question with choices. They propose what they like, and accept what more than
        half voted for. Your own code can ask, too: <code>ask(prompt, choices)</code> gives one of the choices, by the
        model that is chosen here.
      </p>
      <fieldset>
        <legend>Who answers</legend>
        ${this.choice("argue", "Plain arguments by utilities (no model)")}
        ${this.choice("endpoint", "A model behind an address")}
        ${this.choice("browser", `The browser's own model${OWN[this.ready]}`, this.ready === "none")}
        ${this.choice("recording", `What was recorded (${this.recording.size} answers)`, this.recording.size === 0)}
      </fieldset>
      ${this.who === "endpoint" ? this.fields() : nothing} ${waits ? this.toDownload() : nothing}
      <div class="bar">
        <button class="strong" ?disabled=${busy || trying || waits} @click=${this.run}>Run on the stage</button>
        ${this.who === "endpoint" || this.who === "browser" ? html`<button ?disabled=${trying || waits} @click=${this.attempt}>Try one question</button>` : nothing}
        <button ?disabled=${this.recording.size === 0} @click=${this.save}>Download answers</button>
        <button @click=${() => this.renderRoot.querySelector<HTMLInputElement>("#file")?.click()}>Open answers</button>
        <input
          id="file"
          type="file"
          hidden
          aria-label="Recorded answers"
          accept=".json,application/json"
          @change=${this.open}
        />
      </div>
      <p role="status" class=${said ? (this.failed ? "failed" : "") : "hidden"}>${said}</p>
      <p class="soft">
        Answers are recorded by their question: the same run asks nothing twice, and can be repeated without the model.
      </p>
    `;
  }

  private toDownload(): TemplateResult {
    const { share } = this;
    if (share === undefined)
      return html`<p>
        The browser has to download its model first, once for all pages; it may be some gigabytes.
        <button @click=${this.fetch}>Download it</button>
      </p>`;
    return html`<label class="loading"
      ><span>Downloading the browser's model: ${Math.floor(share * 100)} %</span>
      <progress max="1" value=${share}></progress>
      <button @click=${() => this.downloading?.abort()}>Cancel</button>
    </label>`;
  }

  private readonly fetch = async (): Promise<void> => {
    this.downloading = new AbortController();
    this.share = 0;
    this.said = "";
    try {
      await download((share) => (this.share = share), this.downloading.signal);
      this.failed = false;
      this.said = "The browser's model is here.";
    } catch (error) {
      if (this.downloading.signal.aborted) this.said = "";
      else this.tell(error);
    } finally {
      this.share = undefined;
      this.ready = await readiness();
    }
  };

  private choice(who: Who, label: string, off = false): TemplateResult {
    return html`<label class="choice"
      ><input
        type="radio"
        name="who"
        value=${who}
        ?disabled=${off}
        .checked=${this.who === who}
        @change=${() => {
          this.who = who;
          this.said = "";
        }}
      />${label}</label
    >`;
  }

  private fields(): TemplateResult {
    const set = (part: Partial<Endpoint>) => (this.to = { ...this.to, ...part });
    const text = (event: Event) => (event.target as HTMLInputElement).value;
    return html`<div class="fields">
        <label
          >Address, up to /v1
          <input
            type="url"
            spellcheck="false"
            autocomplete="off"
            .value=${this.to.address}
            @input=${(event: Event) => set({ address: text(event) })}
        /></label>
        <label
          >Model
          <input
            type="text"
            spellcheck="false"
            autocomplete="off"
            .value=${this.to.model}
            @input=${(event: Event) => set({ model: text(event) })}
        /></label>
        <label
          >Key, where one is needed
          <input
            type="password"
            autocomplete="off"
            .value=${this.to.key}
            @input=${(event: Event) => set({ key: text(event) })}
        /></label>
        <label
          >Seconds to wait
          <input
            type="number"
            min="1"
            max="600"
            .value=${String(this.to.patience / 1000)}
            @change=${(event: Event) => set({ patience: Math.min(600, Math.max(1, Number(text(event)) || 30)) * 1000 })}
        /></label>
      </div>
      <p class="soft">
        Any server that speaks OpenAI's chat completions: Ollama, a llama.cpp server, a vendor. The key stays in the
        memory of this page, and is sent to this address alone. Questions go there only when you press a button.
      </p>`;
  }

  /** Who answers what a person's code asks by `ask`. Throws a sentence where no model is chosen. */
  forCode(): Ask {
    if (this.who === "argue")
      throw new Error("The code asks a language model, and none is chosen. Choose who answers, on the tab Model.");
    return this.counted(this.asked());
  }

  /** Who answers now, through the recording. Throws a sentence where that can't be. */
  private asked(): Ask {
    const { who, to } = this;
    if (who === "argue") return argue;
    if (who === "recording") return this.recording.through();
    if (who === "browser") {
      if (this.ready !== "ready")
        throw new Error("The browser's model is not there yet. Download it on the tab Model.");
      return this.recording.through(own);
    }
    completions(to.address);
    return this.recording.through(endpoint(to));
  }

  private readonly run = (): void => {
    try {
      this.said = "";
      this.dispatchEvent(new CustomEvent<Ask>("reason", { detail: this.counted(this.asked()) }));
    } catch (error) {
      this.tell(error);
    }
  };

  /** Shows how many answers there are, as they come. */
  private counted(ask: Ask): Ask {
    return async (...question) => {
      try {
        return await ask(...question);
      } finally {
        this.requestUpdate();
      }
    };
  }

  private readonly attempt = async (): Promise<void> => {
    this.trying = true;
    this.said = "";
    try {
      const ask = this.who === "browser" ? own : endpoint(this.to);
      const answer = await ask(
        "Two friends want pizza, one wants sushi. Where shall they eat?",
        ["Pizza", "Sushi"],
        new AbortController().signal,
      );
      this.failed = false;
      this.said = `It answers: ${answer}.`;
    } catch (error) {
      this.tell(error);
    } finally {
      this.trying = false;
    }
  };

  private tell(error: unknown): void {
    this.failed = true;
    this.said = error instanceof AskError || error instanceof Error ? error.message : String(error);
  }

  private readonly save = (): void => {
    saveFile(new Blob([this.recording.toText()], { type: "application/json" }), "answers.json");
    this.failed = false;
    this.said = "answers.json is in your downloads. It holds questions and answers, and no key.";
  };

  private readonly open = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    try {
      if (file.size > 4_000_000) throw new Error("This file is longer than 4 MB, more than a recording can be.");
      this.recording.read(await file.text());
      this.who = "recording";
      this.failed = false;
      this.said = `${this.recording.size} answers are here now.`;
    } catch (error) {
      this.tell(error);
    }
  };
}
