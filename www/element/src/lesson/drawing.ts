/** A state as a drawing for paper: who stands where, what each is and holds, what is on its way, what is cut. */
import { svg, type SVGTemplateResult } from "lit";
import { isClient, part, plain } from "@consensus-playground/engine/format.ts";
import type { Descriptor, NodeView, State } from "@consensus-playground/engine/types.ts";
import { arrange, type Place } from "../stage/layout.ts";

const [WIDTH, HEIGHT] = [620, 380];
/** How many fields of a replica are written beside it. */
const MOST_FIELDS = 2;
/** How many cells of a log are drawn. */
const MOST_CELLS = 8;

export function drawing(
  { nodes, flights, groups, cuts }: State,
  about: Descriptor | undefined,
  title: string,
): SVGTemplateResult {
  const { places } = arrange(
    nodes.map(({ id }) => id),
    undefined,
    WIDTH,
    HEIGHT,
  );
  return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${title} class="drawing">
    ${flights.slice(0, 40).map(({ from, to, kind }) => arrow(places.get(from), places.get(to), plain(kind)))}
    ${cuts.map(([from, to]) => cut(places.get(from), places.get(to)))}
    ${nodes.map((node) => disc(node, places.get(node.id), about))}
    ${groups.length > 1 ? svg`<text x="8" y="16" class="part">${groups.map((group) => group.filter((id) => !isClient(id)).join(" ")).join("  |  ")}</text>` : ""}
  </svg>`;
}

function disc(
  { id, health, replica }: NodeView,
  at: Place | undefined,
  about: Descriptor | undefined,
): SVGTemplateResult {
  if (!at) return svg``;
  const r = 22;
  const down = health === "crashed";
  const role = down ? "crashed" : part(replica?.role, about);
  const epoch = about?.epoch && replica ? `${about.epoch} ${replica.epoch}` : "";
  const right = at.side !== "left";
  const [x, anchor] = [at.x + (right ? r + 8 : -r - 8), right ? "start" : "end"];
  const lines = [[role, epoch].filter(Boolean).join(", "), ...written(replica)].filter(Boolean);
  return svg`<g>
    <circle cx=${at.x} cy=${at.y} r=${r} class=${down ? "down" : ""} />
    <text x=${at.x} y=${at.y + 6} text-anchor="middle" class="id">${id}</text>
    ${lines.map((line, place) => svg`<text x=${x} y=${at.y - 4 + place * 14} text-anchor=${anchor}>${line}</text>`)}
  </g>`;
}

/** The log as its entries' terms, and the first fields that are short enough. */
function written(replica: NodeView["replica"]): string[] {
  const fields = replica?.fields ?? [];
  const log = fields.find(({ name }) => name === "log");
  const cells = log
    ? [
        `log ${String(log.value)
          .split(/[\s,]+/)
          .slice(-MOST_CELLS)
          .join(" ")}`,
      ]
    : [];
  const short = fields.filter(({ name, value }) => name !== "log" && String(value).length <= 12).slice(0, MOST_FIELDS);
  return [...cells, ...short.map(({ name, value }) => `${plain(name)} ${String(value)}`)];
}

function arrow(from: Place | undefined, to: Place | undefined, kind: string): SVGTemplateResult {
  if (!from || !to || from === to) return svg``;
  const [x, y] = [from.x + (to.x - from.x) * 0.55, from.y + (to.y - from.y) * 0.55];
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return svg`<g>
    <line x1=${from.x} y1=${from.y} x2=${x} y2=${y} class="way" />
    <path d="M0 0 L-9 -4 L-9 4 Z" transform="translate(${x} ${y}) rotate(${angle})" />
    <text x=${x + 4} y=${y - 5} class="kind">${kind}</text>
  </g>`;
}

function cut(from: Place | undefined, to: Place | undefined): SVGTemplateResult {
  if (!from || !to) return svg``;
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  return svg`<g class="cut"><line x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y} /><text x=${x} y=${y}>✕</text></g>`;
}
