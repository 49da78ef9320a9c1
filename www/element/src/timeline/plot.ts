/** The library that draws the charts; loaded when the first chart is shown. */
import uPlot from "uplot";
import styles from "uplot/dist/uPlot.min.css?inline";
import type { Palette } from "../stage/palette.ts";

export { styles };

export interface Line {
  label: string;
  values: (number | null)[];
  colour: string;
}

/** Draws lines over time (seconds) into an element; gives back what sets new numbers. */
export function plot(
  host: HTMLElement,
  palette: Palette,
  width: number,
  x: number[],
  lines: Line[],
  steps: boolean,
): uPlot {
  const axis = {
    stroke: palette.soft,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    font: `11px ${palette.font}`,
  };
  const paths = steps ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return new uPlot(
    {
      width,
      height: 110,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 22, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
        { ...axis, size: 44 },
      ],
      series: [
        {},
        ...lines.map(({ label, colour }) => ({
          label,
          stroke: colour,
          width: 1.5,
          spanGaps: false,
          points: { show: !steps, size: 3 },
          ...(paths ? { paths } : {}),
        })),
      ],
    },
    [x, ...lines.map((line) => line.values)],
    host,
  );
}
