/** What a lesson needs of the engine. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Lesson, Mistake, Standing } from "./model.ts";

export interface Core {
  /** Reads a lesson's text; or tells what is wrong with it. */
  read(text: string): Promise<{ lesson: Lesson } | { mistakes: readonly Mistake[] }>;
  /** Sets what the core is to look at after each event of the run at hand, from now on. */
  setGoals(run: Run, goals: readonly string[]): Promise<void>;
  /** How these goals stand; `undefined` where the engine is gone. */
  goals(run: Run): Promise<{ standing: Standing; saw: string }[] | undefined>;
}
