/** Which colour stands for what, by place in the tokens. */

/** How many colours there are for epochs; after the last, they begin again. What belongs to no epoch is grey. */
export const EPOCH_COLOURS = 7;

/** The class of an epoch's colour, the same wherever the epoch is shown. */
export function epochIndex(epoch: number): number {
  return epoch < 0 ? 0 : (epoch % EPOCH_COLOURS) + 1;
}

/** How many colours there are for rival values; after the last, they begin again. */
export const VALUE_COLOURS = 7;

/** The colour for a value that is called red, and for no other. */
export const RED = 7;

/** A value that is called by a colour is drawn in it: anything else would be read wrong. */
export const COLOUR_NAMES: ReadonlyMap<string, number> = new Map([
  ["red", RED],
  ["blue", 0],
  ["orange", 1],
  ["green", 2],
  ["purple", 3],
  ["yellow", 4],
  ["violet", 5],
]);
