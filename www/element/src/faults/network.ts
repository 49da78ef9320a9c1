import { css, html, nothing, type TemplateResult } from "lit";
import type { Frame } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { duration, percent, scenarioDuration } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";

export const networkStyles = css`
  .slider {
    display: grid;
    gap: 0;
    margin: 0 0 6px;
    color: var(--soft);
    font-size: 12px;
  }
  .slider b {
    float: right;
    font-weight: 400;
    color: var(--ink);
    font-variant-numeric: tabular-nums;
  }
  .topology {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 8px;
    align-items: center;
    margin: 0 0 6px;
    color: var(--soft);
    font-size: 12px;
  }
`;

/** The mean latency's logarithm (base 10, of microseconds) goes from 0.1 ms to 1 s. */
const QUICKEST = 2;
const SLOWEST = 6;

/** Whether time stands still and the person is the scheduler. */
export function manualSwitch(run: Run, { manual }: Frame): TemplateResult {
  return html`<label class="manual">
    <input
      type="checkbox"
      .checked=${manual}
      @change=${() => run.act(manual ? "network automatic" : "network manual")}
    />
    <span>${say("faults.by-click")}</span>
  </label>`;
}

/** Latency, loss and duplication of all links. A slider takes effect when it is let go. */
export function networkControls(run: Run, { network, manual }: Frame): TemplateResult {
  if (manual) return html``;
  const [low, high] = network.latency;
  const exponential = network.shape === "exponential";
  const mean = (low + high) / 2;
  const spread = mean > 0 ? (high - low) / 2 / mean : 0.5;
  const latency = (logarithm: number) => {
    const middle = 10 ** logarithm;
    if (exponential) return void run.act(`network latency exponential ${scenarioDuration(tidy(middle))}`);
    const half = Math.min(0.95, spread) * middle;
    void run.act(`network latency ${scenarioDuration(tidy(middle - half))}..${scenarioDuration(tidy(middle + half))}`);
  };
  const share = (word: string) => (value: number) => void run.act(`network ${word} ${value}%`);
  const range = exponential
    ? say("faults.average", { time: duration(mean) })
    : say("faults.range", { low: duration(low), high: duration(high) });
  return html`
    ${slider(say("faults.latency"), range, QUICKEST, SLOWEST, 0.05, Math.log10(Math.max(1, mean)), latency)}
    ${slider(say("faults.loss"), percent(network.loss), 0, 50, 1, network.loss / 1e4, share("loss"))}
    ${slider(say("faults.duplication"), percent(network.duplicate), 0, 50, 1, network.duplicate / 1e4, share("duplicate"))}
    ${shapeText(network.shape)}
  `;
}

function shapeText(shape: string): TemplateResult | typeof nothing {
  if (shape === "uniform") return nothing;
  if (shape === "exponential") return html`<p class="soft">${say("faults.exponential")}</p>`;
  return html`<p class="soft">${say("faults.spread", { shape })}</p>`;
}

/** How the replicas are linked, and how else they could be. */
export function topologyChoice(run: Run): TemplateResult {
  const count = run.replicas.length;
  const now = run.topology?.text ?? "full";
  const known = topologies(count);
  const all = known.includes(now) ? known : [now, ...known];
  return html`<label class="topology">
    <span>${say("faults.topology")}</span>
    <select @change=${(event: Event) => run.act(`network topology ${(event.target as HTMLSelectElement).value}`)}>
      ${all.map((text) => html`<option lang="en" value=${text} ?selected=${text === now} .selected=${text === now}>${text.replace("-", " ")}</option>`)}
    </select>
  </label>`;
}

/** How many regions the world has. */
const MOST_REGIONS = 9;

/** One of each kind that so many replicas can have, as a scenario writes it. */
function topologies(count: number): string[] {
  const all = ["full"];
  if (count <= MOST_REGIONS) all.push("world");
  if (count >= 3) all.push("ring", "star");
  let rows = Math.floor(Math.sqrt(count));
  while (rows > 1 && count % rows > 0) rows -= 1;
  if (rows > 1) all.push(`grid ${count / rows}x${rows}`);
  if (count >= 3) all.push(`random ${Math.min(4, count - 1)}`, `small-world ${count > 4 ? 4 : 2} 10%`);
  return all;
}

/** Rounded to two figures, so that the scenario's line reads well. */
function tidy(us: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, us))) - 1);
  return Math.round(us / unit) * unit;
}

function slider(
  label: string,
  text: string,
  min: number,
  max: number,
  step: number,
  value: number,
  set: (value: number) => void,
): TemplateResult {
  return html`<label class="slider">
    <span>${label} <b>${text}</b></span>
    <input
      type="range"
      aria-label=${label}
      aria-valuetext=${text}
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      @change=${(event: Event) => set(Number((event.target as HTMLInputElement).value))}
    />
  </label>`;
}
