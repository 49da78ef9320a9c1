/** What the grader draws afresh each time, so that no table of right answers passes. */

const NAMES = [
  ...["Pizza", "Sushi", "Tacos", "Curry", "Ramen", "Burger", "Kebab", "Pasta", "Tapas", "Paella"],
  ...["Bagel", "Waffle", "Falafel", "Pho", "Dumplings", "Noodles", "Gyros", "Risotto"],
];

export class Draw {
  /** `firstSeed`: of the trials; the page always takes the same, so that a person can look at a seed that failed. */
  constructor(
    readonly firstSeed = 1,
    private readonly random: () => number = Math.random,
  ) {}

  /** A whole number in this range, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  /** So many different restaurants, in any order. */
  names(count: number): string[] {
    return this.shuffled(NAMES).slice(0, count);
  }

  shuffled<T>(list: readonly T[]): T[] {
    const keyed = list.map((value) => ({ value, key: this.random() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }

  /** Proposals of some agents, of which some are the same. */
  hand(): string[] {
    const names = this.names(this.between(2, 5));
    return Array.from({ length: this.between(3, 7) }, () => names[this.between(0, names.length - 1)] ?? "");
  }

  /** A tally with one restaurant at the top, which is given too, or with a tie there. */
  tally(tie: boolean): [Record<string, number>, string | null] {
    const [first = "", second = "", ...rest] = this.names(this.between(2, 5));
    const most = this.between(2, 6);
    const votes: [string, number][] = [
      [first, most],
      [second, tie ? most : this.between(1, most - 1)],
      ...rest.map((name): [string, number] => [name, this.between(1, most - 1)]),
    ];
    return [Object.fromEntries(this.shuffled(votes)), tie ? null : first];
  }
}
