/** A student's way through a lesson: where they are, what they guessed and did, and what the core says of it. */
import type { Foretold } from "@consensus-playground/engine/protocol.ts";
import { joined } from "@consensus-playground/engine/scenario-text.ts";
import type { Core } from "./core.ts";
import type { LessonRun } from "./lesson-run.ts";
import type { Lesson, Prediction, Recall } from "./model.ts";
import { stepsOf, type Setting, type Step } from "./steps.ts";
import { TaskWalk } from "./task-walk.ts";

/** A guess: an answer's place, or that the person did not know. */
export type Guess = number | "unknown";

/** What a person has answered to a question. */
export interface Answered {
  /** What is chosen, and not yet said. */
  chosen: Guess | undefined;
  /** What was said first. It counts for the receipt. */
  said: Guess | undefined;
}

/** One's own words for something, and what one finds in them. */
export interface Written {
  text: string;
  compared: boolean;
  ticked: Set<number>;
}

export class Walk {
  readonly steps: readonly Step[];
  place = 0;
  /** The furthest chapter that was ever open. */
  reached = 0;
  /** What the core found of each answer of a prediction, by its chapter. */
  readonly truths = new Map<number, readonly boolean[]>();
  readonly tasks = new Map<number, TaskWalk>();
  /** Whether the scene is watched from its beginning. */
  replaying = false;
  /** Whether the picture is being set up. */
  loading = false;
  private readonly answers = new Map<number, Answered>();
  private readonly written = new Map<number, Written>();
  /** The setting that the run shows. */
  private shown: unknown;

  constructor(
    readonly lesson: Lesson,
    readonly run: LessonRun,
    readonly core: Core,
    private readonly changed: () => void,
    /** Is told of what a person has to hear who does not see it. */
    readonly tell: (sentence: string) => void,
  ) {
    this.steps = stepsOf(lesson);
    for (const [place, step] of this.steps.entries())
      if (step.kind === "task") this.tasks.set(place, new TaskWalk(step.task, this, changed));
  }

  get step(): Step {
    return this.steps[this.place] ?? { kind: "end", caption: [] };
  }

  /** How far it is: the chapter, and how many tasks are solved. */
  get standing(): { at: number; solved: number; tasks: number } {
    const solved = [...this.tasks.values()].filter((task) => task.solved).length;
    return { at: this.place, solved, tasks: this.tasks.size };
  }

  get task(): TaskWalk | undefined {
    return this.tasks.get(this.place);
  }

  answered(place = this.place): Answered {
    let found = this.answers.get(place);
    if (!found) this.answers.set(place, (found = { chosen: undefined, said: undefined }));
    return found;
  }

  own(place = this.place): Written {
    let found = this.written.get(place);
    if (!found) this.written.set(place, (found = { text: "", compared: false, ticked: new Set() }));
    return found;
  }

  /** One's own words are written; now it is told what to look for in them. */
  compare(): void {
    this.own().compared = true;
    this.changed();
  }

  /** Whether a chapter can be opened: all up to the furthest, and none behind a guess that was not made. */
  open(place: number): boolean {
    return place <= this.reached;
  }

  /** Goes to a chapter and sets the picture up for it. */
  async go(place: number): Promise<void> {
    this.run.pause();
    this.place = Math.min(Math.max(0, place), this.steps.length - 1);
    this.reached = Math.max(this.reached, this.place);
    const { step, task } = this;
    this.run.allowed = [];
    this.replaying = false;
    this.loading = true;
    this.changed();
    if (task) await task.begin();
    else if (step.kind === "watch") await this.watch();
    else await this.show(this.setting());
    this.loading = false;
    this.changed();
  }

  next(): Promise<void> {
    return this.go(this.place + 1);
  }

  choose(answer: Guess): void {
    this.answered().chosen = answer;
    this.changed();
  }

  /** The guess is made; what happens is played, for the core to decide. */
  async guess(answer: Guess): Promise<void> {
    const answered = this.answered();
    answered.chosen = answer;
    answered.said ??= answer;
    await this.next();
  }

  /** A recall question is answered. */
  say(): void {
    const answered = this.answered();
    if (answered.chosen === undefined) return;
    answered.said ??= answered.chosen;
    this.changed();
  }

  /** Plays from the guess on, once more. */
  async watch(): Promise<void> {
    const { step } = this;
    if (step.kind !== "watch") return;
    const setting = { scene: step.question.scene, play: step.question.play, after: false };
    this.shown = undefined;
    await Promise.all([this.show(setting), this.decide(step.guess, step.question)]);
    this.shown = { ...setting, after: true };
    this.run.play();
  }

  /** Goes to the end of what is played. */
  async skip(): Promise<void> {
    const { step } = this;
    if (step.kind !== "watch") return;
    this.run.pause();
    await this.run.openScene(joined(step.question.scene, step.question.play), "");
    this.changed();
  }

  /** Plays a scene from time 0 to its end. */
  async replay(scene: string): Promise<void> {
    this.shown = undefined;
    if (await this.run.openScene("", scene)) this.run.play();
    this.replaying = true;
    this.changed();
  }

  /** Whether what is played is over. */
  get over(): boolean {
    const { frame, going } = this.run;
    return frame !== undefined && !this.loading && frame.finished && !going;
  }

  /** Shows a task's scene, or what somebody did in it. */
  async stand(scene: string, play: string): Promise<void> {
    this.shown = undefined;
    await this.run.openScene(scene, play);
  }

  private setting(): Setting | undefined {
    for (let place = this.place; place >= 0; place -= 1) {
      const step = this.steps[place];
      if (step?.setting) return step.setting;
      // After a task the picture stays as the person left it, if it is still there.
      if (step?.kind === "task") return this.run.frame ? undefined : { scene: step.task.scene, play: "", after: false };
    }
    return undefined;
  }

  private async show(setting: Setting | undefined): Promise<void> {
    if (!setting || same(setting, this.shown)) return;
    const { scene, play, after } = setting;
    const opened = await (after ? this.run.openScene(joined(scene, play), "") : this.run.openScene(scene, play));
    this.shown = opened ? setting : undefined;
  }

  /** Has the core carry out what is played, and look at each answer's condition. */
  private async decide(place: number, { scene, play, answers }: Prediction): Promise<void> {
    if (this.truths.has(place)) return;
    const lines = answers.map(({ expect }) => `expect ${expect ?? "all"}`).join("\n");
    const found: Foretold | undefined = await this.run.guard(
      "foretell",
      `${joined(scene, play).trimEnd()}\n${lines}\n`,
    );
    const told = found?.expects.slice(-answers.length) ?? [];
    if (found?.whole && told.length === answers.length)
      this.truths.set(
        place,
        told.map(({ ok }) => ok),
      );
  }

  /** The run has gone on. */
  moved(): void {
    void this.task?.look();
    this.changed();
  }
}

/** Whether an answer is the right one: of a prediction that which the core found, else the one that is marked. */
export function isRight(walk: Walk, place: number, question: Prediction | Recall, answer: number): boolean {
  const marked = question.answers[answer]?.right ?? false;
  return question.kind === "prediction" ? marked && (walk.truths.get(place)?.[answer] ?? false) : marked;
}

function same(one: Setting, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
