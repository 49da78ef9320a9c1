type At = readonly [x: number, y: number];

/** The corners of the convex hull, in order around it (Andrew 1979). */
export function corners(points: readonly At[]): At[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (of: readonly At[]) => {
    const kept: At[] = [];
    for (const at of of) {
      for (;;) {
        const [a, b] = kept.slice(-2);
        if (!a || !b || (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]) > 0) break;
        kept.pop();
      }
      kept.push(at);
    }
    return kept.slice(0, -1);
  };
  return sorted.length < 2 ? sorted : [...half(sorted), ...half([...sorted].reverse())];
}
