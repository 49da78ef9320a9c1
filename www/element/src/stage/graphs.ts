/** Where the vertices of a sparse graph stand, so that those with a link stand near each other: in pixels from the middle. */

export interface Point {
  x: number;
  y: number;
}

export type Side = "above" | "below" | "left" | "right";

export interface Place {
  x: number;
  y: number;
  /** Radius of the disc, in CSS pixels. */
  r: number;
  /** On which side its label has room. */
  side: Side;
}

/** Around which room there is: half the width and half the height. */
export interface Room {
  rx: number;
  ry: number;
}

/** The distance between neighbours on a closed line below which the line makes waves, for more room. */
const TIGHT = 14;
/** How far the waves lead in, as a part of the radius. */
const DEPTH = 0.6;
/** How much of the radius stays free around the hub of a star. */
const CLEAR = 0.2;
/** The angle between one seed of a sunflower and the next. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** On a closed line, at equal distances, from an angle on clockwise: an oval, or a wavy one where they are many. */
export function closed(count: number, { rx, ry }: Room, start = 0): Point[] {
  const radius = (rx + ry) / 2;
  const oval = 2 * Math.PI * radius;
  // Two strands of a wave must not come nearer to each other at their inner ends than neighbours on them.
  const most = Math.floor((2 * Math.PI * Math.min(rx, ry) * (1 - DEPTH)) / (3 * TIGHT));
  const waves = oval / count >= TIGHT ? 0 : Math.min(most, Math.ceil((count * TIGHT) / (2 * DEPTH * radius)));
  const scale = (angle: number) => (waves < 2 ? 1 : 1 - (DEPTH * (1 - Math.cos(waves * angle))) / 2);
  const samples = Math.max(720, 24 * waves, 4 * count);
  const line = Array.from({ length: samples + 1 }, (_, place) => {
    const angle = start + (2 * Math.PI * place) / samples;
    return { x: rx * scale(angle) * Math.sin(angle), y: -ry * scale(angle) * Math.cos(angle) };
  });
  return evenly(line, count);
}

/** So many points along a line, at equal distances; the last is as far from the first. */
function evenly(line: readonly Point[], count: number): Point[] {
  const lengths = [0];
  line.slice(1).forEach((to, place) => {
    const from = line[place] ?? to;
    lengths.push((lengths[place] ?? 0) + Math.hypot(to.x - from.x, to.y - from.y));
  });
  const whole = lengths.at(-1) ?? 0;
  let at = 0;
  return Array.from({ length: count }, (_, place) => {
    const wanted = (whole * place) / count;
    while (at < line.length - 2 && (lengths[at + 1] ?? 0) < wanted) at += 1;
    const [from, to] = [line[at] ?? { x: 0, y: 0 }, line[at + 1] ?? { x: 0, y: 0 }];
    const span = (lengths[at + 1] ?? 0) - (lengths[at] ?? 0);
    const part = span > 0 ? (wanted - (lengths[at] ?? 0)) / span : 0;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  });
}

/** The hub in the middle; the others around it on an oval, or filling it like the seeds of a sunflower where they are many. */
export function star(count: number, room: Room): Point[] {
  const hub = { x: 0, y: 0 };
  const leaves = count - 1;
  if ((Math.PI * (room.rx + room.ry)) / Math.max(1, leaves) >= 2 * TIGHT) return [hub, ...closed(leaves, room)];
  const seeds = Array.from({ length: leaves }, (_, place) => {
    const radius = Math.sqrt(CLEAR ** 2 + (1 - CLEAR ** 2) * ((place + 0.5) / leaves));
    return { x: room.rx * radius * Math.sin(place * GOLDEN), y: -room.ry * radius * Math.cos(place * GOLDEN) };
  });
  return [hub, ...seeds];
}

/** Rows and columns, the longer side along the longer side of the room. */
export function grid(count: number, columns: number, { rx, ry }: Room): Point[] {
  const rows = Math.ceil(count / columns);
  const upright = columns > rows !== rx > ry;
  const [across, down] = upright ? [rows, columns] : [columns, rows];
  return Array.from({ length: count }, (_, place) => {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    const [x, y] = upright ? [row, column] : [column, row];
    return { x: rx * ((2 * x + 1) / across - 1), y: ry * ((2 * y + 1) / down - 1) };
  });
}

/**
 * Vertex 1 in the middle, and around it, ring by ring, those that are one more link away from it; each stands about where
 * the one stands over which it was reached. Every vertex has as much room.
 */
export function hops(count: number, links: readonly number[], { rx, ry }: Room): Point[] {
  const points = Array.from({ length: count }, () => ({ x: 0, y: 0 }));
  let placed = 0;
  for (const level of rounded(count, links)) {
    // So many rings lie within the level's own: their distance is about that of two neighbours on them.
    const [inner, outer] = [Math.sqrt(placed / count), Math.sqrt((placed + level.length) / count)];
    const middle = (inner + outer) / 2;
    const rings = Math.max(1, Math.round(Math.sqrt((level.length * (outer - inner)) / (2 * Math.PI * middle))));
    level.forEach((vertex, place) => {
      const angle = (2 * Math.PI * (place + 0.5)) / level.length;
      const radius =
        level.length === 1 && placed === 0 ? 0 : inner + ((outer - inner) * ((place % rings) + 0.5)) / rings;
      points[vertex] = { x: rx * radius * Math.sin(angle), y: -ry * radius * Math.cos(angle) };
    });
    placed += level.length;
  }
  return points;
}

/** The levels, of which the last ones too sparse for a ring of their own stand in the one before, beside those they came from. */
function rounded(count: number, links: readonly number[]): number[][] {
  const neighbours = linked(count, links);
  const all = levels(count, neighbours);
  // As many as a whole ring at the rim has, where every vertex has as much room.
  const ring = 2 * Math.sqrt(Math.PI * count);
  for (;;) {
    const [before, last] = all.slice(-2);
    if (!before || !last || all.length < 3 || last.length >= ring / 2) return all;
    const left = new Set(last);
    const joined = before.flatMap((vertex) => [
      vertex,
      ...(neighbours[vertex] ?? []).filter((other) => left.delete(other)),
    ]);
    all.splice(-2, 2, joined);
  }
}

function linked(count: number, links: readonly number[]): number[][] {
  const neighbours = Array.from({ length: count }, (): number[] => []);
  for (let place = 0; place + 1 < links.length; place += 2) {
    const [a, b] = [(links[place] ?? 1) - 1, (links[place + 1] ?? 1) - 1];
    neighbours[a]?.push(b);
    neighbours[b]?.push(a);
  }
  return neighbours;
}

/** The vertices by how many links they are away from the first; next to each other where the same one leads to them. */
function levels(count: number, neighbours: readonly (readonly number[])[]): number[][] {
  const seen = new Set([0]);
  const all: number[][] = [];
  for (let level = count > 0 ? [0] : []; level.length > 0;) {
    all.push(level);
    const next: number[] = [];
    for (const vertex of level)
      for (const other of neighbours[vertex] ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    level = next;
  }
  return all;
}

/** The least distance between two of the points. */
export function closest(points: readonly Point[]): number {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  let least = Infinity;
  sorted.forEach((point, place) => {
    for (let next = place + 1; next < sorted.length; next += 1) {
      const other = sorted[next];
      if (!other || other.x - point.x >= least) break;
      least = Math.min(least, Math.hypot(other.x - point.x, other.y - point.y));
    }
  });
  return least;
}
