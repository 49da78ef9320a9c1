/** Holds one engine and one run, and answers the page's requests in order. */
import init, {
  Playground,
  VoteTrials,
  byzantineKinds,
  electionTrials,
  elections,
  gallery,
  protocols,
  version,
} from "../wasm/consensus_playground.js";
import { countUntil, part } from "./part.ts";
import type { Mistake, Operation, Operations, Request, Response } from "./protocol.ts";
import { Series } from "./series.ts";
import type { Frame } from "./types.ts";

type Handlers = { [O in Operation]: (...args: Operations[O]["args"]) => Operations[O]["result"] };

let playground: Playground | undefined;
/** The run so far as text, kept here because a broken engine can't be asked any more. */
let script = "";

function run(): Playground {
  if (!playground) throw new Error("No run is open yet.");
  return playground;
}

/** The last frame that was made, for those who ask about now without wanting to move it. */
let latest: Frame | undefined;
let series: Series | undefined;

function frame(fresh: boolean): Frame {
  latest = run().frame(fresh);
  return latest;
}

const handlers: Handlers = {
  library: () => ({ protocols: protocols(), gallery: gallery(), kinds: byzantineKinds(), version: version() }),
  open(text) {
    playground ??= new Playground();
    const info = playground.open(text);
    script = text;
    series = undefined;
    return { info, frame: frame(true) };
  },
  arrive,
  act(lines) {
    // What was looked at beyond now will not happen any more.
    if (series && latest && latest.event < series.reach) series = undefined;
    try {
      for (const line of lines) run().act(line);
    } finally {
      script = run().script();
    }
    return frame(false);
  },
  step: () => ({ tick: run().step(), frame: frame(false) }),
  run: (duration) => ({ tick: run().run(duration), frame: frame(false) }),
  prelude,
  onward,
  seek(event) {
    run().seek(event);
    return frame(true);
  },
  undo() {
    run().undo();
    return changed();
  },
  redo() {
    run().redo();
    return changed();
  },
  switchBranch(id) {
    run().switchBranch(id);
    return changed();
  },
  renameBranch(id, name) {
    run().renameBranch(id, name);
    return frame(false);
  },
  discardBranch(id) {
    run().discardBranch(id);
    return frame(false);
  },
  record: (firstEvent, events, firstMessage, messages) => ({
    events: run().events(firstEvent, events),
    messages: run().messages(firstMessage, messages),
  }),
  eventAt: (time) => countUntil((id) => run().events(id, 1)[0]?.at, time),
  part: (by, from, to) => part(run(), by, from, to),
  series() {
    const { event, counts, now } = latest ?? frame(true);
    series ??= new Series(run());
    return series.view(event, counts.messages, now);
  },
  explain: (event) => run().explain(event),
  flight: (id) => run().flight(id),
  answer(agent, text) {
    run().answer(agent, text);
    script = run().script();
    return frame(false);
  },
  trialSetting: (text) => trials(text).setting(),
  trials: (text, from, count) => trials(text).run(from, count),
  history: () => run().history(),
  elections: () => elections(),
  electionTrials: (place, from, count) => electionTrials(place, from, count),
  state: () => run().state(),
  script: () => run().script(),
  traceHash: () => run().traceHash(),
  export: (format) => run().export(format),
};

let tried: { text: string; trials: VoteTrials } | undefined;

/** The closed loop of a vote; kept, for trials come in slices. */
function trials(text: string): VoteTrials {
  if (tried?.text !== text) {
    tried?.trials.free();
    tried = undefined;
    tried = { text, trials: new VoteTrials(text) };
  }
  return tried.trials;
}

/** The run may be another one now. */
function changed(): Frame {
  script = run().script();
  series = undefined;
  return frame(true);
}

/** How many events a link may ask for: some seconds of work. */
const FARTHEST = 2_000_000;

function arrive(text: string, event: number, time: number): Operations["arrive"]["result"] {
  playground ??= new Playground();
  const info = playground.open(text);
  script = text;
  series = undefined;
  let tick = playground.run(0);
  // In growing pieces of time: an event may be far away, but time beyond it must not be carried out for nothing.
  for (let piece = 10_000; tick.event < event && tick.event < FARTHEST && tick.now < time; piece *= 2) {
    const before = tick;
    tick = playground.run(Math.min(piece, time - tick.now));
    if (tick.kind === "question" && tick.event === before.event) break;
  }
  if (tick.event > event) tick = playground.seek(event);
  if (tick.event === event && tick.now < time) tick = playground.run(time - tick.now);
  if (tick.event > event) {
    // Something more happens at that very time. A wait of the script ends before it: one line at a time gets there.
    tick = playground.seek(event);
    while (tick.event === event && tick.now < time && tick.kind !== "idle") tick = playground.step();
    if (tick.event > event) playground.seek(event);
  }
  return { info, frame: frame(true), hash: playground.traceHash() };
}

function prelude(most: number): Frame {
  let milestone = false;
  let view = frame(true);
  for (let steps = 0; steps < most; steps += 1) {
    milestone ||= view.recent.some((event) => event.milestone);
    if (milestone && view.flights.id.length > 0) break;
    const tick = run().step();
    view = frame(false);
    if (tick.kind === "idle" || tick.kind === "question" || tick.finished) break;
  }
  const first = view.flights.due.findIndex((due) => Number.isFinite(due) && due > view.now);
  // Half-way there, so that messages are seen between the nodes and not below them.
  if (first >= 0) run().run(Math.round(((view.flights.due[first] ?? view.now) - view.now) / 2));
  return frame(true);
}

function onward(most: number): Operations["onward"]["result"] {
  let tick = run().step();
  let view = frame(false);
  for (let steps = 1; steps < most && tick.kind !== "idle" && tick.kind !== "question"; steps += 1) {
    if (view.recent.some((event) => event.milestone || event.violation)) break;
    tick = run().step();
    view = frame(false);
  }
  // Labels and changed nodes of the steps in between went into frames that nobody has seen.
  return { tick, frame: frame(true) };
}

function mistake(error: unknown): Mistake {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, line, column } = error as Error & { line?: number; column?: number };
  return { message, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** What the engine said last: its panic hook tells the console what broke, and the exception only that it did. */
let lament = "";
const tell = console.error.bind(console);
console.error = (...told: unknown[]): void => {
  lament = (String(told[0]).split("\n\nStack")[0] ?? "").trim();
  tell(...told);
};

const ready = init();

async function answer({ id, op, args }: Request): Promise<Response> {
  try {
    await ready;
    const handler = handlers[op] as (...args: unknown[]) => unknown;
    return { id, ok: true, value: handler(...args) };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return { id, ok: false, panic: lament || error.message, script };
    return { id, ok: false, error: mistake(error) };
  }
}

self.addEventListener("message", (event: MessageEvent<Request>) => {
  void answer(event.data).then((response) => self.postMessage(response));
});
