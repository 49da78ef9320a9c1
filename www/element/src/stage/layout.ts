/** Where nodes stand: replicas in the shape of their topology, or on rings where all are linked to all; clients outside it. */
import type { Topology } from "@consensus-playground/engine/types.ts";
import { isClient } from "@consensus-playground/engine/format.ts";
import { onMap, type MapBox } from "./world.ts";
import { closed, closest, grid, hops, star, type Point, type Room, type Place, type Side } from "./graphs.ts";

export type { Place, Side };

export interface Layout {
  width: number;
  height: number;
  places: Map<string, Place>;
  /** Whether discs are big enough for words beside them. */
  labels: boolean;
  /** Whether discs stand so low above each other that the words beside each have one line only. */
  low: boolean;
  /** Whether replicas stand too near each other for a button each. */
  crowded: boolean;
  /** Whether the words beside two neighbors would lie on each other if each had some. */
  close: boolean;
  /** The links between replicas that are drawn. */
  links: LinkPlace[];
  /** Where the map of the world is, if replicas stand on it. */
  map?: MapBox;
}

export interface LinkPlace {
  a: string;
  b: string;
  from: Place;
  to: Place;
}

/** Below this width, in CSS pixels, labels stand under the discs instead of beside them. */
const NARROW = 560;
/** Radii of discs, in CSS pixels: where there is much room, usually, and where there are hundreds. */
const LARGEST = 46;
const USUAL = 30;
const SMALLEST = 9;
/** From this radius on, a disc has words beside it. */
const LABELLED = 14;
/** Rather than smaller than this, discs have no cells beside them. */
const LEGIBLE = 16;
/** How far discs keep apart, with a timer's arc around each; and where they are small. */
const GAP = 19;
const SMALL_GAP = 8;
/** Radii of what stands without words. */
const LARGEST_DOT = 13;
const SMALLEST_DOT = 2;
/** How much room a button needs, in CSS pixels. */
const BUTTON = 24;
/** Above this many replicas that are all linked to each other no link is drawn. */
const MOST_LINKED = 24;
/** Up to how many replicas with links drawn by chance stand on one ring. */
const MOST_IN_A_ROUND = 12;

/** So many discs stand in the corners of a square on a wide page: each has room for words on its outer side. */
const CORNERS = 4;
/** Up to how many clients have their words beside them on a narrow page. */
const FEW_CLIENTS = 2;
/** By how much what is decided reaches below a disc. */
const CHIP = 8;

/** Up to how many discs are sure to stand on one ring. */
const ONE_RING = 9;

/** Up to how many discs their words have room beside them on every ring, and from which distance on they have in any case. */
const FEW_ON_A_RING = 10;
const ROOMY = 84;

/** How many times as wide as high an oval of discs may be. */
const FLATTEST = 3.4;
/** From this radius on, a disc has room for its epoch below its number. */
export const BADGED = 16;

/** How high a line of words beside a disc is. */
const WORDS = 16;

/** Around a grid of discs, in CSS pixels. */
const EDGE = 6;

/** How high a row of cells is that stands with the words beside a disc, in CSS pixels. */
export const CELL_ROW = 17;

/** Places all nodes in a rectangle of that many CSS pixels, with so many rows of cells beside each replica. */
export function arrange(
  ids: readonly string[],
  topology: Topology | undefined,
  width: number,
  height: number,
  rows = 0,
): Layout {
  const replicas = ids.filter((id) => !isClient(id));
  if (topology?.kind === "world") {
    const { places, map } = onMap(ids, topology.regions, width, height, rows * CELL_ROW);
    return {
      width,
      height,
      places,
      labels: true,
      low: false,
      crowded: false,
      close: false,
      links: linked(replicas, topology, places),
      map,
    };
  }
  const clients = ids.filter(isClient);
  const narrow = width < NARROW;
  const column = clients.length === 0 || narrow ? 0 : 84;
  const row = clients.length === 0 || !narrow ? 0 : clients.length <= FEW_CLIENTS ? 54 : 80;
  const places = new Map<string, Place>();
  const box = { left: column, top: 0, width: width - column, height: height - row, cells: rows * CELL_ROW };
  const labels = placeReplicas(replicas, topology, box, narrow, places);
  const crowded = replicas.length > 1 && closest([...places.values()]) < BUTTON;
  const close = labels && replicas.length > FEW_ON_A_RING && closest([...places.values()]) < ROOMY;
  const links = linked(replicas, topology, places);
  clients.forEach((id, place) => {
    const share = (place + 1) / (clients.length + 1);
    const r = Math.min(17, Math.max(SMALLEST_DOT, ((narrow ? width : height) / (clients.length + 1) - SMALL_GAP) / 2));
    places.set(
      id,
      narrow
        ? clients.length <= FEW_CLIENTS
          ? { x: (width * (place + 0.5)) / clients.length - 50, y: height - row / 2, r, side: "right" }
          : { x: width * share, y: height - row + r + 2, r, side: "below" }
        : { x: 52, y: box.height * share, r, side: "below" },
    );
  });
  return { width, height, places, labels, low: labels && low(replicas, places, box.cells), crowded, close, links };
}

/** Whether what stands beside two discs, a line for the role, one for votes and the cells, would lie on each other. */
function low(ids: readonly string[], places: ReadonlyMap<string, Place>, cells: number): boolean {
  return (["left", "right"] as const).some((side) => {
    const heights = ids
      .map((id) => places.get(id))
      .flatMap((one) => (one?.side === side ? [one.y] : []))
      .sort((a, b) => a - b);
    return heights.some((y, place) => place > 0 && y - (heights[place - 1] ?? y) < 2 * WORDS + cells);
  });
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
  /** The height of the cells beside each disc. */
  cells: number;
}

/** Places the replicas, and says whether there is room for words beside them. */
function placeReplicas(
  ids: readonly string[],
  topology: Topology | undefined,
  box: Box,
  narrow: boolean,
  places: Map<string, Place>,
): boolean {
  const corners = ids.length === CORNERS && !narrow && topology?.kind !== "star";
  const hub = topology?.kind === "star";
  const ring = apart(hub ? ids.length - 1 : ids.length, box, narrow, corners, hub);
  switch (topology?.kind) {
    case "star":
      if (!ring?.labels) return dots(ids, (room) => star(ids.length, room), box, places);
      places.set(ids[0] ?? "", { x: ring.cx, y: ring.cy, r: ring.r, side: "below" });
      onRing(ids.slice(1), ring, narrow, places);
      return true;
    case "grid":
      return inGrid(ids, topology.columns, box, places);
    case "random":
      if (ids.length > MOST_IN_A_ROUND) return dots(ids, (room) => hops(ids.length, topology.links, room), box, places);
      if (!ring) return dots(ids, (room) => closed(ids.length, room), box, places);
      break;
    case "ring":
    case "small-world":
      if (!ring?.labels) return dots(ids, (room) => closed(ids.length, room), box, places);
      break;
    case "full":
    case undefined:
    default:
      if (!ring) {
        rows(ids, box, places);
        return false;
      }
  }
  onRing(ids, ring, narrow, places);
  return ring.labels;
}

/** Discs on an oval, from the middle of it, with a gap between any two. */
interface Ring extends Oval {
  points: Point[];
}

/**
 * The ring with the largest discs that keep apart: at equal angles where that is enough, for it looks best; else at equal
 * distances. Rather no cells beside the discs than small discs, and rather no words than discs that touch.
 */
function apart(count: number, box: Box, narrow: boolean, corners: boolean, hub: boolean): Ring | undefined {
  const tries = [
    { cells: box.cells, from: LARGEST, to: LEGIBLE },
    { cells: 0, from: LARGEST, to: LABELLED },
    { cells: 0, from: LABELLED - 1, to: SMALLEST },
  ];
  for (const { cells, from, to } of tries) {
    const largest = Math.min(from, radius(hub ? count + 1 : count, box, narrow));
    for (let r = largest; r >= to; r -= 1) {
      const oval = measured(count, { ...box, cells }, narrow, corners, r);
      // Halfway round, none stands at the top or the foot: for words that stand beside their discs.
      const turns = narrow || corners ? [0] : [0, Math.PI / count];
      const ways = [byAngle(count, oval, oval.start), ...turns.map((turn) => closed(count, oval, turn))];
      const gap = 2 * r + (oval.labels ? GAP : SMALL_GAP);
      const points = ways.find((way) => closest(hub ? [{ x: 0, y: 0 }, ...way] : way) >= gap);
      if (points) return { ...oval, points };
    }
  }
  return undefined;
}

/** An oval for so many discs: its middle, its radii, and those of the discs. */
interface Oval {
  cx: number;
  cy: number;
  rx: number;
  ry: number;
  r: number;
  /** Whether there is room for words beside them. */
  labels: boolean;
  /** Where the first disc stands, clockwise from the top. */
  start: number;
}

/** How large so many discs may be. */
function radius(count: number, box: Box, narrow: boolean): number {
  const side = Math.min(box.width, box.height);
  const largest = Math.min(LARGEST, Math.max(USUAL, side / 16));
  // On a low picture a disc keeps room for its epoch: whether such discs keep apart is measured.
  const high = Math.max(BADGED, box.height / (narrow ? 12.5 : 11));
  return Math.min(largest, (side * 1.7) / Math.max(count, 4) / 2.2, high);
}

function measured(count: number, box: Box, narrow: boolean, corners: boolean, r: number): Oval {
  const labels = r >= LABELLED;
  const marginX = r + (!labels ? 12 : narrow ? 26 : 104);
  // An odd number of discs on one ring has none at its foot: there is more room for it then, and where labels stand beside
  // their discs, none is needed for a label below.
  const lowest = corners
    ? Math.SQRT1_2
    : count % 2 === 0 || count === 1 || count > ONE_RING
      ? 1
      : Math.cos(Math.PI / count);
  const low = lowest < 1 && !narrow ? 24 : 50 + box.cells + (box.cells > 0 && !narrow ? CHIP : 0);
  const [above, below] = !labels ? [14, 14] : corners ? [44, 24] : [62 + box.cells, low];
  const highest = corners ? Math.SQRT1_2 : 1;
  const ry = Math.max(20, (box.height - above - below - 2 * r) / (highest + lowest));
  const rx = Math.max(20, Math.min(box.width / 2 - marginX, narrow ? FLATTEST * ry : wide(ry, r)));
  const cx = box.left + box.width / 2;
  const cy = box.top + above + r + ry * highest;
  return { cx, cy, rx, ry, r, labels, start: corners ? -Math.PI / CORNERS : 0 };
}

/** Half the width of an oval beside whose discs words stand: where it is low, wider, so that partitions' hulls keep apart. */
function wide(ry: number, r: number): number {
  return Math.max(1.8 * ry, Math.min(FLATTEST * ry, 8 * r));
}

function byAngle(count: number, { rx, ry }: Room, start: number): Point[] {
  const angles = Array.from({ length: count }, (_, place) => start + (2 * Math.PI * place) / count);
  return angles.map((angle) => ({ x: rx * Math.sin(angle), y: -ry * Math.cos(angle) }));
}

function onRing(ids: readonly string[], ring: Ring, narrow: boolean, places: Map<string, Place>) {
  const { cx, cy, rx, ry, r } = ring;
  ring.points.forEach(({ x, y }, place) => {
    const side = sideOf(x / rx, -y / ry, narrow, ring.points.length > FEW_ON_A_RING);
    places.set(ids[place] ?? "", { x: cx + x, y: cy + y, r, side });
  });
}

/** A graph without words, in all the room there is. */
function dots(ids: readonly string[], embed: (room: Room) => Point[], box: Box, places: Map<string, Place>): false {
  const margin = LARGEST_DOT + EDGE;
  const room = { rx: Math.max(20, box.width / 2 - margin), ry: Math.max(20, box.height / 2 - margin) };
  // What is round stays nearly so: on a wide page an oval of twice its height would look flat.
  room.rx = Math.min(room.rx, 1.8 * room.ry);
  room.ry = Math.min(room.ry, 1.8 * room.rx);
  const points = embed(room);
  const r = Math.min(LARGEST_DOT, Math.max(SMALLEST_DOT, closest(points) * 0.36));
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
  ids.forEach((id, place) => {
    const { x, y } = points[place] ?? { x: 0, y: 0 };
    places.set(id, { x: cx + x, y: cy + y, r, side: "below" });
  });
  return false;
}

/** A grid of columns and rows; with words below its discs where there is room. */
function inGrid(ids: readonly string[], columns: number, box: Box, places: Map<string, Place>): boolean {
  const room = { rx: Math.max(20, box.width / 2 - EDGE), ry: Math.max(20, box.height / 2 - EDGE) };
  const points = grid(ids.length, Math.max(1, columns), room);
  const gap = (pick: (point: Point) => number, whole: number) => whole / new Set(points.map(pick)).size;
  const [across, down] = [gap(({ x }) => Math.round(x), 2 * room.rx), gap(({ y }) => Math.round(y), 2 * room.ry)];
  const labels = across >= 110 && down >= 104;
  const r = labels
    ? Math.min(USUAL, (down - 50) * 0.4)
    : Math.min(LARGEST_DOT, Math.max(SMALLEST_DOT, Math.min(across, down) * 0.36));
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2 - (labels ? 16 : 0)];
  ids.forEach((id, place) => {
    const { x, y } = points[place] ?? { x: 0, y: 0 };
    places.set(id, { x: cx + x, y: cy + y, r, side: "below" });
  });
  return labels;
}

/** The links that are drawn: those of the topology; where all are linked to all, as long as they can be told apart. */
function linked(ids: readonly string[], topology: Topology | undefined, places: Map<string, Place>): LinkPlace[] {
  const links: LinkPlace[] = [];
  const add = (a: string, b: string) => {
    const [from, to] = [places.get(a), places.get(b)];
    if (from && to) links.push({ a, b, from, to });
  };
  if (topology && topology.kind !== "full") {
    for (let place = 0; place + 1 < topology.links.length; place += 2)
      add(String(topology.links[place]), String(topology.links[place + 1]));
  } else if (ids.length <= MOST_LINKED) ids.forEach((a, place) => ids.slice(place + 1).forEach((b) => add(a, b)));
  return links;
}

/** Hundreds without a shape stand in rows, in the order of their numbers: the only way in which each keeps a button's room. */
function rows(ids: readonly string[], box: Box, places: Map<string, Place>): void {
  const [width, height] = [Math.max(1, box.width - 2 * EDGE), Math.max(1, box.height - 2 * EDGE)];
  let columns = Math.max(1, Math.round(Math.sqrt((ids.length * width) / height)));
  // One column more or less may leave the larger of the two distances smaller.
  const gap = (count: number) => Math.min(width / count, height / Math.ceil(ids.length / count));
  while (gap(columns + 1) > gap(columns)) columns += 1;
  while (columns > 1 && gap(columns - 1) > gap(columns)) columns -= 1;
  const down = Math.ceil(ids.length / columns);
  const r = Math.max(gap(columns) < BUTTON ? SMALLEST_DOT : SMALLEST, Math.min(LARGEST_DOT, gap(columns) * 0.36));
  ids.forEach((id, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    const x = box.left + EDGE + ((column + 0.5) * width) / columns;
    places.set(id, { x, y: box.top + EDGE + ((row + 0.5) * height) / down, r, side: "below" });
  });
}

function sideOf(sin: number, cos: number, narrow: boolean, many: boolean): Side {
  // Links, and the messages on them, lead into the ring: on a narrow page, too, a label stands on its outer side.
  if (cos > (narrow ? 0.2 : 0.85)) return "above";
  // Where many stand close on the ring, what is beside a disc at the bottom would lie on the next one.
  if (narrow || Math.abs(sin) < 0.2 || (many && cos < -0.7)) return "below";
  return sin > 0 ? "right" : "left";
}
