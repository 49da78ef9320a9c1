/** For a room full of people: the picture, one sentence and the transport, as large as the screen lets them be. */
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { moment } from "@consensus-playground/engine/format.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { alertStyles } from "../page/alert-styles.ts";
import { alerts } from "../page/alerts.ts";
import { deepest } from "../page/focus.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import "../stage/stage.ts";
import "./caption.ts";
import "./controls.ts";

/** How much room the picture has at least, in pixels of its own, before it is magnified to fill what there is. */
const LAID_OUT = { width: 760, height: 430 };

/**
 * Lies over everything as soon as it is in the page, and says `leave` when it is to go. It takes the whole screen where that
 * is allowed, else the window; the page behind stays as it is, and gets the focus back where that was.
 */
@customElement("cp-present")
export class Present extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private scale = 1;
  @state() private confined = false;

  static override styles = [
    controls,
    alertStyles,
    css`
      dialog {
        width: 100%;
        height: 100%;
        max-width: none;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        color: inherit;
        background: none;
      }
      .sheet {
        container: playground / inline-size;
        --large: max(18px, min(2.6vw, 3.4vh));
        position: relative;
        width: 100%;
        height: 100%;
        display: flex;
        flex-direction: column;
        overflow: hidden;
        background: var(--paper);
        color: var(--ink);
      }
      header {
        flex: none;
        display: flex;
        gap: 4px 1em;
        align-items: baseline;
        padding: 8px 16px;
        font-size: max(14px, 0.6 * var(--large));
        color: var(--soft);
      }
      h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
        font-size: inherit;
        letter-spacing: normal;
        text-transform: none;
        overflow-wrap: anywhere;
      }
      output {
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .view {
        flex: 1 1 0;
        min-height: 0;
        overflow: hidden;
      }
      .view:focus-visible {
        outline-offset: -3px;
      }
      cp-stage {
        width: calc(100% / var(--scale));
        height: calc(100% / var(--scale));
        transform: scale(var(--scale));
        transform-origin: 0 0;
      }
      cp-caption {
        --caption-size: var(--large);
      }
      cp-controls {
        zoom: calc(var(--zoom));
      }
      @container playground (max-width: 760px) {
        cp-caption {
          --caption-lines: 4;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private held: HTMLElement | undefined;
  private whole = false;
  private readonly sizes = new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    this.scale = Math.max(1, Math.min(width / LAID_OUT.width, height / LAID_OUT.height));
  });

  /** Where what happens is said to screen readers: they hear nothing of the page behind. */
  get live(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>("#live");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("fullscreenchange", this.screenChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("fullscreenchange", this.screenChanged);
    this.sizes.disconnect();
    this.held?.focus({ preventScroll: true });
  }

  protected override firstUpdated(): void {
    this.held = deepest();
    const [dialog, sheet, view] = ["dialog", ".sheet", ".view"].map((one) =>
      this.renderRoot.querySelector<HTMLElement>(one),
    );
    (dialog as HTMLDialogElement).showModal();
    void this.focusPlay();
    if (view) this.sizes.observe(view);
    if (sheet) void this.fill(sheet);
  }

  private async focusPlay(): Promise<void> {
    const controls = this.renderRoot.querySelector("cp-controls");
    await controls?.updateComplete;
    controls?.renderRoot.querySelector<HTMLElement>(".play")?.focus();
  }

  /** A dialog can't take the whole screen, but what is in it can. */
  private async fill(sheet: HTMLElement): Promise<void> {
    try {
      await sheet.requestFullscreen();
    } catch {
      this.confined = window.parent !== window;
    }
  }

  /** The browser leaves the whole screen by a key of its own, of which the page hears nothing. */
  private readonly screenChanged = (): void => {
    const whole = this.renderRoot.querySelector(".sheet")?.matches(":fullscreen") ?? false;
    if (this.whole && !whole) this.leave();
    this.whole = whole;
  };

  /** Reads the colours again. */
  readonly themeChanged = (): void => this.renderRoot.querySelector("cp-stage")?.themeChanged();

  /** Asks to be taken away. */
  leave(): void {
    this.dispatchEvent(new CustomEvent("leave"));
  }

  protected override render(): TemplateResult {
    const { run } = this;
    if (!run) return html``;
    return html`<dialog aria-label=${say("present.name")} @cancel=${this.cancelled}>
      <div class="sheet">
        <header>
          <h2 lang="en">${run.info?.title || run.descriptor?.name}</h2>
          ${this.confined ? html`<span role="status">${say("present.in-frame")}</span>` : nothing}
          <output aria-label=${say("transport.where")} aria-live="off">${moment(run.frame?.now ?? 0)}</output>
          <button title=${say("present.by-escape")} @click=${() => this.leave()}>${say("present.leave")}</button>
        </header>
        ${alerts(run)}
        <div class="view" tabindex="0" role="group" aria-label=${say("page.stage")}>
          <cp-stage .run=${run} .scale=${this.scale} style="--scale:${this.scale}"></cp-stage>
        </div>
        <cp-caption .run=${run} .brief=${true}></cp-caption>
        <cp-controls
          .run=${run}
          which="back play step scrubber"
          style="--zoom:${Math.min(2, this.scale)}"
        ></cp-controls>
        <div id="live" class="hidden" aria-live="polite"></div>
      </div>
    </dialog>`;
  }

  private readonly cancelled = (event: Event): void => {
    event.preventDefault();
    this.leave();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cp-present": Present;
  }
}
