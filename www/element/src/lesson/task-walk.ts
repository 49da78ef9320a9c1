/** A person's attempts at a task. */
import { joined, withOption } from "@consensus-playground/engine/scenario-text.ts";
import { choices, type Choices } from "./acts.ts";
import { likeAttempt, missedOf, spent, type Attempt, type Demand, type Task, type TaskStatus } from "./model.ts";
import type { Core } from "./core.ts";
import type { LessonRun } from "./lesson-run.ts";

/** Where a task stands: the run beside it, and whether it is the one at hand. */
interface Place {
  readonly run: LessonRun;
  readonly core: Core;
  readonly task: TaskWalk | undefined;
  /** Shows a scene at its end, with what is to be played in it. */
  stand(scene: string, play: string): Promise<void>;
}

/** What can be done where a task does not say. */
const ANY = ["run", "request", "crash", "restart", "partition", "cut", "heal", "fire", "deliver", "drop", "delay"];

export class TaskWalk {
  status: TaskStatus | undefined;
  /** The goals that were met before anything was done: that they are is no news. */
  given: ReadonlySet<number> = new Set();
  /** How many hints were asked for. */
  hints = 0;
  /** What was missed when the person thought that they were done. */
  missed: readonly Demand[] = [];
  /** What is told to whoever missed that: the comment of the wrong attempt that went the same way. */
  reply: string | undefined;
  /** The acts of the first attempt that solved it, as lines with their times. */
  solution: readonly string[] | undefined;
  /** How many acts it took. */
  took = 0;
  /** Whether the picture shows the solution of the lesson, and not what the person did. */
  shown = false;
  /** Whether the person has asked for the solution before they had one. */
  gaveUp = false;
  /** What is chosen in the controls and not done yet. */
  chosen: Choices = choices();
  /** What was set in this attempt, by option. */
  private readonly settings = new Map<string, string>();
  private looking = false;
  private again = false;

  constructor(
    readonly task: Task,
    private readonly walk: Place,
    private readonly changed: () => void,
  ) {}

  get solved(): boolean {
    return this.solution !== undefined;
  }

  /** Starts an attempt from the task's scene. */
  async begin(): Promise<void> {
    const { run } = this.walk;
    this.missed = [];
    this.shown = false;
    this.chosen = choices();
    run.allowed = [];
    this.settings.clear();
    await this.start();
  }

  private async start(): Promise<void> {
    const { run, core } = this.walk;
    await this.walk.stand(this.scene, "");
    await core.follow(run, this.task.rules);
    run.allowed = this.task.allow.length > 0 ? this.task.allow : ANY;
    await this.look();
    const met = (this.status?.goals ?? []).flatMap(({ standing }, place) => (standing === "met" ? [place] : []));
    this.given = new Set(met);
    this.changed();
  }

  /** Sets an option. It holds from the beginning on, so the attempt starts over. */
  async set(name: string, value: string): Promise<void> {
    this.missed = [];
    this.settings.set(name, value);
    await this.start();
  }

  /** The task's scene, with what the person has set. */
  private get scene(): string {
    return [...this.settings].reduce((text, [name, value]) => withOption(text, name, value), this.task.scene);
  }

  /** All that was done in this attempt. */
  get acts(): readonly string[] {
    return [...[...this.settings].map(([name, value]) => `set ${name} ${value}`), ...this.walk.run.acts];
  }

  /** Asks the core how the task stands. What is asked while an answer is under way is asked once more after it. */
  async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again) {
        this.again = false;
        await this.see();
      }
    } finally {
      this.looking = false;
    }
  }

  private async see(): Promise<void> {
    const { run, core } = this.walk;
    if (this.walk.task !== this || this.shown) return;
    const followed = await core.goals(run);
    if (!followed || this.walk.task !== this) return;
    const { goals, signs } = followed;
    const budgets = spent(this.task.budgets, this.acts);
    const met = [...goals, ...budgets].every(({ standing }) => standing === "met");
    const before = this.status?.solved ?? false;
    // Some goals hold before anything is done; a task is solved by acts alone.
    this.status = { goals, budgets, signs, solved: met && this.acts.length > 0 };
    if (this.status.solved && !before) await this.succeed();
    this.changed();
  }

  private async succeed(): Promise<void> {
    const { run } = this.walk;
    run.pause();
    this.missed = [];
    if (!this.solution) {
      this.took = this.acts.length;
      const set = this.acts.slice(0, this.settings.size);
      this.solution = [...set, ...actsOf(await run.script(), this.scene)];
    }
  }

  /** The person thinks that they are done; where they are not, they hear of what is missed. */
  async check(): Promise<void> {
    this.walk.run.pause();
    await this.look();
    this.missed = this.status ? missedOf(this.status) : [];
    this.reply = this.status && likeAttempt(this.task.wrong, this.status)?.comment;
    this.changed();
  }

  hint(): void {
    this.hints = Math.min(this.hints + 1, this.task.hints.length);
    this.changed();
  }

  get maySeeSolution(): boolean {
    return this.solved || this.gaveUp || this.hints >= this.task.hints.length;
  }

  giveUp(): void {
    this.gaveUp = true;
    this.changed();
  }

  /** Plays the lesson's solution. It is not the person's. */
  async showSolution(): Promise<void> {
    const [solution] = this.task.solutions;
    if (!solution) return;
    const { run } = this.walk;
    this.gaveUp ||= !this.solved;
    this.shown = true;
    this.missed = [];
    run.allowed = [];
    await this.walk.stand(solution.scene, played(solution));
    run.play();
    this.changed();
  }

  /** Goes to the solution's end. */
  async skip(): Promise<void> {
    const [solution] = this.task.solutions;
    if (solution) await this.walk.stand(joined(solution.scene, played(solution)), "");
    this.changed();
  }
}

/** What an attempt does; what it sets is in its scene already. */
function played({ acts }: Attempt): string {
  const lines = acts.split("\n").filter((line) => !line.trim().startsWith("set "));
  return lines.join("\n");
}

/** What a person added to a scene, as lines. */
export function actsOf(script: string, scene: string): string[] {
  const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
  return lines(script).slice(lines(scene).length);
}
