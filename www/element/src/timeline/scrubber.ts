import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { moment } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { LEFT, RIGHT, viewOf, type Axis } from "./axis.ts";

/**
 * The present on the axis of the space-time diagram. Fingers and mice move along the axis; keyboards and screen readers
 * have a slider, event by event over the whole run.
 */
@customElement("cp-scrubber")
export class Scrubber extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .track {
        position: relative;
        height: 24px;
        border-radius: 8px;
        cursor: ew-resize;
        touch-action: none;
      }
      .track:has(input:focus-visible) {
        outline: 2px solid var(--accent);
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        pointer-events: none;
      }
      .line {
        position: absolute;
        top: 10px;
        height: 4px;
        border-radius: 2px;
        background: var(--line);
      }
      .done {
        background: var(--accent);
      }
      .thumb {
        position: absolute;
        top: 5px;
        width: 14px;
        height: 14px;
        margin-left: -7px;
        border-radius: 50%;
        background: var(--accent);
        border: 2px solid var(--paper);
        box-shadow: 0 0 0 1px var(--accent);
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["frame", "change"]);
  /** As last observed: asking the element itself would lay the page out in mid-frame. */
  private width = 0;
  private readonly sizes = new ResizeObserver(() => {
    this.width = this.clientWidth;
    this.requestUpdate();
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  protected override render(): TemplateResult {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return html``;
    const axis = viewOf(run).axis(this.width);
    const clamp = (x: number) => Math.min(Math.max(x, LEFT), LEFT + axis.wide);
    const [first, now, end] = [clamp(axis.x(0)), clamp(axis.present), clamp(axis.x(axis.end))];
    const when = say("timeline.when", { time: moment(frame.now), event: run.event, last: frame.last });
    return html`<div class="track" @pointerdown=${this.grab} @pointermove=${this.drag}>
      <div class="line" style="left:${LEFT}px;right:${RIGHT}px;opacity:0.5"></div>
      <div class="line" style="left:${first}px;width:${end - first}px;background:var(--edge)"></div>
      <div class="line done" style="left:${first}px;width:${now - first}px"></div>
      <div class="thumb" style="left:${now}px"></div>
      <input
        type="range"
        min="0"
        max=${Math.max(1, frame.last)}
        step="1"
        aria-label=${say("timeline.event")}
        aria-valuetext=${when}
        .value=${String(run.event)}
        @input=${(input: Event) => run.seek(Number((input.target as HTMLInputElement).value))}
      />
    </div>`;
  }

  private readonly grab = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.renderRoot.querySelector("input")?.focus({ preventScroll: true });
    event.preventDefault();
    this.go(event.clientX);
  };

  private readonly drag = (event: PointerEvent): void => {
    if ((event.currentTarget as Element).hasPointerCapture(event.pointerId)) this.go(event.clientX);
  };

  /** Goes to where the finger is; at either edge, the window moves along. */
  private go(clientX: number): void {
    const { run } = this;
    if (!run) return;
    const view = viewOf(run);
    const x = clientX - this.getBoundingClientRect().left;
    let axis: Axis = view.axis(this.clientWidth);
    const beyond = Math.min(x - LEFT - 8, 0) + Math.max(x - LEFT - axis.wide + 8, 0);
    if (beyond !== 0) {
      view.panBy((Math.sign(beyond) * axis.span) / 12, axis);
      axis = view.axis(this.clientWidth);
    }
    goTo(run, axis, x);
  }
}

/** Goes to the last event at or before an x. */
export function goTo(run: Run, axis: Axis, x: number): void {
  const place = Math.min(Math.max(0, axis.place(x)), axis.end);
  viewOf(run).pin(axis);
  if (axis.by === "event") void run.seek(Math.round(place));
  else void run.seekTime(place);
}
