import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "../engine/run.ts";
import { Watch } from "../engine/watch.ts";
import { readPalette, type Palette } from "../stage/palette.ts";
import { controls } from "../styles/controls.ts";
import { axisFor, type Axis } from "./axis.ts";
import { drawDiagram, LEFT } from "./diagram.ts";

const CLOSEST = 8;

/** The space-time diagram: a line a node, an arrow a message, the present as an upright line. A click goes there. */
@customElement("cp-space-time")
export class SpaceTime extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private zoom = 1;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        position: relative;
        height: clamp(84px, var(--lanes, 5) * 19px + 22px, 178px);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: crosshair;
      }
      div {
        position: absolute;
        right: 0;
        top: 0;
        display: flex;
        gap: 4px;
      }
      button {
        min-width: 28px;
        min-height: 28px;
        padding: 0;
        color: var(--soft);
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change"], () => this.redraw());
  private readonly sizes = new ResizeObserver(() => this.redraw());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private palette: Palette | undefined;
  private axis: Axis | undefined;
  private handle = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    this.scheme.addEventListener("change", this.themeChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.scheme.removeEventListener("change", this.themeChanged);
  }

  readonly themeChanged = (): void => {
    this.palette = undefined;
    this.redraw();
  };

  protected override updated(): void {
    this.redraw();
  }

  protected override render(): TemplateResult {
    return html`<canvas
        role="img"
        aria-label="Space-time diagram. The list of recent events says the same."
        @click=${this.clicked}
      ></canvas>
      <span class="probe" hidden></span>
      <div>
        <button
          aria-label="Show more time"
          title="Show more time"
          @click=${() => (this.zoom = Math.max(1 / CLOSEST, this.zoom / 2))}
        >
          −
        </button>
        <button
          aria-label="Show less time"
          title="Show less time"
          @click=${() => (this.zoom = Math.min(CLOSEST, this.zoom * 2))}
        >
          +
        </button>
      </div>`;
  }

  private readonly clicked = (event: MouseEvent): void => {
    if (this.axis) void this.run?.seek(this.axis.at(event.offsetX));
  };

  private redraw(): void {
    this.handle ||= requestAnimationFrame(() => {
      this.handle = 0;
      this.paint();
    });
  }

  private paint(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    const context = canvas?.getContext("2d");
    const { run } = this;
    if (!canvas || !probe || !context || !run?.frame) return;
    this.style.setProperty("--lanes", String(run.nodes.size));
    const [width, height, density] = [this.clientWidth, this.clientHeight, window.devicePixelRatio || 1];
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    context.setTransform(density, 0, 0, density, 0, 0);
    this.palette ??= readPalette(probe);
    this.axis = axisFor(run.frame, run.record, LEFT, width - LEFT - 8, this.zoom);
    drawDiagram({ context, palette: this.palette, run, axis: this.axis, width, height });
  }
}
