/** Places on the map of the world: where each region's replica stands, and below it the clients that live there. */
import { isClient } from "@consensus-playground/engine/format.ts";
import type { Topology } from "@consensus-playground/engine/types.ts";
import { closest, type Place, type Point } from "./graphs.ts";

/** A rectangle in CSS pixels that holds the map. */
export interface MapBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What the map shows, in degrees east and north. */
export const EDGES = { west: -135, east: 175, north: 74, south: -57 };
/** How much higher than wide a degree may be, so that little room is wasted on a phone. */
const TALLEST = 1.8;
/** What stands above a disc in the north: its words, and a row of cells. */
const ABOVE = 44;
/** Radii of discs, in CSS pixels. */
const LARGEST = 28;
const SMALLEST = 15;
const CLIENT = 12;
/** How far below its disc a region's name stands, and how far beside it the first client. */
export const NAME = 18;
const HOME = 28;
/** How near the right edge of the page there is no room for clients beside a disc. */
const MARGIN = 90;

/** Where a place is on the map. */
export function project(latitude: number, longitude: number, map: MapBox): Point {
  const { west, east, north, south } = EDGES;
  return {
    x: map.left + ((longitude - west) / (east - west)) * map.width,
    y: map.top + ((north - latitude) / (north - south)) * map.height,
  };
}

/** Places all nodes on a map in so many CSS pixels, with so high cells beside each replica. */
export function onMap(
  ids: readonly string[],
  regions: Topology["regions"],
  width: number,
  height: number,
  cells: number,
): { places: Map<string, Place>; map: MapBox } {
  const { west, east, north, south } = EDGES;
  const room = Math.max(80, height - ABOVE - cells);
  const mapHeight = Math.min(room, ((width * (north - south)) / (east - west)) * TALLEST);
  const mapWidth = Math.min(width, (mapHeight * (east - west)) / (north - south));
  const map = {
    left: (width - mapWidth) / 2,
    top: ABOVE + cells + (room - mapHeight) / 2,
    width: mapWidth,
    height: mapHeight,
  };
  const homes = regions.map(([, latitude, longitude]) => project(latitude, longitude, map));
  const r = Math.max(SMALLEST, Math.min(LARGEST, closest(homes) * 0.28, height / 14));
  const places = new Map<string, Place>();
  const residents = homes.map(() => 0);
  for (const id of ids) {
    const home = (Number(id.replace("c", "")) - 1) % homes.length;
    const { x, y } = homes[home] ?? { x: 0, y: 0 };
    if (isClient(id)) {
      const turn = residents[home] ?? 0;
      residents[home] = turn + 1;
      const away = (r + HOME + turn * 3 * CLIENT) * (x + MARGIN > width ? -1 : 1);
      places.set(id, { x: x + away, y, r: CLIENT, side: "below" });
    } else places.set(id, { x, y, r, side: "above" });
  }
  return { places, map };
}

/** The region of a replica, or of a client that lives there; `undefined` where runs know none. */
export function regionOf(id: string, topology: Topology | undefined): string | undefined {
  const regions = topology?.regions ?? [];
  return regions[(Number(id.replace("c", "")) - 1) % Math.max(1, regions.length)]?.[0];
}
