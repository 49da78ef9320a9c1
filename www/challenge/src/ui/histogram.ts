/** Draws how many rounds the trials took; loaded with the first measurement. */
import uPlot from "uplot";
import styles from "uplot/dist/uPlot.min.css?inline";
import type { Palette } from "@consensus-playground/element/stage/palette.ts";
import type { Bins } from "./statistics.ts";

export { styles };

/** One measurement's bars, in per cent of its trials; the last stands for those that never end. */
export interface Bars {
  name: string;
  shares: number[];
}

/** What each bar stands for: `1`, `3–4`, `never`. */
export function labels({ width, from }: Bins): string[] {
  return [...from.map((first) => (width === 1 ? String(first) : `${first}–${first + width - 1}`)), "never"];
}

/**
 * Bars side by side, the second hatched, so that colour is not all that tells them apart. The bar for `never` stands a
 * little apart from the others.
 */
export function draw(host: HTMLElement, palette: Palette, bins: Bins, all: readonly Bars[]): uPlot {
  const names = labels(bins);
  // One empty place before `never`.
  const x = names.map((_, place) => (place === names.length - 1 ? place + 1 : place));
  const colours = [palette.epochs[1] ?? palette.ink, palette.epochs[2] ?? palette.ink];
  const axis = {
    stroke: palette.soft,
    grid: { show: false },
    ticks: { show: false },
    font: `11px ${palette.font}`,
  };
  const wide = Math.max(1, Math.ceil(names.length / Math.max(4, host.clientWidth / 44)));
  const shown = x.filter((_, place) => place === names.length - 1 || place % wide === 0);
  return new uPlot(
    {
      width: host.clientWidth,
      height: 220,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [-0.7, (x.at(-1) ?? 0) + 0.7] },
        y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          splits: () => shown,
          values: (_, splits) => splits.map((value) => names[x.indexOf(value)] ?? ""),
        },
        {
          ...axis,
          size: 46,
          grid: { show: true, stroke: palette.line, width: 1 },
          values: (_, splits) => splits.map((value) => `${value} %`),
        },
      ],
      series: [
        {},
        ...all.map(({ name }, place) => ({
          label: name,
          stroke: colours[place] ?? palette.ink,
          fill: place === 0 ? (colours[0] ?? palette.ink) : hatch(colours[1] ?? palette.ink),
          width: 1,
          points: { show: false },
          ...(bars(all.length, place) ?? {}),
        })),
      ],
    },
    [x, ...all.map(({ shares }) => shares)],
    host,
  );
}

function bars(of: number, place: number): { paths: uPlot.Series.PathBuilder } | undefined {
  const align = of === 1 ? 0 : place === 0 ? -1 : 1;
  const paths = uPlot.paths.bars?.({ size: [of === 1 ? 0.8 : 0.4, 60], align });
  return paths && { paths };
}

/** Oblique lines of a colour. */
function hatch(colour: string): () => CanvasRenderingContext2D["fillStyle"] {
  return () => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    if (!pen) return colour;
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    for (const from of [-8, 0, 8]) {
      pen.moveTo(from, 8);
      pen.lineTo(from + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat") ?? colour;
  };
}

/** The picture with its title and what its bars mean, on the page's paper, as a PNG. */
export async function toPng(
  plot: uPlot,
  palette: Palette,
  paper: string,
  title: string,
  all: readonly Bars[],
): Promise<Blob> {
  const { canvas } = plot.ctx;
  const scale = devicePixelRatio;
  const [head, line] = [34 * scale, 20 * scale];
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height + head + line * (all.length + 1);
  const pen = picture.getContext("2d");
  if (!pen) throw new Error("This browser draws no pictures.");
  pen.fillStyle = paper;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, 0, head);
  pen.fillStyle = palette.ink;
  pen.font = `600 ${14 * scale}px ${palette.font}`;
  pen.fillText(title, 12 * scale, 22 * scale);
  pen.font = `${12 * scale}px ${palette.font}`;
  all.forEach(({ name }, place) => {
    const y = head + canvas.height + line * (place + 0.7);
    pen.fillStyle = place === 0 ? (palette.epochs[1] ?? palette.ink) : hatch(palette.epochs[2] ?? palette.ink)();
    pen.fillRect(12 * scale, y - 10 * scale, 14 * scale, 12 * scale);
    pen.fillStyle = palette.ink;
    pen.fillText(name, 34 * scale, y);
  });
  return new Promise((resolve, reject) =>
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))), "image/png"),
  );
}
