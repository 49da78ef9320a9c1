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
const LARGEST = 30;
const SMALLEST = 9;

/** Places all nodes in a rectangle of that many CSS pixels. */
export function arrange(ids: readonly string[], width: number, height: number): Layout {
  const replicas = ids.filter((id) => !isClient(id));
  const clients = ids.filter(isClient);
  const narrow = width < NARROW;
  const column = clients.length === 0 || narrow ? 0 : 84;
  const row = clients.length === 0 || !narrow ? 0 : 62;
  const places = new Map<string, Place>();
  const box = { left: column, top: 0, width: width - column, height: height - row };
  const labels = ringOfReplicas(replicas, box, narrow, places);
  clients.forEach((id, place) => {
    const share = (place + 1) / (clients.length + 1);
    const r = Math.min(17, (narrow ? width : height) / (clients.length * 2.6));
    places.set(
      id,
      narrow
        ? { x: width * share, y: height - row / 2 - 4, r, side: "below" }
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
  const r = Math.max(
    SMALLEST,
    Math.min(LARGEST, (Math.min(box.width, box.height) * 1.7) / Math.max(count, 4) / 2.2, box.height / 11),
  );
  const labels = r >= 14;
  const marginX = r + (!labels ? 12 : narrow ? 26 : 104);
  const [above, below] = labels ? [62, narrow ? 50 : 36] : [14, 14];
  const cx = box.left + box.width / 2;
  const cy = box.top + above + r + (box.height - above - below - 2 * r) / 2;
  const ry = Math.max(20, (box.height - above - below - 2 * r) / 2);
  const rx = Math.max(20, Math.min(box.width / 2 - marginX, ry * 1.8));
  // As many rings as it takes for neighbours on one not to touch.
  const room = Math.max(3, Math.floor((Math.PI * (rx + ry)) / (2 * r + 8)));
  const rings = Math.ceil(count / room);
  ids.forEach((id, place) => {
    const ring = place % rings;
    const onRing = Math.ceil((count - ring) / rings);
    const angle = (2 * Math.PI * Math.floor(place / rings)) / onRing + (ring * Math.PI) / Math.max(onRing, 1);
    const scale = 1 - ring / (rings + 0.6);
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    places.set(id, { x: cx + rx * scale * sin, y: cy - ry * scale * cos, r, side: sideOf(sin, cos, narrow) });
  });
  return labels;
}

function sideOf(sin: number, cos: number, narrow: boolean): Side {
  if (cos > 0.85) return "above";
  if (narrow || Math.abs(sin) < 0.2) return "below";
  return sin > 0 ? "right" : "left";
}
