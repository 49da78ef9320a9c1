/** What many trials say, and how sure they are of it. Pure: numbers in, numbers out. */

/** A figure with the interval in which the true one lies in 95 of 100 such measurements. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The quantile of the normal distribution for 95 %, two-sided. */
export const Z = 1.959963984540054;

/**
 * A share of some trials with Wilson's score interval (Wilson 1927), which stays within 0 and 1 and holds for shares near
 * them, too. Undefined without trials.
 */
export function rate(hits: number, trials: number, z = Z): Estimate | undefined {
  if (trials <= 0) return undefined;
  const [share, z2] = [hits / trials, z * z];
  const middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  // Rounding must not put the ends beyond what a share can be, nor the share beyond its own interval.
  return {
    value: share,
    low: Math.max(0, Math.min(share, middle - half)),
    high: Math.min(1, Math.max(share, middle + half)),
  };
}

/** A mean by how often each value came, with the normal interval of means. Undefined without values. */
export function mean(counts: Iterable<readonly [value: number, times: number]>, z = Z): Estimate | undefined {
  let [n, average, squares] = [0, 0, 0];
  // Welford's way, weighted: no difference of two large sums.
  for (const [value, times] of counts) {
    if (times <= 0) continue;
    n += times;
    const before = value - average;
    average += (before * times) / n;
    squares += times * before * (value - average);
  }
  if (n === 0) return undefined;
  const half = n > 1 ? z * Math.sqrt(squares / (n - 1) / n) : Infinity;
  return { value: average, low: average - half, high: average + half };
}

/** The mean difference `b − a` of pairs that share a seed, with its normal interval. What the seed gives both cancels out. */
export function pairedMean(a: readonly number[], b: readonly number[]): Estimate | undefined {
  const pairs = Math.min(a.length, b.length);
  return mean(Array.from({ length: pairs }, (_, place) => [(b[place] ?? 0) - (a[place] ?? 0), 1] as const));
}

/** The difference `b − a` of two shares of different trials, with Newcombe's interval of two Wilson scores (1998, method 10). */
export function rateDifference(a: Estimate, b: Estimate): Estimate {
  const value = b.value - a.value;
  return {
    value,
    low: value - Math.hypot(b.value - b.low, a.high - a.value),
    high: value + Math.hypot(b.high - b.value, a.value - a.low),
  };
}

/** The difference `b − a` of two means of different trials: half the widths add up as squares. */
export function meanDifference(a: Estimate, b: Estimate): Estimate {
  const value = b.value - a.value;
  const half = Math.hypot(a.high - a.value, b.high - b.value);
  return { value, low: value - half, high: value + half };
}

/** Whether a difference is one: its interval leaves out zero. */
export function differs({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

/** Rounds from 1 on, in bins of one width, so few that the eye can count them. */
export interface Bins {
  width: number;
  /** The first round of each bin. */
  from: number[];
  counts: number[];
}

/** Puts counts (place r − 1 for r rounds) into at most `most` bins, up to round `last`. */
export function bins(counts: readonly number[], last: number, most: number): Bins {
  const width = Math.max(1, Math.ceil(last / most));
  const number = Math.ceil(last / width);
  const all = Array.from({ length: number }, () => 0);
  counts.forEach((count, place) => {
    const bin = Math.floor(place / width);
    if (bin < number) all[bin] = (all[bin] ?? 0) + count;
  });
  return { width, from: all.map((_, bin) => bin * width + 1), counts: all };
}

/** The smallest round by which so large a share of those that end has ended; 0 where none ends. */
export function quantile(counts: readonly number[], share: number): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [place, count] of counts.entries()) {
    seen += count;
    if (seen > 0 && seen >= share * all) return place + 1;
  }
  return 0;
}
