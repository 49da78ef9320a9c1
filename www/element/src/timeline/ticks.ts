/** Where an axis is marked: at round numbers, as close together as their labels allow. */
import { say } from "../language/language.ts";
import { LEFT, type Axis } from "./axis.ts";

export interface Tick {
  x: number;
  text: string;
}

/** How far apart two ticks are at least, in pixels: as wide as a label, and some air. */
const APART = 84;

export function ticks(axis: Axis): Tick[] {
  const least = (APART / axis.wide) * axis.span;
  const step = roundStep(axis.by === "event" ? Math.max(1, least) : least);
  const last = Math.floor((axis.start + axis.span) / step);
  const all: Tick[] = [];
  for (let count = Math.ceil(axis.start / step); count <= last; count += 1) {
    const x = axis.x(count * step);
    if (x >= LEFT) all.push({ x, text: label(axis, count * step, step) });
  }
  return all;
}

/** The least of 1, 2, 5, 10, 20, 50 … that is not below a number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least) ?? 10;
  return factor * power;
}

/** Time in seconds, with as many decimals as tell neighbors apart. */
function label({ by }: Axis, place: number, step: number): string {
  if (by === "event") return say("timeline.tick-event", { event: Math.round(place) });
  const decimals = Math.min(6, Math.max(0, Math.ceil(6 - Math.log10(step) - 1e-9)));
  return `${(place / 1e6).toFixed(decimals)} s`;
}
