/** The map behind replicas that stand on the world's continents: outlines, drawn by hand, and the regions' names. */
import { LitElement, css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Topology } from "@consensus-playground/engine/types.ts";
import type { Layout } from "./layout.ts";
import { EDGES, NAME, regionOf } from "./world.ts";

/** Land, in degrees east and north, corner after corner. */
const LAND = [
  // North and South America, Greenland, Iceland
  "-135 69 -125 70 -110 68 -95 68 -94 60 -87 56 -80 52 -78 58 -77 62 -70 61 -64 59 -56 52 -66 50 -60 46 -70 43 -74 40 -76 35 -81 31 -80 25 -83 29 -90 30 -97 27 -97 22 -95 18 -91 19 -87 21 -88 16 -83 14 -83 9 -78 8 -84 9 -90 14 -96 16 -105 20 -112 30 -117 33 -121 35 -124 40 -124 48 -130 54 -135 58",
  "-78 8 -72 12 -62 11 -52 5 -50 0 -44 -2 -35 -6 -39 -14 -41 -22 -48 -26 -54 -34 -58 -37 -62 -39 -65 -45 -69 -51 -68 -55 -73 -52 -74 -45 -73 -37 -71 -30 -70 -18 -76 -14 -81 -6 -80 0 -77 4",
  "-45 60 -22 70 -22 74 -58 74 -53 67",
  "-22 64 -14 65 -18 66",
  // Africa, Madagascar
  "-6 36 10 37 11 33 20 31 32 31 35 28 37 21 43 12 51 12 48 5 41 -2 40 -10 35 -20 35 -24 32 -29 26 -34 18 -34 15 -27 12 -17 13 -8 9 -1 9 4 4 6 -8 4 -13 9 -17 14 -16 21 -13 27 -9 31",
  "49 -12 50 -16 47 -25 44 -23 44 -17",
  // Europe and Asia, Britain, Ireland, Japan
  "-9 43 -9 37 -5 36 0 39 3 42 8 44 12 42 16 38 18 40 13 45 19 42 22 37 24 40 27 37 36 36 34 31 39 21 43 13 52 16 59 22 56 26 51 25 48 30 57 26 67 25 72 21 73 15 77 8 80 13 80 16 87 21 91 22 94 16 98 17 98 8 103 2 104 1 100 13 105 9 109 12 106 20 113 22 120 26 122 31 119 37 122 40 125 38 127 34 129 36 127 40 132 43 140 48 141 53 137 54 143 59 155 59 156 52 162 58 163 62 175 62 175 69 160 70 140 72 113 73 90 73 80 72 70 70 68 68 55 68 44 66 40 64 33 66 41 67 28 71 20 70 12 65 5 61 6 58 11 59 12 56 18 60 18 63 24 66 22 61 28 60 23 58 20 55 10 54 8 57 8 54 4 52 -1 49 -4 48 -1 44",
  "-5 50 1 51 -1 54 -3 58 -6 56 -3 54",
  "-10 52 -6 52 -6 55 -9 55",
  "130 32 136 34 141 36 142 40 145 43 141 45 140 41 136 37 131 34",
  // The islands between Asia and Australia, Australia, New Zealand
  "95 5 103 0 106 -6 115 -8 105 -7 98 1",
  "109 1 117 7 118 1 114 -4 110 -2",
  "131 -1 141 -3 147 -6 150 -10 141 -9 134 -4",
  "120 18 122 14 126 7 122 9",
  "114 -22 122 -18 126 -14 131 -12 136 -12 136 -16 141 -17 142 -11 146 -19 153 -25 153 -31 150 -37 146 -39 140 -38 136 -33 131 -31 124 -33 116 -35 115 -31",
  "173 -35 178 -38 174 -42 167 -46 172 -41",
];

@customElement("cp-map")
export class WorldMap extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      pointer-events: none;
    }
    svg {
      position: absolute;
      overflow: visible;
    }
    path {
      fill: var(--map-land, color-mix(in srgb, var(--ink) 9%, transparent));
    }
    span {
      position: absolute;
      transform: translate(-50%, -50%);
      font-size: 0.75rem;
      color: var(--soft);
      white-space: nowrap;
    }
    @media (forced-colors: active) {
      path {
        fill: none;
        stroke: GrayText;
        stroke-width: 0.4;
      }
    }
  `;

  @property({ attribute: false }) layout: Layout | undefined;
  @property({ attribute: false }) topology: Topology | undefined;

  protected override render(): TemplateResult | undefined {
    const { layout, topology } = this;
    const map = layout?.map;
    if (!layout || !map || !topology) return undefined;
    const { west, east, north, south } = EDGES;
    const names = [...layout.places].slice(0, topology.regions.length);
    return html`<svg
        aria-hidden="true"
        preserveAspectRatio="none"
        viewBox="${west} ${-north} ${east - west} ${north - south}"
        style="left:${map.left}px;top:${map.top}px;width:${map.width}px;height:${map.height}px"
      >
        ${LAND.map((land) => svg`<path d=${outline(land)}></path>`)}
      </svg>
      ${names.map(
        ([id, at]) =>
          html`<span aria-hidden="true" style="left:${at.x}px;top:${at.y + at.r + NAME}px"
            >${regionOf(id, topology)}</span
          >`,
      )}`;
  }
}

/** Degrees north grow upwards, a picture's heights downwards. */
function outline(land: string): string {
  const numbers = land.split(" ").map(Number);
  const corners = numbers.flatMap((x, place) => (place % 2 === 0 ? [`${x} ${-(numbers[place + 1] ?? 0)}`] : []));
  return `M${corners.join("L")}Z`;
}
