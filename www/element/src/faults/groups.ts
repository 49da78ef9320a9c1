/** Groups of a partition, as the scenario language writes them. */

export function partitionLine(groups: readonly (readonly string[])[]): string {
  return `partition ${groups.map((group) => group.join(" ")).join(" | ")}`;
}

export interface Point {
  x: number;
  y: number;
}

/** The groups after a wall through two points: each of the groups so far falls into what stands on either side. */
export function walled(
  groups: readonly (readonly string[])[],
  places: ReadonlyMap<string, Point>,
  from: Point,
  to: Point,
): string[][] {
  const left = (id: string) => {
    const at = places.get(id);
    return at !== undefined && (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x) < 0;
  };
  return groups
    .flatMap((group) => [group.filter(left), group.filter((id) => !left(id))])
    .filter((group) => group.length > 0);
}
