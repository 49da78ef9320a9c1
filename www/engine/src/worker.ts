/** Holds one engine and one run, and answers the page's requests in order. */
import { CROWD, LINK_EVENTS } from "./limits.ts";
import init, {
  Playground,
  VoteTrials,
  byzantineKinds,
  checkLesson,
  commonTerms,
  costCourses,
  electionTrials,
  elections,
  measureCost,
  protocols,
  readLesson,
  readScenario,
  makeShorter,
  scenarioOffers,
  usualBounds,
  version,
} from "../wasm/consensus_playground.js";
import { foretell, toEnd } from "./lessons.ts";
import { Paced } from "./paced.ts";
import { countUntil, part } from "./part.ts";
import {
  ASIDE,
  type Begin,
  type Call,
  type Here,
  type Mistake,
  type Operation,
  type Operations,
  type Request,
  type Response,
} from "./protocol.ts";
import { joined } from "./scenario-text.ts";
import { Searching } from "./searching.ts";
import { Series } from "./series.ts";
import { Halt } from "./slices.ts";
import type { Frame, Info, Tick } from "./types.ts";
import { whyNot } from "./why-not.ts";

type Handlers = {
  [O in Operation]: (...args: Operations[O]["args"]) => Operations[O]["result"] | Promise<Operations[O]["result"]>;
};

/** How often it is told how far work is, and how long one call of the clock works at most: milliseconds. */
const TELLING = 250;
const MOST_FOR_A_PICTURE = 250;
/** How many events make a piece of a trace: some megabytes. */
const PIECE = 20_000;

let playground: Playground | undefined;
/** The run so far as text, as it was told last: a broken engine can't be asked any more. */
let script = "";
let toldScript = "";
let toldAt = 0;
const halt = new Halt((event) => {
  const time = performance.now();
  if (time - toldAt < TELLING) return;
  toldAt = time;
  tell({ at: event });
});

const searching = new Searching(halt);

function run(): Playground {
  if (!playground) throw new Error("No run is open yet.");
  return playground;
}

/** The last frame that was made, for those who ask about now without wanting to move it. */
let latest: Frame | undefined;
let series: Series | undefined;
/** In a crowd, the replicas that are told of in full. */
let focus: Uint16Array | undefined;

/** What is new and what repeats, for the pace by meaning. */
let paced: Paced | undefined;

function frame(fresh: boolean): Frame {
  latest = run().frame(fresh, focus);
  if (fresh) paced?.begin(latest);
  else paced?.look(latest);
  return latest;
}

function opened(text: string): Info {
  playground ??= new Playground();
  const info = playground.open(text);
  script = text;
  series = undefined;
  const messages = protocols().find(({ id }) => id === info.protocol)?.messages ?? [];
  paced = new Paced(messages.map(({ name }) => name));
  focus = info.replicas > CROWD ? new Uint16Array() : undefined;
  return info;
}

const handlers: Handlers = {
  library: () => ({ protocols: protocols(), kinds: byzantineKinds(), terms: commonTerms(), version: version() }),
  open(text) {
    const info = opened(text);
    return { info, frame: frame(true) };
  },
  focus(whom) {
    focus = whom;
    return frame(false);
  },
  arrive,
  async scene(text, play) {
    const info = opened(joined(text, play));
    if (text) await toEnd(text, run(), halt);
    return { info, frame: frame(true) };
  },
  foretell: (text) => foretell(text, halt),
  readLesson: (text) => readLesson(text),
  checkLesson: (text) => checkLesson(text),
  readScenario: (text) => readScenario(text),
  scenarioOffers: (text, line, column) => scenarioOffers(text, line, column),
  setTask(rules) {
    run().setTask(rules);
    return undefined;
  },
  task: () => run().task(),
  async act(lines) {
    // What was looked at beyond now will not happen any more.
    if (series && latest && latest.event < series.reach) series = undefined;
    for (const line of lines) {
      run().act(line);
      script = run().script();
      if (lines.length > 1 && (await halt.breathe(latest?.event ?? 0))) break;
    }
    return frame(false);
  },
  step: () => ({ tick: run().step(), frame: frame(false) }),
  run: async (duration) => ({
    tick: await runs(duration, performance.now() + MOST_FOR_A_PICTURE),
    frame: frame(false),
  }),
  pace(ms) {
    latest ??= frame(true);
    paced ??= new Paced([]);
    const moved = paced.play(run(), latest, ms, () => (latest = run().frame(false, focus)));
    latest = moved.frame;
    return { ...moved, repetition: paced.repetition };
  },
  onward,
  async seek(event) {
    await seeks(event);
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
  part: (by, from, to) => part(run(), by, from, to, focus),
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
  population: () => run().population(),
  fold: (at) => run().fold(at),
  foldEvent: (replica, index) => run().foldEvent(replica, index),
  elections: () => elections(),
  electionTrials: (place, from, count) => electionTrials(place, from, count),
  costCourses: () => costCourses(),
  measureCost: (place, replicas) => measureCost(place, replicas),
  usualBounds: (text, strategy) => usualBounds(text, strategy),
  search: (quest) => searching.begin(quest),
  searchOn: (ms) => searching.on(ms),
  makeShorter: (text) => makeShorter(text),
  state: () => run().state(),
  script: () => run().script(),
  traceHash: () => run().traceHash(),
  export(format, from) {
    const { last } = latest ?? frame(true);
    const text = run().export(format, from, PIECE);
    return { text, next: from + PIECE <= last ? from + PIECE : undefined };
  },
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

/** How things are, without anything being done. */
function now(): Tick {
  return run().run(0, 1, 0);
}

/** Lets so much time pass, up to an event at most. */
async function runs(duration: number, deadline?: number, event?: number): Promise<Tick> {
  let tick = now();
  const target = tick.now + duration;
  await halt.slices((ticks) => {
    tick = run().run(Math.max(0, target - tick.now), ticks, event);
    return tick;
  }, deadline);
  return tick;
}

async function seeks(event: number): Promise<Tick> {
  let tick = now();
  await halt.slices((ticks) => {
    tick = run().seek(event, ticks);
    return tick;
  });
  return tick;
}

async function arrive(
  text: string,
  event: number,
  time: number,
  exact: boolean,
): Promise<Operations["arrive"]["result"]> {
  const info = opened(text);
  frame(true);
  let tick = await runs(time, undefined, Math.min(event, LINK_EVENTS));
  // Lines and time that belong to the place, but make no event: one event more tells that the place is behind.
  if (tick.event === event && (tick.now < time || !exact)) tick = await runs(time - tick.now, undefined, event + 1);
  if (tick.event > event) {
    // Something more happens at that very time. A wait of the script ends before it: one line at a time gets there.
    tick = await seeks(event);
    while (tick.event === event && tick.now < time && tick.kind !== "idle") tick = run().step();
    if (tick.event > event) await seeks(event);
  }
  return { info, frame: frame(true), hash: halt.asked ? "" : run().traceHash() };
}

async function onward(most: number, back: number): Promise<Operations["onward"]["result"]> {
  let left = most;
  let tick = now();
  await halt.slices((ticks) => {
    const some = Math.min(ticks, left);
    left -= some;
    tick = run().onward(some);
    return { ...tick, more: tick.more && left > 0 };
  });
  const { event: reached, marked: found } = tick;
  if (!found && tick.kind !== "question") tick = await seeks(back);
  // Labels and changed nodes of the steps in between went into frames that nobody has seen.
  return { tick, frame: frame(true), found, reached };
}

function mistake(error: unknown): Mistake {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, line, column } = error as Error & { line?: number; column?: number };
  return { message, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** Holds a lock of this worker's name: when it is free, the page knows that the worker is gone. Whether that is possible. */
function hold(name: string): Promise<boolean> {
  return new Promise((held) => {
    const forever = () => new Promise<never>(() => held(true));
    if (!("locks" in navigator)) held(false);
    else navigator.locks.request(name, forever).catch(() => held(false));
  });
}

let begin: (given: Begin["begin"]) => void;
const ready = new Promise<Begin["begin"]>((resolve) => (begin = resolve)).then(async ({ name, module }) => {
  await init({ module_or_path: module });
  return name;
});
ready.then(
  async (name) => tell({ started: true, held: await hold(name) }),
  () => undefined,
);

/** A call during which the engine broke down has that for its cause. */
function panic(error: unknown): string | undefined {
  const { cause, message } = error instanceof Error ? error : { cause: undefined, message: "" };
  return cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError ? message : undefined;
}

async function answer({ id, op, args }: Call): Promise<Response> {
  try {
    await ready;
  } catch (error) {
    console.warn(error);
    return { id, ok: false, failed: whyNot(error) };
  }
  let response: Extract<Response, { script?: string }>;
  try {
    const handler = handlers[op] as (...args: unknown[]) => unknown;
    response = { id, ok: true, value: await handler(...args) };
  } catch (error) {
    const broke = panic(error);
    if (broke !== undefined) return { id, ok: false, panic: broke };
    response = { id, ok: false, error: mistake(error) };
  }
  if (script !== toldScript) response.script = toldScript = script;
  return response;
}

function tell(response: Response | Here): void {
  self.postMessage(response);
}

const queue: Call[] = [];
let busy = false;

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let call = queue.shift(); call; call = queue.shift()) {
    halt.asked = false;
    toldAt = performance.now();
    tell(await answer(call));
  }
  busy = false;
}

self.addEventListener("message", ({ data }: MessageEvent<Request | Begin>) => {
  if ("begin" in data) begin(data.begin);
  else if ("halt" in data) {
    halt.asked = true;
    for (const { id } of queue.splice(0)) tell({ id, ok: false, halted: true });
  } else if (ASIDE.has(data.op)) {
    void answer(data).then(tell);
  } else {
    queue.push(data);
    void work();
  }
});
tell({ here: true });
