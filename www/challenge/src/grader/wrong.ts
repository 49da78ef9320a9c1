import type { Problem } from "../types.ts";

/** What a check found to be wrong: `message` is what was seen. */
export class Wrong extends Error {
  readonly problem: Problem;

  constructor(
    saw: string,
    readonly expected: string,
    line: number | null = null,
    kind: Problem["kind"] = "answer",
  ) {
    super(saw);
    this.problem = { message: saw, kind, ...(line === null ? {} : { line }) };
  }

  /** A mistake that the interpreter found. */
  static by(problem: Problem, expected: string): Wrong {
    return new Wrong(problem.message, expected, problem.line ?? null, problem.kind);
  }
}
