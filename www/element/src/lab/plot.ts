/** The library that draws the plots; loaded when the first one is shown. */
import uPlot from "uplot";
import styles from "uplot/dist/uPlot.min.css?inline";
import { unsafeCSS } from "lit";
import type { Palette } from "../stage/palette.ts";

const { styleSheet } = unsafeCSS(styles);

/** Gives a shadow root the library's styles, once. */
export function styled(root: ShadowRoot): void {
  if (!styleSheet || !root.adoptedStyleSheets || root.adoptedStyleSheets.includes(styleSheet)) return;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, styleSheet];
}

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
  const axis = axisOf(palette);
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

function axisOf(palette: Palette) {
  return {
    stroke: palette.soft,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    font: `11px ${palette.font}`,
  };
}

/** What grows with the number of replicas: as a formula has it, and as it was counted, where it was. */
export interface Growing {
  label: string;
  formula: readonly number[];
  counted: readonly (number | null)[];
}

/** Draws formulas as dashed lines and what was counted as rings, over numbers of replicas; on a scale of powers of ten, or from 0. */
export function growing(
  host: HTMLElement,
  palette: Palette,
  sizes: readonly number[],
  lines: readonly Growing[],
  powers: boolean,
  unit: (value: number) => string,
): uPlot {
  const axis = axisOf(palette);
  const values = lines.flatMap(({ formula }) => formula).filter((value) => value > 0);
  const most = Math.max(...values);
  const [first, last] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(most))];
  const tens = Array.from({ length: last - first + 1 }, (_, place) => 10 ** (first + place));
  return new uPlot(
    {
      width: host.clientWidth,
      height: 150,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, distr: 3, range: [3.5, 115] },
        y: powers ? { distr: 3, range: [10 ** first, 10 ** last] } : { range: [0, most * 1.15] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          splits: () => [...sizes],
          filter: (_, ticks) => ticks,
          values: (_, ticks) => ticks.map(String),
        },
        {
          ...axis,
          size: 44,
          ...(powers ? { splits: () => tens } : {}),
          filter: (_, ticks) => ticks,
          values: (_, ticks) => ticks.map(unit),
        },
      ],
      series: [
        {},
        ...lines.flatMap(({ label }, place) => {
          const stroke = palette.epochs[(place % 7) + 1] ?? "gray";
          return [
            { label, stroke, width: 1.5, dash: [5, 4], points: { show: false } },
            // One ring within another, where two fall on one place.
            {
              label,
              stroke,
              paths: () => null,
              points: { show: true, size: 12 - 3 * (place % 4), stroke, fill: palette.paper, width: 2 },
            },
          ];
        }),
      ],
    },
    [[...sizes], ...lines.flatMap(({ formula, counted }) => [[...formula], [...counted]])],
    host,
  );
}
