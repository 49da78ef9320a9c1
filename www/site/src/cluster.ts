/** The living cluster of the home page: a stage, one sentence about what happens, one thing to press. */
import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { say } from "@consensus-playground/element/language/language.ts";
import "@consensus-playground/element/stage/stage.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import { tokens } from "@consensus-playground/element/styles/tokens.ts";
import { Run } from "@consensus-playground/engine/run.ts";
import type { NodeView } from "@consensus-playground/engine/types.ts";
import { HOME_SCENE } from "./home-scene.ts";
import "@consensus-playground/element/language/en/site.ts";

/** Quicker than in a lesson: whoever comes for the first time has not chosen to watch yet. */
const TEMPO = 1.6;
/** How many of the five have to run for one to be elected. */
const MAJORITY = 3;

@customElement("home-cluster")
export class HomeCluster extends LitElement {
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        container: playground / inline-size;
      }
      .view {
        position: relative;
        height: clamp(300px, 46vh, 430px);
      }
      cp-stage {
        position: absolute;
        inset: 0;
      }
      .said {
        min-height: 3em;
        margin: 4px auto 12px;
        max-width: 38em;
        text-align: center;
        font-size: 17px;
        text-wrap: balance;
      }
      .do {
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
        justify-content: center;
      }
      .do button {
        min-height: 44px;
        padding: 8px 16px;
        font-size: 15px;
      }
      .do .primary {
        font-size: 18px;
        font-weight: 650;
        padding: 10px 26px;
        border-radius: 999px;
        min-width: 12em;
        background: var(--accent);
        border-color: var(--accent);
        color: light-dark(#fff, #10141a);
      }
      .do .primary:disabled {
        background: transparent;
        color: var(--soft);
        border-color: var(--line);
      }
      .hint {
        text-align: center;
        color: var(--soft);
        margin: 10px 0 0;
      }
    `,
  ];

  private readonly run = new Run();
  @state() private problem = "";
  /** Who crashed last, as long as no one stands for election since. */
  private gone: string | undefined;
  private told = "";
  private readonly sight = new IntersectionObserver((entries) =>
    this.run.setVisible(entries.at(-1)?.isIntersecting ?? true),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    this.run.close();
  }

  protected override firstUpdated(): void {
    for (const type of ["change", "play", "pause"]) this.run.addEventListener(type, () => this.requestUpdate());
    this.run.addEventListener("frame", () => {
      // Sixty pictures a second, but a new sentence only now and then.
      if (this.sentence() !== this.told) this.requestUpdate();
    });
    this.run.addEventListener("problem", () => (this.problem = this.run.problem?.message ?? ""));
    void this.begin();
  }

  private async begin(): Promise<void> {
    this.run.setTempo(TEMPO);
    if (!(await this.run.open(HOME_SCENE))) return;
    this.dataset.engine = "ready";
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.run.play();
  }

  private get leader(): NodeView | undefined {
    return this.inRole("lead");
  }

  private inRole(look: string): NodeView | undefined {
    const fits = this.run.replicas.filter(
      ({ health, replica }) => health === "up" && this.run.role(replica?.role)?.look === look,
    );
    // Of two who believe that they lead, the later one is right.
    return fits.sort((a, b) => (b.replica?.epoch ?? 0) - (a.replica?.epoch ?? 0))[0];
  }

  private sentence(): string {
    const up = this.run.replicas.filter(({ health }) => health === "up").length;
    if (up < MAJORITY) return say("site.now.few", { count: up });
    const candidate = this.inRole("contend");
    const { leader } = this;
    if (leader && (leader.replica?.epoch ?? 0) >= (candidate?.replica?.epoch ?? 0)) {
      this.gone = undefined;
      return say("site.now.leader", { id: leader.id });
    }
    if (candidate) return say("site.now.candidate", { id: candidate.id });
    return this.gone ? say("site.now.crashed", { id: this.gone }) : say("site.now.none");
  }

  protected override render(): TemplateResult {
    const { run, leader, problem } = this;
    const all = run.replicas.every(({ health }) => health === "up");
    this.told = run.frame ? this.sentence() : "";
    return html`<div
        class="view"
        role="group"
        aria-label=${say("site.stage")}
        @click=${{ handleEvent: this.clicked, capture: true }}
      >
        <cp-stage .run=${run}></cp-stage>
      </div>
      <p class="said" aria-live="polite">${problem || this.told}</p>
      <div class="do">
        <button class="primary" ?disabled=${!leader} @click=${() => leader && this.toggle(leader)}>
          ${leader ? say("site.crash") : say("site.crash.none")}
        </button>
        <button ?disabled=${all} @click=${() => this.do("restart all")}>${say("site.restart")}</button>
        <button @click=${() => run.toggle()}>${run.playing ? say("site.pause") : say("site.play.on")}</button>
      </div>
      <p class="hint">${say("site.hint")}</p>`;
  }

  /** A click on a computer crashes it, or restarts it. */
  private readonly clicked = (event: Event): void => {
    const button = event.composedPath().find((one) => one instanceof HTMLElement && one.dataset.node !== undefined);
    const node = this.run.nodes.get((button as HTMLElement | undefined)?.dataset.node ?? "");
    if (!node) return;
    event.stopPropagation();
    this.toggle(node);
  };

  private toggle({ id, health }: NodeView): void {
    if (health === "up") this.gone = id;
    this.do(health === "up" ? `crash ${id}` : `restart ${id}`);
  }

  /** Carries it out, and goes on: whoever presses wants to see what comes of it. */
  private do(line: string): void {
    void this.run.act(line).then((done) => {
      if (done) this.run.play();
    });
  }
}
