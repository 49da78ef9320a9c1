import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { moment } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { Download } from "../page/download.ts";
import { controls } from "../styles/controls.ts";
import type { Scene } from "../timeline/picture.ts";
import { Camera, LONGEST, filmType, type Stretch } from "./film.ts";

const PARTS = ["onward", "window", "whole"] as const;
type Part = (typeof PARTS)[number];

/** A film of the stage: from here on, of what the diagram shows, or from the beginning. */
@customElement("cp-film")
export class FilmPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** What the diagram shows. */
  @property({ attribute: false }) scene: (() => Scene | undefined) | undefined;
  @state() private chosen: Part = "onward";
  @state() private camera: Camera | undefined;
  @state() private said = "";

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 6px;
      }
      fieldset {
        display: grid;
        gap: 2px;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-weight: 600;
      }
      label {
        display: flex;
        gap: 8px;
        align-items: center;
        min-height: 28px;
      }
      div {
        display: flex;
        gap: 8px;
        align-items: center;
        flex-wrap: wrap;
      }
      output {
        font-variant-numeric: tabular-nums;
      }
      .light {
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--accent);
      }
      p {
        margin: 0;
        min-height: 1.4em;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.camera?.cancel();
  }

  protected override render(): TemplateResult {
    const type = filmType();
    const choice = (part: Part) =>
      html`<label
        ><input type="radio" name="stretch" .checked=${this.chosen === part} @change=${() => (this.chosen = part)} />
        ${say(`film.${part}`)}</label
      >`;
    return html`
      <fieldset ?disabled=${!type || this.camera !== undefined}>
        <legend>${say("film.title")}</legend>
        ${PARTS.map(choice)}
      </fieldset>
      ${this.camera ? this.recording(this.camera) : html`<div><button ?disabled=${!type} @click=${() => void this.record()}>${say("film.record")}</button></div>`}
      <p role="status" class="soft">${type ? this.said : say("film.none")}</p>
    `;
  }

  private recording(camera: Camera): TemplateResult {
    const { run } = this;
    const end = this.chosen === "window" ? undefined : run?.info?.end;
    const seconds = (camera.elapsed / 1000).toFixed(0);
    return html`<div>
        <span class="light" aria-hidden="true"></span>
        <output aria-live="off">${say("film.progress", { seconds, time: moment(run?.frame?.now ?? 0) })}</output>
        ${end ? html`<progress aria-label=${say("film.title")} max=${end} value=${run?.frame?.now ?? 0}></progress>` : nothing}
      </div>
      <div>
        <button class="strong" @click=${() => camera.stop()}>${say("film.stop")}</button>
        <button @click=${() => camera.cancel()}>${say("film.cancel")}</button>
      </div>`;
  }

  private async record(): Promise<void> {
    const { run, scene } = this;
    const [type, seen] = [filmType(), scene?.()];
    if (!run || !type || !seen) return;
    const stretch = await stretchOf(this.chosen, run, seen);
    const camera = new Camera(run, seen.palette, () => this.requestUpdate());
    this.camera = camera;
    this.said = say("film.recording");
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("button")?.focus();
    try {
      const film = await camera.film(stretch, type);
      this.said = film ? await saved(film.content, `run.${film.ending}`, camera.elapsed) : say("film.cancelled");
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
    this.camera = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("button")?.focus();
  }
}

/** At the end of its script, a run rests by itself; one that was there before has come far enough where it was. */
async function stretchOf(part: Part, run: Run, { axes: [axis] }: Scene): Promise<Stretch> {
  const { last = 0, finished = false } = run.frame ?? {};
  if (part === "whole") return { from: 0, over: () => finished && run.event >= last };
  if (part === "onward" || !axis) return { over: () => false };
  const to = Math.min(axis.start + axis.span, axis.end);
  if (axis.by === "event") return { from: Math.max(0, Math.floor(axis.start)), over: () => run.event >= to };
  return { from: await run.ask("eventAt", axis.start), over: () => (run.frame?.now ?? 0) >= to };
}

async function saved(content: Blob, name: string, elapsed: number): Promise<string> {
  const file = new Download(name, content.type);
  file.add(content);
  await file.save();
  const done = say("share.saved", { file: name });
  return elapsed < LONGEST ? done : `${done} ${say("film.longest", { minutes: LONGEST / 60_000 })}`;
}
