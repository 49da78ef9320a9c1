import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Part, Record } from "@consensus-playground/engine/protocol.ts";
import type { EventView } from "@consensus-playground/engine/types.ts";
import { lanesNear } from "@consensus-playground/engine/near.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { readPalette, type Palette } from "../stage/palette.ts";
import { controls } from "../styles/controls.ts";
import { viewOf, type Axis } from "./axis.ts";
import { coneOf, type Cone } from "./cone.ts";
import { drawDiagram, lanesOf, type Diagram } from "./diagram.ts";
import { goTo } from "./scrubber.ts";
import type { Scene } from "./picture.ts";

/** How near, in pixels, the pointer must be to an event to mean it, and how far it must move to drag. */
const NEAR = 9;
const DRAG = 4;
/** Least time, in ms, between two requests for a part of the record. */
const PAUSE = 120;
const NOTHING: Record = { events: [], messages: [] };

/** What opens above the diagram. Its code is loaded when that is first wanted. */
type Panel = "legend" | "save";

const panels: { readonly [panel in Panel]: () => Promise<unknown> } = {
  legend: () => import("./legend-panel.ts"),
  save: () => import("./save-panel.ts"),
};

/**
 * The space-time diagram: a line a node, an arrow a message, the present as an upright line, on the axis of the scrubber.
 * Only what is in view is fetched and drawn. The wheel belongs to the host page, unless Ctrl is held.
 */
@customElement("cp-space-time")
export class SpaceTime extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private panel: Panel | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        position: relative;
      }
      .drawing {
        position: relative;
        height: clamp(99px, var(--lanes, 5) * 19px + 37px, 193px);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: crosshair;
        touch-action: pan-y;
      }
      /* Beside the fold of the charts, so that nothing of the diagram is covered. */
      .row {
        position: absolute;
        right: 0;
        top: calc(100% + 3px);
        z-index: 1;
        display: flex;
        gap: 2px;
      }
      .legend {
        padding: 4px 0 4px 30px;
      }
      .save {
        position: absolute;
        right: 0;
        bottom: 0;
        z-index: 5;
        max-width: 100%;
        max-height: 80vh;
        overflow: auto;
        padding: 10px 14px;
        background: var(--card);
        border: 1px solid var(--edge);
        border-radius: 10px;
        box-shadow: 0 6px 24px rgb(0 0 0 / 0.18);
      }
      button {
        min-width: 28px;
        min-height: 28px;
        padding: 0 5px;
        font-size: 12px;
        color: var(--soft);
      }
      button[aria-expanded="true"] {
        color: var(--ink);
        border-color: var(--edge);
      }
      .sampled {
        position: absolute;
        left: 30px;
        top: 0;
        font-size: 11px;
        padding: 0 4px;
        background: var(--paper);
        color: var(--soft);
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change"], () => this.redraw());
  /** As last observed: asking the element itself would lay the page out in mid-frame. */
  private size = { width: 0, height: 0 };
  private lanes = 0;
  private readonly sizes = new ResizeObserver(([seen]) => {
    const { width = 0, height = 0 } = seen?.contentRect ?? {};
    this.size = { width, height };
    this.redraw();
  });
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private palette: Palette | undefined;
  private held: Part | undefined;
  private fetched = { at: 0, key: "", busy: false };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hovered: number | undefined;
  private cone: Cone | undefined;
  private grip: { x: number; axis: Axis; moved: boolean } | undefined;
  private handle = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observe();
    this.scheme.addEventListener("change", this.themeChanged);
    // Lit listens passively to the wheel, and so could not keep the page from zooming.
    this.addEventListener("wheel", this.wheel, { passive: false });
  }

  protected override firstUpdated(): void {
    this.observe();
  }

  private observe(): void {
    const drawing = this.renderRoot?.querySelector(".drawing");
    if (drawing) this.sizes.observe(drawing);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    this.scheme.removeEventListener("change", this.themeChanged);
    this.removeEventListener("wheel", this.wheel);
  }

  readonly themeChanged = (): void => {
    this.palette = undefined;
    this.redraw();
  };

  protected override updated(): void {
    this.redraw();
  }

  protected override render(): TemplateResult {
    const button = (label: string, text: string, act: () => void) =>
      html`<button aria-label=${label} title=${label} @click=${act}>${text}</button>`;
    return html`<div class="drawing">
        <canvas
          role="img"
          tabindex="0"
          aria-label=${say("timeline.diagram")}
          @pointerdown=${this.grab}
          @pointermove=${this.move}
          @pointerup=${this.drop}
          @pointercancel=${() => (this.grip = undefined)}
          @pointerleave=${() => this.hover(undefined)}
          @keydown=${this.key}
          @focus=${() => this.redraw()}
          @blur=${() => this.redraw()}
        ></canvas>
        <span class="sampled" hidden></span>
        <span class="probe" hidden></span>
      </div>
      ${this.panel ? this.opened(this.panel) : nothing}
      <div class="row">
        ${button(say("timeline.more"), "−", () => this.zoom(0.5))}
        ${button(say("timeline.less"), "+", () => this.zoom(2))}
        ${button(say("timeline.fit-whole"), say("timeline.fit"), () => this.fit())} ${this.opener("legend")}
        ${this.opener("save")}
      </div>`;
  }

  private opener(panel: Panel): TemplateResult {
    return html`<button id=${panel} aria-expanded=${this.panel === panel} @click=${() => void this.toggle(panel)}>
      ${say(`timeline.${panel}`)}
    </button>`;
  }

  private opened(panel: Panel): TemplateResult {
    return html`<section class=${panel} aria-label=${say(`timeline.${panel}`)} @keydown=${this.leave}>
      ${
        panel === "legend"
          ? html`<cp-diagram-legend .run=${this.run} .scene=${this.scene}></cp-diagram-legend>`
          : html`<cp-save-diagram .run=${this.run} .scene=${this.scene}></cp-save-diagram>`
      }
    </section>`;
  }

  private async toggle(panel: Panel): Promise<void> {
    if (this.panel === panel) this.panel = undefined;
    else if (await this.run?.part(say(`timeline.${panel}`), panels[panel], () => this.toggle(panel)))
      this.panel = panel;
  }

  private readonly leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.panel) return;
    this.renderRoot.querySelector<HTMLElement>(`#${this.panel}`)?.focus();
    this.panel = undefined;
    event.stopPropagation();
  };

  private get axis(): Axis | undefined {
    return this.run && viewOf(this.run).axis(this.size.width);
  }

  private zoom(factor: number, around?: number): void {
    if (this.run && this.axis) viewOf(this.run).zoomBy(factor, this.axis, around);
  }

  private pan(part: number): void {
    if (this.run && this.axis) viewOf(this.run).panBy(part * this.axis.span, this.axis);
  }

  private fit(): void {
    if (this.run && this.axis) viewOf(this.run).fit(this.axis);
  }

  private readonly wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey || !this.axis) return;
    event.preventDefault();
    event.stopPropagation();
    this.zoom(Math.exp(-event.deltaY / 200), this.axis.place(event.offsetX));
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: { [key: string]: () => void } = {
      "+": () => this.zoom(2),
      "=": () => this.zoom(2),
      "-": () => this.zoom(0.5),
      "0": () => this.fit(),
      PageUp: () => this.pan(-0.5),
      PageDown: () => this.pan(0.5),
      Home: () => void this.run?.seek(0),
      End: () => void this.run?.seek(this.run.frame?.last ?? 0),
    };
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly grab = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.axis) return;
    this.grip = { x: event.offsetX, axis: this.axis, moved: false };
    (event.target as Element).setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent): void => {
    const { grip, run } = this;
    if (!grip || !run) return this.hover(this.near(event.offsetX, event.offsetY)?.id);
    const distance = event.offsetX - grip.x;
    grip.moved ||= Math.abs(distance) > DRAG;
    if (grip.moved) viewOf(run).panBy((-distance / grip.axis.wide) * grip.axis.span, grip.axis);
  };

  private readonly drop = (event: PointerEvent): void => {
    const { grip, run, axis } = this;
    this.grip = undefined;
    if (!grip || grip.moved || !run || !axis) return;
    const meant = this.near(event.offsetX, event.offsetY);
    if (meant) {
      viewOf(run).pin(axis);
      void run.seek(meant.id);
    } else goTo(run, axis, event.offsetX);
  };

  private hover(event: number | undefined): void {
    if (event === this.hovered) return;
    this.hovered = event;
    this.redraw();
  }

  /** The event under the pointer, if there is one. */
  private near(x: number, y: number): EventView | undefined {
    const { run, axis } = this;
    if (!run || !axis) return undefined;
    const lanes = lanesOf(run, this.size.height);
    let [best, least] = [undefined as EventView | undefined, NEAR];
    for (const event of this.record(axis).events) {
      const lane = event.node === undefined ? undefined : lanes.get(event.node);
      const distance = lane === undefined ? Infinity : Math.hypot(axis.event(event) - x, lane - y);
      if (distance < least) [best, least] = [event, distance];
    }
    return best;
  }

  private redraw(): void {
    this.handle ||= requestAnimationFrame(() => {
      this.handle = 0;
      this.paint();
    });
  }

  /** What is in view: what the run holds anyway, where that reaches far enough; else a part of its own. */
  private record(axis: Axis): Record {
    const run = this.run as Run;
    if (run.near) {
      this.request(axis);
      return this.held ?? NOTHING;
    }
    const [first] = run.record.events;
    const reaches = first && (first.id === 1 || (axis.by === "event" ? first.id : first.at) <= axis.start);
    const last = run.record.events.at(-1);
    const far = last && (last.id >= (run.frame?.last ?? 0) || last.at >= axis.start + axis.span || run.playing);
    if (reaches && far && run.record.messages[0] && run.record.events.length > 0) {
      this.held = undefined;
      return run.record;
    }
    if (!first) return run.record;
    this.request(axis);
    return this.held ?? run.record;
  }

  private request(axis: Axis): void {
    const { run, fetched } = this;
    const key = `${axis.by} ${axis.start} ${axis.span} ${axis.end} ${run?.frame?.last} ${String(run?.near?.ids)}`;
    if (!run || fetched.busy || fetched.key === key || this.timer !== undefined) return;
    const wait = Math.max(0, fetched.at + PAUSE - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.fetched = { at: performance.now(), key, busy: true };
      // Half a window more on either side, so that moving it a little finds something there.
      const [from, to] = [axis.start - axis.span / 2, axis.start + axis.span * 1.5];
      void run.guard("part", axis.by, Math.max(0, from), to).then((part) => {
        this.fetched.busy = false;
        this.held = part;
        this.redraw();
      });
    }, wait);
  }

  private diagram(context: CanvasRenderingContext2D, axis: Axis): Diagram | undefined {
    const { run, palette } = this;
    if (!run?.frame || !palette) return undefined;
    const record = this.record(axis);
    axis.read(record);
    const focused = this.renderRoot.querySelector("canvas:focus-visible") ? run.event : undefined;
    const of = this.hovered ?? focused;
    this.cone = of === undefined ? undefined : coneOf(of, record.events);
    return { context, palette, run, record, cone: this.cone, axis, upTo: run.frame.event, present: true, ...this.size };
  }

  /** What is in view, for a picture of its own and for the legend. */
  private readonly scene = (): Scene | undefined => {
    const { axis, palette, run } = this;
    if (!axis || !palette || !run?.frame) return undefined;
    const record = this.record(axis);
    axis.read(record);
    const { looked = 0, all = 0 } = this.held ?? {};
    const sampled = all > looked ? { looked, all } : undefined;
    return { run, palette, record, axes: [axis], upTo: run.frame.event, present: true, sampled };
  };

  private paint(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    const context = canvas?.getContext("2d");
    const { run, axis } = this;
    const { width, height } = this.size;
    if (!canvas || !probe || !context || !axis || !run?.frame || width === 0) return;
    // A sentence about whose lanes they are takes as much room as one more.
    const lanes = run.near ? lanesNear(run.near, run.nodes.keys()).length + 1 : run.nodes.size;
    if (this.lanes !== lanes) this.style.setProperty("--lanes", String((this.lanes = lanes)));
    const density = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!this.palette) {
      this.palette = readPalette(probe);
      this.renderRoot.querySelector<LitElement>("cp-diagram-legend")?.requestUpdate();
    }
    const diagram = this.diagram(context, axis);
    if (diagram) drawDiagram(diagram);
    const sampled = this.renderRoot.querySelector<HTMLElement>(".sampled");
    const { looked = 0, all = 0 } = this.held ?? {};
    if (sampled) {
      sampled.hidden = all <= looked;
      sampled.textContent = sampled.hidden ? "" : say("timeline.sampled", { looked, all });
    }
    canvas.dataset.drawn = String(diagram?.record.events.length ?? 0);
  }
}
