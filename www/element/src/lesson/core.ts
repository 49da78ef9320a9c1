/** What a lesson needs of the engine: it reads the lesson, and follows its tasks. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Lesson, Mistake, TaskStatus } from "./model.ts";

export interface Core {
  /** Reads a lesson's text; or tells what is wrong with it. `undefined` where the engine can't be had. */
  read(run: Run, text: string): Promise<{ lesson: Lesson } | { mistakes: readonly Mistake[] } | undefined>;
  /** What the core finds wrong when it carries out all that a lesson claims. */
  check(run: Run, text: string): Promise<readonly Mistake[]>;
  /** Has a task's goals looked at after each event of the run at hand, from now on. */
  follow(run: Run, rules: string): Promise<void>;
  /** How these goals and the signs of wrong attempts stand; `undefined` where none are followed. */
  goals(run: Run): Promise<Pick<TaskStatus, "goals" | "signs"> | undefined>;
}

export const core: Core = {
  async read(run, text) {
    const reading = await run.guard("readLesson", text);
    if (!reading) return undefined;
    const { lesson, mistakes } = reading;
    return lesson ? { lesson } : { mistakes };
  },
  async check(run, text) {
    return (await run.guard("checkLesson", text))?.mistakes ?? [];
  },
  async follow(run, rules) {
    await run.guard("setTask", rules);
  },
  async goals(run) {
    return run.guard("task");
  },
};
