/**
 * A lesson as the core reads it (`readLesson`), and how a task stands (`task`), as plain data. Lines and columns count from
 * 1. Texts are a person's: bold, emphasis and code in them are marked as in Markdown, and nothing else is.
 */

/** A mistake in a lesson's text. */
export interface Mistake {
  line: number;
  column: number;
  message: string;
}

/** A scenario block. Its first comment is its name. */
export interface Scene {
  kind: "scene";
  name: string;
  text: string;
}

export interface Prose {
  kind: "prose";
  text: string;
}

export interface Answer {
  text: string;
  right: boolean;
  /** What is told to whoever chose it. */
  reply: string;
  /** Of a prediction: the condition that the core looks at, as `expect` has it. */
  expect?: string;
}

/** A question whose answers the core decides, after what happens next. */
export interface Prediction {
  kind: "prediction";
  answers: readonly Answer[];
  /** The scene's text, and what happens after the guess. */
  scene: string;
  play: string;
}

export interface Recall {
  kind: "recall";
  answers: readonly Answer[];
}

/** An answer in one's own words, and what to look for in it. */
export interface OwnWords {
  kind: "own-words";
  ticks: readonly string[];
}

/** How often an act may, or has to be done. */
export interface Budget {
  least: boolean;
  count: number;
  act: string;
}

export interface Attempt {
  /** The comment of a wrong attempt: the reply to whoever fails as it does. */
  comment: string;
  acts: readonly string[];
}

export interface Task {
  kind: "task";
  statement: string;
  /** The scene's text, as far as the task takes it. */
  scene: string;
  allow: readonly string[];
  budgets: readonly Budget[];
  /** As written, without `goal`. */
  goals: readonly string[];
  hints: readonly string[];
  solutions: readonly Attempt[];
  wrong: readonly Attempt[];
}

export type Block = Prose | Scene | Prediction | Recall | OwnWords | Task;

export interface Lesson {
  title: string;
  blocks: readonly Block[];
}

/** How a goal stands now. `lost`: nothing that is still done can reach it. */
export type Standing = "reached" | "open" | "lost";
