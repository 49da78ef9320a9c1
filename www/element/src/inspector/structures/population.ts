import { LitElement, css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { PopulationView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { duration } from "@consensus-playground/engine/format.ts";
import { say } from "../../language/language.ts";
import { Watch } from "../../page/watch.ts";
import { controls } from "../../styles/controls.ts";
import { epochIndex } from "../../styles/colours.ts";
import { epochs } from "../../styles/tokens.ts";

/** The drawings' width and heights, and the border around them, in their own units. */
const [WIDE, FLOOR, HIGH, BORDER] = [360, 170, 130, 22];
/** How wide the scale beside the curves is, up to “100%”. */
const SCALE = 42;
/** The plane is a square: both of its axes are shares. */
const SQUARE = 200;
/** How far apart two neighbors in a group stand on average, at most. */
const APART = 9;
/** The angle between one and the next that never comes round: the golden one (Vogel 1979, on sunflowers). */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
/** Least time, in ms, between two questions to the engine. */
const PAUSE = 120;

type At = readonly [x: number, y: number];

/** The groups that replicas fall into: who is where, how many there were, and what the equations of a large population say. */
@customElement("cp-population")
export class PopulationPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @property() empty = "";
  @state() private view: PopulationView | undefined;

  static override styles = [
    controls,
    epochs,
    css`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        max-width: 560px;
        height: auto;
      }
      svg.plane {
        max-width: 320px;
      }
      .crowd {
        stroke: var(--c, var(--soft));
        stroke-linecap: round;
        fill: none;
      }
      .none {
        --c: var(--soft);
      }
      .curve {
        stroke: var(--c);
        stroke-width: 2;
        fill: none;
      }
      .expected {
        stroke-width: 1.5;
        stroke-dasharray: 5 4;
      }
      .frame,
      .tick {
        stroke: var(--line);
        fill: none;
      }
      .trail {
        stroke: var(--ink);
        stroke-width: 1.5;
        fill: none;
      }
      circle {
        stroke: var(--ink);
        stroke-width: 1.5;
        fill: var(--paper);
      }
      circle.now,
      circle.stable {
        fill: var(--ink);
      }
      circle.now {
        fill: var(--accent);
        stroke: var(--accent);
      }
      text {
        font-size: 11px;
        fill: var(--ink);
      }
      text.scale {
        fill: var(--soft);
      }
      p {
        margin: 2px 0 8px;
        font-size: 12px;
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change", "open"], () => this.refresh());
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    }, PAUSE);
  }

  private async fetch(): Promise<void> {
    this.view = await this.run?.guard("population");
  }

  protected override render(): TemplateResult {
    const { view } = this;
    if (!view || view.groups.length === 0) return html`<p class="soft" lang="en">${this.empty}</p>`;
    const two = view.groups.length === 2;
    return html`${floor(view)} ${curves(view)}
      <p class="soft">${say("population.curves")}</p>
      ${
        two
          ? html`${plane(view)}
              <p class="soft">${say("population.plane")}</p>`
          : nothing
      }`;
  }
}

/** Where the groups stand on the floor, those who are in none in the middle. */
function places(groups: number): At[] {
  const around = Array.from({ length: groups }, (_, place): At => {
    const angle = Math.PI + (2 * Math.PI * place) / groups;
    return [WIDE / 2 + Math.cos(angle) * (WIDE / 2 - 70), FLOOR / 2 + Math.sin(angle) * (groups > 2 ? 48 : 0)];
  });
  return [[WIDE / 2, FLOOR / 2], ...around];
}

/** Everybody as a dot in its group: a path for each group, as a thousand elements would be slow. Each keeps its place in a group, whoever comes or goes. */
function floor({ groups, members }: PopulationView): TemplateResult {
  const middles = places(groups.length);
  const room = 48 / Math.sqrt(Math.max(1, members.length));
  const apart = Math.min(APART, room);
  const paths = middles.map(() => "");
  const counts = middles.map(() => 0);
  members.forEach((group, place) => {
    const [x, y] = middles[group] ?? [0, 0];
    const [far, angle] = [apart * Math.sqrt(place + 0.5), place * GOLDEN];
    paths[group] += `M${(x + far * Math.cos(angle)).toFixed(1)} ${(y + far * Math.sin(angle)).toFixed(1)}h0`;
    counts[group] = (counts[group] ?? 0) + 1;
  });
  const name = (place: number) => (place === 0 ? say("population.none") : (groups[place - 1]?.label ?? ""));
  const told = counts.map((count, place) => `${name(place)}: ${count}`).join("; ");
  return html`<svg viewBox="0 0 ${WIDE} ${FLOOR}" role="img" aria-label=${say("population.floor", { counts: told })}>
    ${paths.map((d, place) => {
      const [x] = middles[place] ?? [0, 0];
      const y = (middles[place]?.[1] ?? 0) + 48 + 18;
      return svg`<path class="crowd ${colour(groups, place)}" stroke-width=${Math.max(1.5, apart * 0.7)} d=${d || "M0 0"} />
        <text x=${x} y=${Math.min(y, FLOOR - 6)} text-anchor="middle">${name(place)} ${counts[place]}</text>`;
    })}
  </svg>`;
}

function colour(groups: PopulationView["groups"], place: number): string {
  return place === 0 ? "none" : `e${epochIndex(groups[place - 1]?.epoch ?? 0)}`;
}

function line(points: readonly At[]): string {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

/** Each group's share over time, and dashed what the equations say. */
function curves({ groups, times, shares, expected, expectedFrom }: PopulationView): TemplateResult {
  const last = times.at(-1) ?? 1;
  const x = (at: number) => SCALE + ((times[at] ?? 0) / Math.max(1, last)) * (WIDE - SCALE - 8);
  const y = (share: number) => HIGH - BORDER - share * (HIGH - BORDER - 10);
  const path = (of: readonly number[], from: number) => line(of.map((share, at): At => [x(from + at), y(share)]));
  const now = groups.map(({ label }, place) => `${label}: ${percent(shares[place]?.at(-1) ?? 0)}`).join("; ");
  return html`<svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label=${say("population.shares", { shares: now })}>
    ${[0, 0.5, 1].map(
      (share) => svg`<line class="tick" x1=${SCALE} x2=${WIDE - 8} y1=${y(share)} y2=${y(share)} />
        <text class="scale" x=${SCALE - 4} y=${y(share) + 4} text-anchor="end">${percent(share)}</text>`,
    )}
    <text class="scale" x=${WIDE - 8} y=${HIGH - 6} text-anchor="end">${duration(last)}</text>
    ${groups.map(
      (_, place) => svg`<g class=${colour(groups, place + 1)}>
        <polyline class="curve expected" points=${path(expected[place] ?? [], expectedFrom)} />
        <polyline class="curve" points=${path(shares[place] ?? [], 0)} />
      </g>`,
    )}
  </svg>`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** One group's share against the other's: the way so far, what the equations say, and where they come to rest. */
function plane({ groups, shares, expected, rests }: PopulationView): TemplateResult {
  const side = SQUARE - 2 * BORDER;
  const at = (a: number, b: number): At => [BORDER + a * side, SQUARE - BORDER - b * side];
  const trail = ([a, b]: readonly (readonly number[])[]) =>
    line((a ?? []).map((one, place) => at(one, b?.[place] ?? 0)));
  const [x, y] = at(shares[0]?.at(-1) ?? 0, shares[1]?.at(-1) ?? 0);
  const told = rests.map(({ shares: [a, b] }) => `${percent(a ?? 0)}, ${percent(b ?? 0)}`).join("; ");
  const dot = ({ shares: [a, b], stable }: PopulationView["rests"][number]): SVGTemplateResult => {
    const [cx, cy] = at(a ?? 0, b ?? 0);
    return svg`<circle class=${stable ? "stable" : ""} cx=${cx} cy=${cy} r="4" />`;
  };
  return html`<svg
    class="plane"
    viewBox="0 0 ${SQUARE} ${SQUARE}"
    role="img"
    aria-label=${say("population.rests", { rests: told })}
  >
    <path class="frame" d="M${BORDER} ${BORDER}V${SQUARE - BORDER}H${SQUARE - BORDER}Z" />
    <text x=${SQUARE - BORDER} y=${SQUARE - 7} text-anchor="end">${groups[0]?.label}</text>
    <text x="7" y=${BORDER + 8}>${groups[1]?.label}</text>
    <polyline class="trail expected" points=${trail(expected)} />
    <polyline class="trail" points=${trail(shares)} />
    ${rests.map(dot)}
    <circle class="now" cx=${x} cy=${y} r="3.5" />
  </svg>`;
}
