/** The run beside a lesson: a person does in it what the task at hand allows, and nothing else. */
import { Run } from "@consensus-playground/engine/run.ts";

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

  override async act(...lines: string[]): Promise<boolean> {
    const barred = lines.map(verb).find((word) => !this.allowed.includes(word));
    if (barred !== undefined) {
      this.refused(barred);
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

export function verb(line: string): string {
  return line.trim().split(/\s+/)[0] ?? "";
}
