/** The bridge between a run that waits for answers and whoever can give them. The run itself needs no code to go back. */
import type { Answerer, Problem, Question } from "./types.ts";

/** What the bridge needs of a run; `Run` of `engine/run.ts` is one. */
export interface Asking {
  readonly frame: { readonly event: number; readonly questions: readonly { node: string; text: string }[] } | undefined;
  /** Answers the oldest open question of an agent; what comes of that is in `frame` afterwards. */
  answer(agent: number, text: string): Promise<void>;
  pause(): void;
}

export interface Hooks {
  /** What the host adds to a question before it is asked. */
  prepare?: (question: Question) => Question;
  printed?: (text: string) => void;
  /** A mistake: play has stopped, the question stays open, and the run is as it was. */
  failed?: (problem: Problem) => void;
  /** Nothing is asked any more once this is aborted; an answer that is under way is thrown away. */
  signal?: AbortSignal;
}

/**
 * Makes what answers all questions that are open, in the order in which they came up, until none is left: what `Run`
 * takes as its `attendant`. It is not called where the script has the answers.
 */
export function attendant<R extends Asking>(answerer: Answerer, hooks: Hooks = {}): (run: R) => Promise<void> {
  let asking = false;
  return async (run) => {
    // A question is asked once, however often the run is looked at meanwhile.
    if (asking) return;
    asking = true;
    try {
      while (await answerFirst(run, answerer, hooks));
    } finally {
      asking = false;
    }
  };
}

/** Answers the question that was asked first. Says whether it is worth to go on. */
async function answerFirst(run: Asking, answerer: Answerer, hooks: Hooks): Promise<boolean> {
  const open = run.frame?.questions[0];
  if (!open || hooks.signal?.aborted) return false;
  const { event } = run.frame ?? {};
  const question = JSON.parse(open.text) as Question;
  const reply = await ask(answerer, hooks.prepare?.(question) ?? question);
  if (hooks.signal?.aborted) return false;
  if (reply.printed) hooks.printed?.(reply.printed);
  // The person may have gone elsewhere meanwhile, crashed the agent, or answered by hand.
  const still = run.frame?.questions[0];
  if (run.frame?.event !== event || still?.node !== open.node || still.text !== open.text) return true;
  if ("problem" in reply) {
    run.pause();
    hooks.failed?.(reply.problem);
    return false;
  }
  await run.answer(Number(open.node), reply.answer ?? "");
  // An answer is an event. Where the engine refused it, it has said so, and asking again would not help.
  return run.frame?.event !== event;
}

/** An answerer that breaks down has a mistake, too. */
async function ask(answerer: Answerer, question: Question): ReturnType<Answerer["answer"]> {
  try {
    return await answerer.answer(question);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: { message, kind: "runtime" }, printed: "" };
  }
}

/** What the bridge needs of a run that it plays. */
export interface Playing extends Asking, EventTarget {
  readonly playing: boolean;
  readonly replicas: readonly {
    health: string;
    traitor: boolean;
    replica?: { role: string } | undefined;
  }[];
  setAttendant(attendant: (run: never) => Promise<void>): void;
  role(name: string | undefined): { look: string } | undefined;
  play(): void;
}

/** How it ended: all agents that run and never lied have decided or given up; the person paused, or a mistake did. */
export type Ending = "decided" | "given-up" | "stopped";

/**
 * Plays, with all questions answered, until every agent that runs and is not Byzantine has decided or given up. The
 * answers go on after that, for whatever is asked then.
 */
export function playUntilDecided(run: Playing, answerer: Answerer, hooks: Hooks = {}): Promise<Ending> {
  run.setAttendant(attendant<Asking>(answerer, hooks));
  return new Promise((resolve) => {
    const end = (ending: Ending) => {
      run.removeEventListener("frame", look);
      run.removeEventListener("pause", stopped);
      hooks.signal?.removeEventListener("abort", aborted);
      if (run.playing) run.pause();
      resolve(ending);
    };
    const stopped = () => end(over(run) ?? "stopped");
    const aborted = () => end("stopped");
    const look = () => {
      const ending = over(run);
      if (ending) end(ending);
    };
    if (hooks.signal?.aborted) return aborted();
    hooks.signal?.addEventListener("abort", aborted);
    run.addEventListener("frame", look);
    run.play();
    // A run that is at its end already does not begin to play.
    if (!run.playing) return stopped();
    run.addEventListener("pause", stopped);
    look();
  });
}

function over(run: Playing): Ending | undefined {
  const honest = run.replicas.filter(({ health, traitor }) => health === "up" && !traitor);
  const looks = honest.map(({ replica }) => run.role(replica?.role)?.look);
  if (looks.length === 0 || !looks.every((look) => look === "done" || look === "blocked")) return undefined;
  return looks.includes("blocked") ? "given-up" : "decided";
}
