import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import type { Frame } from "@consensus-playground/engine/types.ts";
import { duration, percent } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { cutDirection, latencyWords, settings, type LinkView } from "./acts.ts";

/** How many links that differ are listed at most. */
const MOST_LINKS = 12;

/** One direction between two nodes: cut, or with latency, loss and duplication of its own. */
@customElement("cp-link")
export class Link extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private from = "";
  @state() private to = "";

  static override styles = [
    controls,
    css`
      form {
        display: grid;
        gap: 6px;
      }
      .ends,
      .pair {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        gap: 6px;
        align-items: center;
      }
      .pair {
        grid-template-columns: 1fr 1fr;
      }
      label {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 116px;
        gap: 6px;
        align-items: center;
        font-size: 13px;
        color: var(--soft);
      }
      input {
        width: 100%;
      }
      p {
        font-size: 12px;
        margin: 0;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return nothing;
    const ids = [...run.nodes.keys()];
    const from = ids.includes(this.from) ? this.from : (ids[0] ?? "");
    const to = ids.includes(this.to) && this.to !== from ? this.to : (ids.find((id) => id !== from) ?? "");
    const set = (event: SubmitEvent) => {
      event.preventDefault();
      void run.act(`network ${from} -> ${to} ${wishes(new FormData(event.target as HTMLFormElement))}`);
    };
    const end = (label: string, value: string, choose: (id: string) => void) =>
      html`<select aria-label=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${ids.map((id) => html`<option value=${id} ?selected=${id === value}>${id}</option>`)}
      </select>`;
    return html`<form @submit=${set}>
      <div class="ends">
        ${end(say("faults.from"), from, (id) => (this.from = id))}<span>→</span>
        ${end(say("faults.to"), to, (id) => (this.to = id))}
      </div>
      <button type="button" @click=${() => run.act(...cutDirection(from, to).lines)}>
        ${say("faults.cut-direction")}
      </button>
      <label
        >${say("faults.latency")} <input name="latency" type="text" .defaultValue=${latencyWords(frame.network)}
      /></label>
      <label
        >${say("faults.loss-percent")}
        <input name="loss" type="number" min="0" max="100" step="any" .defaultValue=${String(frame.network.loss / 1e4)}
      /></label>
      <label
        >${say("faults.duplication-percent")}
        <input
          name="duplicate"
          type="number"
          min="0"
          max="100"
          step="any"
          .defaultValue=${String(frame.network.duplicate / 1e4)}
        />
      </label>
      <button>${say("faults.set-direction")}</button>
    </form>`;
  }
}

/** The directions that are cut, and those that have settings of their own, each with its way back. */
export function linksThatDiffer(run: Run, frame: Frame): TemplateResult | typeof nothing {
  const { cuts, links, network } = frame;
  if (cuts.length + links.length === 0) return nothing;
  const row = (from: string, to: string, what: string, back: string) =>
    html`<li>
      <span>${from} → ${to}: ${what}</span>
      <button aria-label=${say("faults.reset-link", { from, to, what })} @click=${() => run.act(back)}>
        ${say("faults.reset")}
      </button>
    </li>`;
  const all = [
    ...cuts.map(([from, to]) => row(from, to, say("faults.cut"), `heal ${from} -> ${to}`)),
    ...links.map(([from, to, link]) =>
      row(from, to, differences(link, network), `network ${from} -> ${to} ${settings(network)}`),
    ),
  ];
  return html`<ul class="links" aria-label=${say("faults.links")}>
    ${all.slice(0, MOST_LINKS)}
    ${all.length > MOST_LINKS ? html`<li>${say("faults.more", { count: all.length - MOST_LINKS })}</li>` : nothing}
  </ul>`;
}

export const linksStyles = css`
  ul.links {
    list-style: none;
    margin: 0 0 6px;
    padding: 0;
    font-size: 12px;
    display: grid;
    gap: 2px;
  }
  .links li {
    display: flex;
    gap: 6px;
    align-items: center;
    justify-content: space-between;
    font-variant-numeric: tabular-nums;
  }
  .links button {
    font-size: 12px;
    min-height: 26px;
    padding: 1px 8px;
  }
`;

function span({ latency: [low, high], shape }: LinkView): string {
  if (shape === "exponential") return say("faults.average", { time: duration(low) });
  return low === high ? duration(low) : say("faults.range", { low: duration(low), high: duration(high) });
}

/** What a link does otherwise than the rest. */
function differences(link: LinkView, rest: LinkView): string {
  const parts = [
    link.latency.join() === rest.latency.join() ? "" : span(link),
    link.loss === rest.loss ? "" : say("faults.loss-of", { share: percent(link.loss) }),
    link.duplicate === rest.duplicate ? "" : say("faults.duplication-of", { share: percent(link.duplicate) }),
    link.reorder === rest.reorder ? "" : link.reorder ? say("faults.overtakes") : say("faults.in-order"),
    link.shape === rest.shape ? "" : link.shape,
  ];
  return parts.filter(Boolean).join(", ");
}

/** What a link shall do, as the scenario language writes it. */
function wishes(form: FormData): string {
  const words = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const word = (name: string) => words(name).replace(/\s+/g, "");
  const parts = [
    ["latency", words("latency").replace(/\s*\.\.\s*/, ".."), ""],
    ["loss", word("loss"), "%"],
    ["duplicate", word("duplicate"), "%"],
  ] as const;
  return parts
    .filter(([, value]) => value)
    .map(([name, value, unit]) => `${name} ${value}${unit}`)
    .join(" ");
}
