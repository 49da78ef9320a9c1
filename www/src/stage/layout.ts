/** Where nodes stand: replicas on a ring (several, where they are many), clients outside it. */
import { isClient } from "../format.ts";

export type Side = "above" | "below" | "left" | "right";

export interface Place {
  x: number;
  y: number;
  /** Radius of the disc, in CSS pixels. */
  r: number;
  /** On which side its label has room. */
  side: Side;
}

export interface Layout {
  width: number;
  height: number;
  places: Map<string, Place>;
  /** Whether discs are big enough for words beside them. */
  labels: boolean;
}

/** Below this width, in CSS pixels, labels stand under the discs instead of beside them. */
const NARROW = 560;
/** Radii of discs, in CSS pixels: where there is much room, usually, and where there are hundreds. */
const LARGEST = 46;
const USUAL = 30;
const SMALLEST = 9;

/** Up to how many discs are sure to stand on one ring. */
const ONE_RING = 9;

/** Around a grid of discs, in CSS pixels. */
const EDGE = 6;

/** Places all nodes in a rectangle of that many CSS pixels. */
export function arrange(ids: readonly string[], width: number, height: number): Layout {
  const replicas = ids.filter((id) => !isClient(id));
  const clients = ids.filter(isClient);
  const narrow = width < NARROW;
  const column = clients.length === 0 || narrow ? 0 : 84;
  const row = clients.length === 0 || !narrow ? 0 : 80;
  const places = new Map<string, Place>();
  const box = { left: column, top: 0, width: width - column, height: height - row };
  const labels = ringOfReplicas(replicas, box, narrow, places);
  clients.forEach((id, place) => {
    const share = (place + 1) / (clients.length + 1);
    const r = Math.min(17, (narrow ? width : height) / (clients.length * 2.6));
    places.set(
      id,
      narrow
        ? { x: width * share, y: height - row + r + 2, r, side: "below" }
        : { x: 52, y: box.height * share, r, side: "below" },
    );
  });
  return { width, height, places, labels };
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function ringOfReplicas(ids: readonly string[], box: Box, narrow: boolean, places: Map<string, Place>): boolean {
  const count = ids.length;
  const side = Math.min(box.width, box.height);
  const largest = Math.min(LARGEST, Math.max(USUAL, side / 16));
  const r = Math.max(
    SMALLEST,
    Math.min(largest, (side * 1.7) / Math.max(count, 4) / 2.2, box.height / (narrow ? 12.5 : 11)),
  );
  const labels = r >= 14;
  const marginX = r + (!labels ? 12 : narrow ? 26 : 104);
  // An odd number of discs on one ring has none at its foot: there is more room for it then, and where labels stand beside
  // their discs, none is needed for a label below.
  const lowest = count % 2 === 0 || count > ONE_RING ? 1 : Math.cos(Math.PI / count);
  const [above, below] = labels ? [62, lowest < 1 && !narrow ? 24 : 50] : [14, 14];
  const cx = box.left + box.width / 2;
  const ry = Math.max(20, (box.height - above - below - 2 * r) / (1 + lowest));
  const cy = box.top + above + r + ry;
  const rx = Math.max(20, Math.min(box.width / 2 - marginX, ry * (narrow ? 2.6 : 1.8)));
  if (!labels) {
    grid(ids, box, places);
    return labels;
  }
  for (const ring of rings(count, Math.floor((Math.PI * (rx + ry)) / (2 * r + 6)))) {
    for (let place = 0; place < ring.size; place += 1) {
      const id = ids[ring.first + place] ?? "";
      const angle = (2 * Math.PI * place) / ring.size;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      places.set(id, {
        x: cx + rx * ring.scale * sin,
        y: cy - ry * ring.scale * cos,
        r,
        side: sideOf(sin, cos, narrow),
      });
    }
  }
  return labels;
}

/** Hundreds stand in rows, in the order of their numbers: the only way in which each keeps a button's room. */
function grid(ids: readonly string[], box: Box, places: Map<string, Place>): void {
  const [width, height] = [Math.max(1, box.width - 2 * EDGE), Math.max(1, box.height - 2 * EDGE)];
  let columns = Math.max(1, Math.round(Math.sqrt((ids.length * width) / height)));
  // One column more or less may leave the larger of the two distances smaller.
  const gap = (count: number) => Math.min(width / count, height / Math.ceil(ids.length / count));
  while (gap(columns + 1) > gap(columns)) columns += 1;
  while (columns > 1 && gap(columns - 1) > gap(columns)) columns -= 1;
  const rows = Math.ceil(ids.length / columns);
  const r = Math.max(SMALLEST, Math.min(13, gap(columns) * 0.36));
  ids.forEach((id, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    const x = box.left + EDGE + ((column + 0.5) * width) / columns;
    places.set(id, { x, y: box.top + EDGE + ((row + 0.5) * height) / rows, r, side: "below" });
  });
}

interface Ring {
  first: number;
  size: number;
  /** Its radius, as a part of the outermost one's. */
  scale: number;
}

/** Shares so many discs among as few rings as it takes, each as full as its length allows. */
function rings(count: number, room: number): Ring[] {
  const outermost = Math.max(3, room);
  for (let number = 1; ; number += 1) {
    const scales = Array.from({ length: number }, (_, ring) => 1 - (0.75 * ring) / number);
    const total = scales.reduce((sum, scale) => sum + scale, 0);
    if (total * outermost < count && number < 8) continue;
    let first = 0;
    return scales.map((scale, ring) => {
      const size = ring === number - 1 ? count - first : Math.round((count * scale) / total);
      first += size;
      return { first: first - size, size, scale };
    });
  }
}

function sideOf(sin: number, cos: number, narrow: boolean): Side {
  // Links, and the messages on them, lead into the ring: on a narrow page, too, a label stands on its outer side.
  if (cos > (narrow ? 0.2 : 0.85)) return "above";
  if (narrow || Math.abs(sin) < 0.2) return "below";
  return sin > 0 ? "right" : "left";
}
