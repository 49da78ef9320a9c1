import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import { SIGN, legendOf, type Sign } from "./legend.ts";
import type { Scene } from "./picture.ts";

/** Least time, in ms, between two looks at what is in view. */
const PAUSE = 200;

/** What the signs of the diagram mean that are in view. */
@customElement("cp-diagram-legend")
export class DiagramLegend extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @property({ attribute: false }) scene: (() => Scene | undefined) | undefined;

  static override styles = [
    controls,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 18px;
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: 13px;
      }
      li {
        display: flex;
        gap: 7px;
        align-items: center;
      }
      canvas {
        flex: none;
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change"], () => {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.requestUpdate();
    }, PAUSE);
  });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private signs: readonly Sign[] = [];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  protected override render(): TemplateResult {
    const scene = this.scene?.();
    this.signs = scene ? legendOf(scene) : [];
    const style = `width:${SIGN}px;height:${SIGN / 2}px`;
    return html`<ul role="list">
      ${this.signs.map(
        ({ name, lang }) =>
          html`<li>
            <canvas style=${style} aria-hidden="true"></canvas>
            ${lang ? html`<span lang=${lang}>${name}</span>` : name}
          </li>`,
      )}
    </ul>`;
  }

  protected override updated(): void {
    const palette = this.scene?.()?.palette;
    if (!palette) return;
    const density = window.devicePixelRatio || 1;
    this.renderRoot.querySelectorAll("canvas").forEach((canvas, place) => {
      [canvas.width, canvas.height] = [SIGN * density, (SIGN / 2) * density];
      const pen = canvas.getContext("2d");
      pen?.scale(density, density);
      if (pen) this.signs[place]?.draw(pen, palette);
    });
  }
}
