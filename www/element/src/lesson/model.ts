/**
 * A lesson as the core reads it, and how a task stands, as plain data. Lines and columns count from 1. Texts are a person's:
 * bold, emphasis and code in them are marked as in Markdown, and nothing else is.
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

/** A paragraph, a list or a heading. */
export interface Prose {
  kind: "prose";
  shape: string;
  /** The items of a list; else one text. */
  items: readonly string[];
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
  /** What the author calls it; empty where that was not said. */
  words: string;
}

/** What is to be brought about. */
export interface Goal {
  /** As written behind `goal`. */
  condition: string;
  /** What the author calls it; empty where that was not said. */
  words: string;
}

export interface Attempt {
  /** The comment of a wrong attempt: the reply to whoever misses what it misses and shows its signs. */
  comment: string;
  /** Lines of the scenario language. */
  acts: string;
  /** The scene's text that it starts with: the task's, with what the attempt sets. */
  scene: string;
  /** What a wrong attempt misses. */
  fails: readonly Demand[];
  /** Its signs, by their places among those of the task. */
  signs: readonly number[];
}

/** What a task asks for, by its place in the task's list. */
export interface Demand {
  kind: "goal" | "budget";
  place: number;
}

export interface Task {
  kind: "task";
  statement: string;
  /** The scene's text, as far as the task takes it. */
  scene: string;
  /** First words of the lines that may be done; none where all may be. */
  allow: readonly string[];
  budgets: readonly Budget[];
  goals: readonly Goal[];
  hints: readonly string[];
  solutions: readonly Attempt[];
  wrong: readonly Attempt[];
  /** Its goals and budgets, and what it allows, as the core takes them. */
  rules: string;
}

export type Block = Prose | Scene | Prediction | Recall | OwnWords | Task;

export interface Lesson {
  title: string;
  /** Tells this version of the lesson from others; its translations have the same. */
  fences: string;
  blocks: readonly Block[];
}

/** How a demand stands now. `lost`: nothing that is still done can meet it. */
export type Standing = "met" | "open" | "lost";

/** How a task stands now: each goal, each budget and each sign of a wrong attempt, in their order, and whether all is met. */
export interface TaskStatus {
  goals: readonly { standing: Standing; saw: string }[];
  budgets: readonly { standing: Standing; used: number }[];
  signs: readonly boolean[];
  solved: boolean;
}

/** The demands that are not met, the budgets before the goals. */
export function missedOf({ goals, budgets }: TaskStatus): Demand[] {
  const open = (kind: Demand["kind"], all: readonly { standing: Standing }[]) =>
    all.flatMap(({ standing }, place) => (standing === "met" ? [] : [{ kind, place }]));
  return [...open("budget", budgets), ...open("goal", goals)];
}

/** The wrong attempt that misses the same and whose signs are seen. Of several the one with the most signs: it fits best. */
export function likeAttempt(wrong: readonly Attempt[], status: TaskStatus): Attempt | undefined {
  const same = (demands: readonly Demand[]) => demands.map(({ kind, place }) => `${kind} ${place}`).join();
  const missed = same(missedOf(status));
  const fits = wrong.filter(
    ({ fails, signs }) => same(fails) === missed && signs.every((place) => status.signs[place]),
  );
  return fits.sort((a, b) => b.signs.length - a.signs.length)[0];
}

/** How the budgets stand after so many acts, each a line as it was done. */
export function spent(budgets: readonly Budget[], acts: readonly string[]): TaskStatus["budgets"] {
  return budgets.map(({ least, count, act }) => {
    const used = acts.filter((line) => does(line, act)).length;
    const standing: Standing = least ? (used >= count ? "met" : "open") : used <= count ? "met" : "lost";
    return { standing, used };
  });
}

/** Whether a line does an act, which is its first word or words. */
export function does(line: string, act: string): boolean {
  return `${line.trim().replace(/\s+/g, " ")} `.startsWith(`${act} `);
}
