/** What stands at the ends of a scale of places: in the unit of the labels, which the place farthest from zero gives away. */
export function scaleEnds(all: readonly number[], places: readonly number[], labels: readonly string[]): string[] {
  const farthest = places.reduce((far, place, at) => (Math.abs(place) > Math.abs(places[far] ?? 0) ? at : far), 0);
  const [place = 0, label = "0"] = [places[farthest], labels[farthest]];
  const digits = label.split(".")[1]?.length ?? 0;
  const written = (value: number) => (value === 0 ? 0 : (value * Number(label)) / place).toFixed(digits);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (all.length === 0 || (place === 0 && least !== most)) return [];
  return least === most ? [written(least)] : [written(least), written(most)];
}
