/** The theme's colours as a canvas can use them. */
import { EPOCH_COLOURS, RED } from "../styles/colours.ts";

const NAMES = [
  "paper",
  "card",
  "ink",
  "soft",
  "line",
  "edge",
  "accent",
  "bad",
  "good",
  "dead",
  "on-dead",
  "on-epoch",
] as const;

export type Palette = { readonly [name in (typeof NAMES)[number]]: string } & {
  /** What a group of a partition stands on. */
  readonly group: string;
  /** By `epochIndex`. */
  readonly epochs: readonly string[];
  /** By the place of a value's colour. */
  readonly values: readonly string[];
  readonly font: string;
};

/** Reads the tokens off an element: as colours, since a canvas understands neither `var()` nor `light-dark()`. */
export function readPalette(probe: HTMLElement): Palette {
  const computed = (value: string): string => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const colour = (name: string): string => computed(`var(--${name})`);
  const base = Object.fromEntries(NAMES.map((name) => [name, colour(name)])) as {
    [name in (typeof NAMES)[number]]: string;
  };
  const epochs = Array.from({ length: EPOCH_COLOURS + 1 }, (_, index) => colour(`e${index}`));
  const values = Array.from({ length: RED + 1 }, (_, index) => colour(`v${index}`));
  const group = computed("color-mix(in srgb, var(--accent) 8%, var(--paper))");
  probe.style.removeProperty("color");
  return { ...base, group, epochs, values, font: getComputedStyle(probe).fontFamily };
}
