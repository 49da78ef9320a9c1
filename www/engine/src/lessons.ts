/** What lessons ask of the engine: a scene at its end, and what will have become of it. Runs in the worker. */
import { Playground } from "../wasm/consensus_playground.js";
import { LESSON_TICKS } from "./limits.ts";
import type { Foretold } from "./protocol.ts";
import type { Halt } from "./slices.ts";

/** Goes on by so many events and lines, or until the script is at its end or nothing moves. Tells how many they were. */
async function steps(run: Playground, most: number, halt: Halt): Promise<{ taken: number; whole: boolean }> {
  let [taken, whole, stuck] = [0, false, false];
  await halt.slices((ticks) => {
    let event = 0;
    for (let left = ticks; left > 0 && taken < most && !whole && !stuck; left -= 1) {
      const tick = run.step();
      taken += 1;
      event = tick.event;
      whole = tick.finished;
      stuck = tick.kind === "idle" || tick.kind === "question";
    }
    return { more: taken < most && !whole && !stuck, event };
  });
  return { taken, whole };
}

/** Something carried out beside the run at hand, which stays as it is. */
async function aside<T>(text: string, work: (run: Playground) => Promise<T>): Promise<T> {
  const run = new Playground();
  try {
    run.open(text);
    return await work(run);
  } finally {
    run.free();
  }
}

/** Goes to where a scene ends, in a run that was opened with what follows, too: the same steps lead there. */
export async function toEnd(scene: string, run: Playground, halt: Halt): Promise<void> {
  const { taken } = await aside(scene, (alone) => steps(alone, LESSON_TICKS, halt));
  await steps(run, taken, halt);
}

/** Carries a scenario out, as far as a lesson may go, and tells what its `expect` lines found. */
export function foretell(text: string, halt: Halt): Promise<Foretold> {
  return aside(text, async (run) => {
    const { whole } = await steps(run, LESSON_TICKS, halt);
    const state = run.state();
    return { whole, expects: state.expects, state };
  });
}
