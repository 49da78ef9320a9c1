/** The library that draws the plots; loaded when the first one is shown. */
import uPlot from "uplot";
import styles from "uplot/dist/uPlot.min.css?inline";
import type { Palette } from "../stage/palette.ts";

export { styles };

/** Where curves are read off, on a scale on which 10 ms and 10 s both have room. */
const PLACES = 160;
const [LEAST, MOST] = [10, 10_000];

/** Draws, for each list of sorted milliseconds, the share that is not longer than a time. */
export function cumulative(
  host: HTMLElement,
  palette: Palette,
  lines: readonly { label: string; times: readonly number[] }[],
): uPlot {
  const x = Array.from({ length: PLACES }, (_, place) => LEAST * (MOST / LEAST) ** (place / (PLACES - 1)));
  const share = (times: readonly number[]) => {
    let [count, place] = [0, 0];
    return x.map((time) => {
      while (place < times.length && (times[place] ?? 0) <= time && (times[place] ?? 0) < MOST) {
        place += 1;
        count += 1;
      }
      return (100 * count) / times.length;
    });
  };
  const axis = {
    stroke: palette.soft,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    font: `11px ${palette.font}`,
  };
  return new uPlot(
    {
      width: host.clientWidth,
      height: 150,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, distr: 3, range: [LEAST, MOST] }, y: { range: [0, 100] } },
      axes: [
        {
          ...axis,
          size: 22,
          values: (_, ticks) =>
            ticks.map((tick) =>
              [10, 100, 1000, 10_000].includes(tick) ? (tick < 1000 ? `${tick} ms` : `${tick / 1000} s`) : "",
            ),
        },
        { ...axis, size: 34 },
      ],
      series: [
        {},
        ...lines.map(({ label }, place) => ({
          label,
          stroke: palette.epochs[(place % 7) + 1] ?? "gray",
          width: 1.5,
          points: { show: false },
        })),
      ],
    },
    [x, ...lines.map(({ times }) => share(times))],
    host,
  );
}
