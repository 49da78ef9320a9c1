import type { Run } from "@consensus-playground/engine/run.ts";

/** Whether the script at hand is the scheduler, and has lines left: then these move things, and nobody has to. */
export function scheduledByScript(run: Run): boolean {
  return run.frame?.finished === false && /^\s*(?:at \S+\s+)?network manual\b/m.test(run.text);
}
