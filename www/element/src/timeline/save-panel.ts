import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Download } from "../page/download.ts";
import { controls } from "../styles/controls.ts";
import "../film/film-panel.ts";
import { picture, wholeRun, type Picture, type Scene } from "./picture.ts";
import { SvgPen } from "./svg-pen.ts";
import "../language/en/share.ts";

/** How much finer a picture in pixels is than the page. */
const FINER = 2;

/** The diagram as a file: what is in view, or the whole run. */
@customElement("cp-save-diagram")
export class SaveDiagram extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** What is in view. */
  @property({ attribute: false }) scene: (() => Scene | undefined) | undefined;
  @state() private whole = false;
  @state() private said = "";

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 6px;
        width: 300px;
        max-width: 100%;
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
      }
      p {
        margin: 0;
        min-height: 1.4em;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const choice = (whole: boolean, label: string) =>
      html`<label
        ><input type="radio" name="part" .checked=${this.whole === whole} @change=${() => (this.whole = whole)} />
        ${label}</label
      >`;
    return html`
      <fieldset>
        <legend>${say("timeline.save-diagram")}</legend>
        ${choice(false, say("timeline.save-part"))} ${choice(true, say("timeline.save-whole"))}
      </fieldset>
      <div>
        <button class="strong" @click=${() => this.save(svg)}>${say("timeline.save-as", { format: "SVG" })}</button>
        <button @click=${() => this.save(png)}>${say("timeline.save-as", { format: "PNG" })}</button>
      </div>
      <p role="status" class="soft">${this.said}</p>
      <cp-film .run=${this.run} .scene=${this.scene}></cp-film>
    `;
  }

  private async save(file: (picture: Picture, pen: CanvasRenderingContext2D) => Promise<Download>): Promise<void> {
    const { run } = this;
    const seen = this.scene?.();
    const pen = document.createElement("canvas").getContext("2d");
    if (!run || !seen || !pen) return;
    try {
      const scene = this.whole ? await wholeRun(run, seen.palette) : seen;
      if (!scene) return;
      const made = await file(picture(scene, measurer(pen)), pen);
      await made.save();
      this.said = say("share.saved", { file: made.name });
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  }
}

/** How wide letters are, a real canvas knows. */
function measurer(pen: CanvasRenderingContext2D): (text: string, font: string) => number {
  return (text, font) => {
    pen.font = font;
    return pen.measureText(text).width;
  };
}

function svg({ width, height, name, draw }: Picture, measure: CanvasRenderingContext2D): Promise<Download> {
  const pen = new SvgPen(width, height, name, measurer(measure));
  draw(pen);
  const file = new Download("space-time.svg", "image/svg+xml");
  file.add(pen.toString());
  return Promise.resolve(file);
}

async function png({ width, height, draw }: Picture, pen: CanvasRenderingContext2D): Promise<Download> {
  const { canvas } = pen;
  [canvas.width, canvas.height] = [width * FINER, height * FINER];
  pen.scale(FINER, FINER);
  draw(pen);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error(say("timeline.no-room"));
  const file = new Download("space-time.png", "image/png");
  file.add(blob);
  return file;
}
