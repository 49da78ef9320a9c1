import { css, html, nothing, type TemplateResult } from "lit";
import type { Frame } from "../engine/types.ts";
import type { Run } from "../engine/run.ts";
import { duration, percent, scenarioDuration } from "../format.ts";

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
    <span>Deliver messages only when I click them</span>
  </label>`;
}

/** Latency, loss and duplication of all links. A slider takes effect when it is let go. */
export function networkControls(run: Run, { network, manual }: Frame): TemplateResult {
  if (manual) return html``;
  const [low, high] = network.latency;
  const mean = (low + high) / 2;
  const spread = mean > 0 ? (high - low) / 2 / mean : 0.5;
  const latency = (logarithm: number) => {
    const middle = 10 ** logarithm;
    const half = Math.min(0.95, spread) * middle;
    void run.act(`network latency ${scenarioDuration(tidy(middle - half))}..${scenarioDuration(tidy(middle + half))}`);
  };
  const share = (word: string) => (value: number) => void run.act(`network ${word} ${value}%`);
  const range = `${duration(low)} to ${duration(high)}`;
  return html`
    ${slider("Latency", range, QUICKEST, SLOWEST, 0.05, Math.log10(Math.max(1, mean)), latency)}
    ${slider("Loss", percent(network.loss), 0, 50, 1, network.loss / 1e4, share("loss"))}
    ${slider("Duplication", percent(network.duplicate), 0, 50, 1, network.duplicate / 1e4, share("duplicate"))}
    ${network.shape === "uniform" ? nothing : html`<p class="soft">Latencies are spread as a ${network.shape}.</p>`}
  `;
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
