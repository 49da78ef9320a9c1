/** What the page asks of the worker, and what comes back. */
import type { Repetition } from "./novelty.ts";
import type {
  EventView,
  ExpectView,
  Explanation,
  FlightDetail,
  Frame,
  Info,
  Library,
  MessageView,
  State,
  Tick,
} from "./types.ts";
import type { SeriesView } from "./series.ts";
import type {
  CostCourse,
  CostRow,
  ElectionView,
  FoldView,
  HistoryView,
  PopulationView,
  LessonReading,
  LessonReport,
  ScenarioOffers,
  ScenarioReading,
  SearchBounds,
  SearchProgress,
  TaskStanding,
  TrialColumns,
  TrialSetting,
} from "../wasm/consensus_playground.js";

/** A frame with the tick that led to it. */
export interface Moved {
  tick: Tick;
  frame: Frame;
}

/** A part of the record, for the timeline and the lists. */
export interface Record {
  events: EventView[];
  messages: MessageView[];
}

/** A part of the record by its place on the axis of the space-time diagram. */
export interface Part extends Record {
  from: number;
  to: number;
  /** How many events happened in it, and how many of them were looked at: fewer where they were sampled. */
  all: number;
  looked: number;
}

/** A run that nobody sees, at its end or as far as a lesson may go. */
export interface Foretold {
  /** Whether all of its lines were carried out. */
  whole: boolean;
  expects: ExpectView[];
  state: State;
}

/** What a search is told; see `ScheduleSearch`. */
export interface Quest {
  text: string;
  strategy: "swarm" | "breadth" | "depth";
  wanted: string;
  bounds: string;
  seed: number;
  /** Of `workers` workers this is number `worker`, from 0. */
  worker: number;
  workers: number;
}

/** How far a search is, in which walk, and what it has found: a scenario, and what comes about in it. */
export interface Searched {
  progress: SearchProgress;
  walk: number;
  text: string | undefined;
  sentence: string | undefined;
}

/** Every operation: its arguments and its result. */
export interface Operations {
  library: { args: []; result: Library };
  open: { args: [text: string]; result: { info: Info; frame: Frame } };
  /**
   * Opens a scenario and goes to an event and a time of it, as far as it gets there. `hash` is that of the run there, or
   * empty where the person stopped it on the way. `exact`: nothing is carried out that may lie beyond.
   */
  arrive: {
    args: [text: string, event: number, time: number, exact: boolean];
    result: { info: Info; frame: Frame; hash: string };
  };
  /** Opens a lesson's scene with what is still to be played in it, and goes to where the scene itself ends. */
  scene: { args: [scene: string, play: string]; result: { info: Info; frame: Frame } };
  /** What becomes of a scenario. The run at hand stays as it is. */
  foretell: { args: [text: string]; result: Foretold };
  /** Reads a lesson's text. */
  readLesson: { args: [text: string]; result: LessonReading };
  /** Reads a scenario as it is being written: all that is wrong in it, and what each word is. */
  readScenario: { args: [text: string]; result: ScenarioReading };
  /** What may stand in a line of it at a column, both from 1. */
  scenarioOffers: { args: [text: string, line: number, column: number]; result: ScenarioOffers };
  /** Carries out all that a lesson claims. */
  checkLesson: { args: [text: string]; result: LessonReport };
  /** Follows a task of a lesson from now on, by its rules; and how it stands. */
  setTask: { args: [rules: string]; result: undefined };
  task: { args: []; result: TaskStanding | undefined };
  /** Of a crowd, these replicas are told of in full from now on. */
  focus: { args: [whom: Uint16Array]; result: Frame };
  /** Carries lines of the scenario language out, now. */
  act: { args: [lines: string[]]; result: Frame };
  step: { args: []; result: Moved };
  /** Advances the virtual clock by so many microseconds, or by fewer where that takes long. */
  run: { args: [duration: number]; result: Moved };
  /** Lets so much real time pass, in ms, at the pace by meaning. */
  pace: { args: [ms: number]; result: Moved & { repetition: Repetition | undefined } };
  /** Goes on until an event worth a mark has happened; where none does in so many steps, back to an event. */
  onward: { args: [most: number, back: number]; result: Moved & { found: boolean; reached: number } };
  seek: { args: [event: number]; result: Frame };
  /** Takes back what was done by hand last; does again what was taken back last. */
  undo: { args: []; result: Frame };
  redo: { args: []; result: Frame };
  /** Returns to a branch; 0 is the present run, which can only be named. */
  switchBranch: { args: [id: number]; result: Frame };
  renameBranch: { args: [id: number, name: string]; result: Frame };
  discardBranch: { args: [id: number]; result: Frame };
  record: { args: [firstEvent: number, events: number, firstMessage: number, messages: number]; result: Record };
  /** The last event at or before a time. */
  eventAt: { args: [time: number]; result: number };
  /** The record between two times, or two events where `by` is `event`; where it is too much, samples of it. Of a crowd, what those in focus did. */
  part: { args: [by: "time" | "event", from: number, to: number]; result: Part };
  /** Numbers over time up to now. */
  series: { args: []; result: SeriesView };
  explain: { args: [event: number]; result: Explanation | undefined };
  /** All that a message in flight carries. */
  flight: { args: [id: number]; result: FlightDetail | undefined };
  /** Answers an agent's oldest open question. */
  answer: { args: [agent: number, text: string]; result: Frame };
  /** The vote of a scenario in a closed loop: who votes on what, and (a slice of) so many trials from a seed on. */
  trialSetting: { args: [text: string]; result: TrialSetting };
  trials: { args: [text: string, from: number, count: number]; result: TrialColumns };
  /** What clients asked and were told, judged. */
  history: { args: []; result: HistoryView };
  /** The groups that replicas fall into, over time. */
  population: { args: []; result: PopulationView | undefined };
  /** The states of all replicas as folds over their logs, at an index, or at the last. */
  fold: { args: [at: number | undefined]; result: FoldView };
  /** The event in which a replica came to have applied an index, or since which it differs from its log; 0 for none. */
  foldEvent: { args: [replica: number, index: number | undefined]; result: number };
  /** The set-ups of elections that can be measured, and how long (in microseconds) so many trials of one lasted. */
  elections: { args: []; result: ElectionView[] };
  electionTrials: { args: [place: number, from: number, count: number]; result: Float64Array };
  /** The forms of protocols whose costs can be measured, and what one request cost with so many replicas. */
  costCourses: { args: []; result: CostCourse[] };
  measureCost: { args: [place: number, replicas: number]; result: CostRow };
  /** The bounds that a search has where nothing is said. */
  usualBounds: { args: [text: string, strategy: Quest["strategy"]]; result: SearchBounds };
  /** Begins a search, and gives its bounds in words; goes on with it for so many ms. Both in a worker of its own. */
  search: { args: [quest: Quest]; result: string };
  searchOn: { args: [ms: number]; result: Searched };
  /** A shorter scenario that fails alike. This may take long, and can't be asked to stop. */
  makeShorter: { args: [text: string]; result: string };
  state: { args: []; result: State };
  script: { args: []; result: string };
  traceHash: { args: []; result: string };
  /** A piece of the trace from an event on; `next` is the event that follows it, if there is one. */
  export: { args: [format: "ndjson" | "shiviz", from: number]; result: { text: string; next: number | undefined } };
}

export type Operation = keyof Operations;

/** What is answered even while other work is under way: it needs no run, and whoever writes waits for it at each key. */
export const ASIDE: ReadonlySet<Operation> = new Set<Operation>(["readScenario", "scenarioOffers", "usualBounds"]);

export type Call = { [O in Operation]: { id: number; op: O; args: Operations[O]["args"] } }[Operation];

/** `halt` ends what is under way, and gives up what waits behind it. */
export type Request = Call | { halt: true };

/** A mistake in a call or a scenario. The run goes on as it was. */
export interface Mistake {
  message: string;
  line?: number;
  column?: number;
}

export type Response =
  /** The run's text, where it has changed. */
  | { id: number; ok: true; value: unknown; script?: string }
  | { id: number; ok: false; error: Mistake; script?: string }
  /** It was given up unheard, since the person asked for a halt. */
  | { id: number; ok: false; halted: true }
  /** The engine itself broke; the worker is of no more use. */
  | { id: number; ok: false; panic: string }
  /** The engine could not be started; another worker may do better. */
  | { id: number; ok: false; failed: string }
  /** The engine is there, and takes calls. `held`: it holds the lock of its name for as long as it lives. */
  | { started: true; held: boolean }
  /** At which event the work under way is. */
  | { at: number };

/** What a worker says before all else, and what it is given then: the name of the lock that it is to hold, and its wasm. */
export interface Here {
  here: true;
}
export interface Begin {
  begin: { name: string; module: WebAssembly.Module };
}
