/** The shapes of messages and roles, as SVG paths around (0, 0), for the canvas and for lists alike. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { GlyphName, Look } from "@consensus-playground/engine/types.ts";

/** A message points to the right; the stage turns it the way it flies. */
export const GLYPHS: { readonly [name in GlyphName]: string } = {
  envelope: "M-9,-6.5H9V6.5H-9ZM-9,-6.5L0,1L9,-6.5",
  tag: "M-9,-7H4L10,0L4,7H-9Z",
  box: "M-7,-7H7A2.5,2.5 0 0 1 9.5,-4.5V4.5A2.5,2.5 0 0 1 7,7H-7A2.5,2.5 0 0 1 -9.5,4.5V-4.5A2.5,2.5 0 0 1 -7,-7Z",
  disc: "M-7.5,0A7.5,7.5 0 1 1 7.5,0A7.5,7.5 0 1 1 -7.5,0Z",
  diamond: "M-9.5,0L0,-8.5L9.5,0L0,8.5Z",
  hexagon: "M-9.5,0L-5,-8H5L9.5,0L5,8H-5Z",
};

export const CROWN = "M-12,6L-12,-5L-5,0L0,-8L5,0L12,-5L12,6Z";
export const PADLOCK = "M-6,-1H6V8H-6ZM-3.6,-1V-4A3.6,3.6 0 0 1 3.6,-4V-1";
export const CHECK = "M-5,0L-1.5,4L5.5,-4.5";

const paths = new Map<string, Path2D>();

/** The same shape for a canvas. */
export function path(shape: string): Path2D {
  let found = paths.get(shape);
  if (!found) paths.set(shape, (found = new Path2D(shape)));
  return found;
}

/** A small picture of a message's shape, for lists; hollow for a reply. */
export function messageIcon(glyph: GlyphName, reply: boolean): TemplateResult {
  return html`<svg class="glyph" viewBox="-12 -11 24 22" width="20" height="18" aria-hidden="true">
    <path
      d=${GLYPHS[glyph]}
      fill=${reply ? "var(--card)" : "var(--c)"}
      stroke=${reply ? "var(--c)" : "var(--card)"}
      stroke-width="2"
    />
  </svg>`;
}

/** Points of a ring with teeth, for a Byzantine replica. */
export function serrated(r: number): string {
  const teeth = 18;
  const points = Array.from({ length: teeth * 2 }, (_, place) => {
    const radius = place % 2 ? r - 3 : r + 2.5;
    const angle = (Math.PI * place) / teeth;
    return `${(radius * Math.sin(angle)).toFixed(1)},${(-radius * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}Z`;
}

/** What tells one disc from another, apart from its colour. */
export interface DiscLook {
  look: Look;
  crashed: boolean;
  paused: boolean;
  byzantine: boolean;
  /** It leads, but another leads in a later epoch. */
  outdated: boolean;
  r: number;
}

/** A replica's disc with what marks its role: crown, dashes, padlock, second ring, teeth, cross. */
export function disc({ look, crashed, paused, byzantine, outdated, r }: DiscLook): TemplateResult {
  const size = r + 22;
  const lead = look === "lead" && !crashed;
  const fill = crashed ? "var(--dead)" : lead ? "var(--c)" : "var(--card)";
  const stroke = crashed ? "var(--edge)" : "var(--c)";
  const dash = look === "contend" && !crashed ? "5 4" : "none";
  const scale = r / 30;
  const shape = byzantine
    ? svg`<path d=${serrated(r)} fill=${fill} stroke=${stroke} stroke-width="2.5" />`
    : svg`<circle r=${r} fill=${fill} stroke=${stroke} stroke-width="2.5" stroke-dasharray=${dash} />`;
  const badge = (mark: string, filled: boolean) =>
    svg`<g transform="translate(${r * 0.78} ${-r * 0.78}) scale(${scale})">
      <circle r="12" fill="var(--paper)" stroke=${stroke} stroke-width="1.5" />
      <path d=${mark} transform="scale(.85)" fill=${filled ? stroke : "none"} stroke=${stroke} stroke-width="2.2" />
    </g>`;
  return html`<svg
    class="disc"
    viewBox="${-size} ${-size} ${2 * size} ${2 * size}"
    width=${2 * size}
    height=${2 * size}
    aria-hidden="true"
  >
    ${shape}
    ${look === "done" && !crashed ? svg`<circle r=${r - 4.5} fill="none" stroke=${stroke} stroke-width="1.5" />` : nothing}
    ${lead ? svg`<g class="crown ${outdated ? "outdated" : ""}"><path d=${CROWN} fill=${outdated ? "var(--paper)" : "var(--c)"} stroke="var(--c)" stroke-width=${outdated ? 2 : 0} transform="translate(0 ${-r - 10}) scale(${Math.max(scale, 0.6)})" /></g>` : nothing}
    ${look === "blocked" && !crashed ? badge(PADLOCK, true) : nothing}
    ${look === "done" && !crashed ? badge(CHECK, false) : nothing}
    ${crashed ? svg`<path d="M${-r * 0.68},${-r * 0.68}L${r * 0.68},${r * 0.68}M${r * 0.68},${-r * 0.68}L${-r * 0.68},${r * 0.68}" stroke="var(--on-dead)" stroke-width="2" opacity="0.55" />` : nothing}
    ${paused ? svg`<path d="M-5,${r * 0.55}v8M5,${r * 0.55}v8" stroke="var(--ink)" stroke-width="3.5" />` : nothing}
  </svg>`;
}
