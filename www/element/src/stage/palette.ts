/** The theme's colours as a canvas can use them. */
import { EPOCH_COLOURS, VALUE_COLOURS } from "../styles/tokens.ts";

const NAMES = ["paper", "card", "ink", "soft", "line", "edge", "accent", "bad", "good"] as const;

export type Palette = { readonly [name in (typeof NAMES)[number]]: string } & {
  /** By `epochIndex`. */
  readonly epochs: readonly string[];
  /** By the rank of a value. */
  readonly values: readonly string[];
  readonly font: string;
};

/** Reads the tokens off an element: as colours, since a canvas understands neither `var()` nor `light-dark()`. */
export function readPalette(probe: HTMLElement): Palette {
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const base = Object.fromEntries(NAMES.map((name) => [name, colour(name)])) as {
    [name in (typeof NAMES)[number]]: string;
  };
  const epochs = Array.from({ length: EPOCH_COLOURS + 1 }, (_, index) => colour(`e${index}`));
  const values = Array.from({ length: VALUE_COLOURS }, (_, index) => colour(`v${index}`));
  probe.style.removeProperty("color");
  return { ...base, epochs, values, font: getComputedStyle(probe).fontFamily };
}
