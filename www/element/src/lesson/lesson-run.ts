/** The run beside a lesson: a person does in it what the task at hand allows, and nothing else. */
import { Run } from "@consensus-playground/engine/run.ts";
import { does } from "./model.ts";

/** How long a line of a script is looked at where time stands still, in milliseconds. */
const EACH_LINE = 1100;

export class LessonRun extends Run {
  /** First words of the lines that may be done now. */
  allowed: readonly string[] = [];
  /** What was done by hand since the scene was opened, each a line of the scenario language. */
  acts: readonly string[] = [];
  /** Is told of an act that the task does not allow. */
  refused: (act: string) => void = () => undefined;

  override async openScene(scene: string, play: string): Promise<boolean> {
    const opened = await super.openScene(scene, play);
    if (opened) this.acts = [];
    return opened;
  }

  /** Whether it goes on by itself, in time or line by line. */
  get going(): boolean {
    return this.playing || this.walking;
  }

  /** Where time stands still, each line of the script gets a while of its own: else all would happen in one moment. */
  override play(): void {
    if (!this.frame?.manual) return super.play();
    if (this.walking || this.frame.finished) return;
    this.walking = true;
    void this.walk();
  }

  override pause(): void {
    if (!this.stepping) this.walking = false;
    super.pause();
  }

  override toggle(): void {
    if (this.going) this.pause();
    else this.play();
    this.changed();
  }

  private walking = false;
  private stepping = false;

  private async walk(): Promise<void> {
    while (this.walking && this.frame?.manual && !this.frame.finished) {
      this.stepping = true;
      await this.step();
      this.stepping = false;
      await new Promise((resolve) => setTimeout(resolve, EACH_LINE));
    }
    const on = this.walking && this.frame?.manual === false;
    this.walking = false;
    if (on) this.play();
    this.changed();
  }

  override async act(...lines: string[]): Promise<boolean> {
    const barred = lines.find((line) => !this.allowed.some((act) => does(line, act)));
    if (barred !== undefined) {
      this.refused(barred.trim().split(/\s+/)[0] ?? "");
      return false;
    }
    const done = await super.act(...lines);
    if (done) this.acts = [...this.acts, ...lines];
    return done;
  }

  override async undo(): Promise<void> {
    await super.undo();
    this.acts = this.acts.slice(0, -1);
  }
}
