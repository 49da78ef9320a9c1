/** Small drawings of runs, as SVG that stands in the page: what the core says, at one moment or for a few seconds. */
import type { Descriptor, MessageView, NodeView, StateView } from "./core.ts";

const [WIDTH, HEIGHT] = [240, 150];
/** Up to how many replicas all links are drawn, and each has its number. */
const FEW = 10;
/** How many messages fly in a moving picture, and for how many seconds before it begins again. */
const MOST_FLYING = 24;
const LOOP = 8;

interface Place {
  x: number;
  y: number;
  r: number;
}

export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** A run at one moment. The drawing says nothing that the words beside it don't: it is hidden from those who hear the page. */
export function drawing(state: StateView, about: Descriptor, more = ""): string {
  const replicas = state.nodes.filter(({ replica }) => replica);
  const places = arranged(replicas);
  const broken = state.violations.length > 0;
  const links = replicas.length <= FEW ? linked(replicas, places, state.groups) : "";
  const flying = state.flights.slice(0, MOST_FLYING).map(({ from, to }) => between(places.get(from), places.get(to)));
  const discs = replicas.map((node) => disc(node, places.get(node.id), about));
  const cross = broken ? `<path class="broken" d="M219 9l12 12M231 9l-12 12"/>` : "";
  return `<svg class="drawing" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${links}${more}${flying.join("")}${discs.join("")}${cross}</svg>`;
}

/** The same with the messages of a stretch of time on their ways, again and again; they stand still where motion is unwanted. */
export function moving(
  state: StateView,
  messages: readonly MessageView[],
  about: Descriptor,
  name: string,
  until: number,
): string {
  const places = arranged(state.nodes.filter(({ replica }) => replica));
  const seen = messages.filter(({ from, to, sent }) => places.has(from) && places.has(to) && sent < until);
  const step = Math.max(1, Math.ceil(seen.length / MOST_FLYING));
  const chosen = seen.filter((_, place) => place % step === 0);
  const percent = (time: number) => Math.round(Math.min(98, Math.max(1, (time / until) * 98)) * 10) / 10;
  let rules = "";
  const dots = chosen.map(({ from, to, sent, due }, place) => {
    const [a, b] = [places.get(from) as Place, places.get(to) as Place];
    const [start, end] = [percent(sent), Math.min(99, percent(due) + 1)];
    const at = ({ x, y }: Place) => `transform:translate(${x}px,${y}px)`;
    rules += `@keyframes ${name}${place}{0%,${start}%{${at(a)};opacity:0}${start + 0.1}%{opacity:1}${end}%{${at(b)};opacity:1}${end + 0.1}%,100%{${at(b)};opacity:0}}`;
    const middle = `transform:translate(${(a.x + b.x) / 2}px,${(a.y + b.y) / 2}px)`;
    return `<circle class="fly" r="4" style="${middle};animation-name:${name}${place}"/>`;
  });
  const style = `<style>${rules}.fly{animation:${LOOP}s linear infinite}</style>`;
  return drawing({ ...state, flights: [] }, about, style + dots.join(""));
}

/** On an oval; hundreds in rows. */
function arranged(nodes: readonly NodeView[]): Map<string, Place> {
  const count = nodes.length;
  const places = new Map<string, Place>();
  nodes.forEach(({ id }, place) => {
    const angle = (2 * Math.PI * place) / count;
    const columns = Math.ceil(Math.sqrt(count * 1.6));
    const r = count <= 7 ? 15 : count <= FEW ? 12 : count <= 40 ? 5 : 2.5;
    const [x, y] =
      count <= 40
        ? [WIDTH / 2 + 84 * Math.sin(angle), HEIGHT / 2 + 4 - 50 * Math.cos(angle)]
        : [
            14 + ((place % columns) * (WIDTH - 28)) / Math.max(1, columns - 1),
            14 + (Math.floor(place / columns) * (HEIGHT - 28)) / Math.max(1, Math.ceil(count / columns) - 1),
          ];
    places.set(id, { x: Math.round(x), y: Math.round(y), r });
  });
  return places;
}

function linked(
  nodes: readonly NodeView[],
  places: Map<string, Place>,
  groups: readonly (readonly string[])[],
): string {
  const group = (id: string) => groups.findIndex((one) => one.includes(id));
  const lines = nodes.flatMap(({ id: a }, place) =>
    nodes.slice(place + 1).map(({ id: b }) => {
      const [from, to] = [places.get(a), places.get(b)];
      if (!from || !to || group(a) !== group(b)) return "";
      return `M${from.x} ${from.y}L${to.x} ${to.y}`;
    }),
  );
  return `<path class="link" d="${lines.join("")}"/>`;
}

function between(from: Place | undefined, to: Place | undefined): string {
  if (!from || !to) return "";
  return `<circle class="flight" cx="${Math.round((from.x + 2 * to.x) / 3)}" cy="${Math.round((from.y + 2 * to.y) / 3)}" r="4"/>`;
}

function disc(node: NodeView, at: Place | undefined, about: Descriptor): string {
  if (!at) return "";
  const look = about.roles.find(({ name }) => name === node.replica?.role)?.look ?? "follow";
  const kinds = ["node", look, node.health === "up" ? "" : "down", node.byzantine ? "liar" : ""].filter(Boolean);
  const name = at.r >= 12 ? `<text x="${at.x}" y="${at.y + 5}">${escaped(node.id)}</text>` : "";
  return `<g class="${kinds.join(" ")}"><circle cx="${at.x}" cy="${at.y}" r="${at.r}"/>${name}</g>`;
}
