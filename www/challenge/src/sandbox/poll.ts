/** The votes that are cast while a person's function measures: counted in the worker, where no code of theirs can reach. */

export class Poll {
  private readonly cast: number[];
  private readonly agrees: number | undefined;
  /** What the interpreter is told: not in which round the grader's agents agree. */
  readonly text: string;

  /** `agrees`: the round from which on the grader's agents vote alike, 0 for never; without it, agents are the person's. */
  constructor(text: string) {
    const { agrees, ...rest } = JSON.parse(text) as { agrees?: number; preferences: string[] };
    this.agrees = agrees;
    this.cast = rest.preferences.map(() => 0);
    this.text = JSON.stringify({ ...rest, scripted: agrees !== undefined });
  }

  /** An agent (from 0) votes. Says whether it votes as the others do. */
  vote(agent: number): boolean {
    const count = (this.cast[agent] ?? 0) + 1;
    if (agent in this.cast) this.cast[agent] = count;
    return this.agrees !== undefined && this.agrees > 0 && count >= this.agrees;
  }

  /** What the interpreter said, with the votes that were really cast. */
  told(text: string): string {
    const said = JSON.parse(text) as { value?: object | null };
    return JSON.stringify(said.value ? { ...said, value: { ...said.value, cast: this.cast } } : said);
  }
}
