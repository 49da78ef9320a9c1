/** The logarithms of true time's speeds, from 1/1000 to 10, and of the tempo by meaning, from 1/8 to 8. */
export const TRUE_TIME = [-3, 1] as const;
export const BY_MEANING = [-Math.log10(8), Math.log10(8)] as const;

/** A tempo as a factor: `1`, `1/2`, `1.8`. */
export function tempo(factor: number): string {
  const whole = (value: number) => String(Number(value.toFixed(1)));
  return factor >= 1 ? whole(factor) : `1/${whole(1 / factor)}`;
}
