/** The shapes that cross the boundary between the engine and the page. All times are virtual microseconds. */

/** A word of a protocol's vocabulary and what it means. */
export interface WordInfo {
  name: string;
  about: string;
}

export interface CommandInfo {
  usage: string;
  example: string;
  about: string;
}

/** What values an option takes: a word, or one with its range or its words. */
export type OptionKind =
  | "switch"
  | "yes-no"
  | "duration"
  | "duration-range"
  | "word"
  | { number: { lo: number; hi: number } }
  | { choice: string[] };

export interface OptionInfo {
  name: string;
  kind: OptionKind;
  default: string;
  perReplica: boolean;
  bug: boolean;
  about: string;
  source: string;
}

export type GlyphName = "envelope" | "tag" | "box" | "disc" | "diamond" | "hexagon";

export interface MessageInfo {
  name: string;
  reply: boolean;
  glyph: GlyphName;
  about: string;
}

export type Look = "lead" | "contend" | "follow" | "blocked" | "done";

export interface RoleInfo {
  name: string;
  look: Look;
  about: string;
}

export interface PropertyInfo {
  name: string;
  about: string;
  source: string;
}

export interface RuleInfo {
  name: string;
  block: string;
  code: string;
  source: string;
  milestone: boolean;
}

/** A protocol's whole vocabulary. The page knows a protocol by nothing else. */
export interface Descriptor {
  id: string;
  name: string;
  summary: string;
  paper: string;
  epoch: string;
  agent: string;
  replicas: [number, number];
  firstScenario: string;
  commands: CommandInfo[];
  options: OptionInfo[];
  disk: WordInfo[];
  messages: MessageInfo[];
  timers: WordInfo[];
  roles: RoleInfo[];
  fields: WordInfo[];
  properties: PropertyInfo[];
  rules: RuleInfo[];
  lies: WordInfo[];
  costs: WordInfo[];
}

export interface GalleryItem {
  file: string;
  protocol: string;
  title: string;
  text: string;
  about: string;
}

export interface Field {
  name: string;
  value: number | string;
}

export interface Cell {
  slot: number;
  epoch: number;
  label: string;
  state: "pending" | "prepared" | "committed";
}

export interface Tally {
  about: string;
  votes: number[];
  needed: number;
}

export interface ReplicaView {
  role: string;
  epoch: number;
  committed: number;
  badge: string;
  fields: Field[];
  log: Cell[];
  tallies: Tally[];
}

export interface TimerView {
  name: string;
  set: number;
  due: number;
}

export interface NodeView {
  id: string;
  health: "up" | "crashed" | "paused";
  byzantine: string | null;
  traitor: boolean;
  timers: TimerView[];
  replica: ReplicaView | null;
  doing: string;
}

export interface Info {
  protocol: string;
  title: string;
  about: string;
  replicas: number;
  seed: string;
  end: number | null;
}

export interface ExpectView {
  line: number;
  text: string;
  ok: boolean;
  why: string;
}

export interface Tick {
  now: number;
  event: number;
  kind: "event" | "line" | "clock" | "question" | "idle";
  finished: boolean;
  failures: ExpectView[];
}

/** What became of a message; a place in the engine's list. */
export enum Fate {
  Flying,
  Delivered,
  Lost,
  Cut,
  Dead,
  Dropped,
}

/** Messages to draw, as columns. Replicas are 1, 2, …; clients have the bit 0x8000. */
export interface Flights {
  id: Uint32Array;
  from: Uint16Array;
  to: Uint16Array;
  kind: Uint8Array;
  epoch: Int32Array;
  sent: Float64Array;
  due: Float64Array;
  fate: Uint8Array;
  twin: Uint8Array;
}

export interface EventView {
  id: number;
  at: number;
  cause: number;
  node: string | null;
  what: string;
  kind: string;
  message: number;
  rule: number;
  milestone: boolean;
  epoch: number;
  role: string;
  decided: number;
  violation: boolean;
  title: string;
}

export interface ViolationView {
  property: string;
  event: number;
  at: number;
  text: string;
  evidence: number[];
  nodes: string[];
}

export interface PropertyView extends PropertyInfo {
  broken: ViolationView | null;
}

export interface Progress {
  committed: number;
  requests: number;
  completed: number;
  decided: number;
  lastDecision: number;
  sentence: string | null;
}

export interface NetworkView {
  latency: [number, number];
  shape: string;
  /** Parts per million. */
  loss: number;
  /** Parts per million. */
  duplicate: number;
  reorder: boolean;
}

export interface Question {
  node: string;
  text: string;
}

export interface Counts {
  events: number;
  messages: number;
  betweenReplicas: number;
}

/** What changed since the last frame, or everything. */
export interface Frame {
  now: number;
  event: number;
  last: number;
  finished: boolean;
  nodes: NodeView[];
  manual: boolean;
  groups: string[][];
  cuts: [string, string][];
  network: NetworkView;
  flights: Flights;
  labels: [number, string][];
  recent: EventView[];
  properties: PropertyView[];
  progress: Progress;
  counts: Counts;
  expects: ExpectView[];
  questions: Question[];
}

export interface Sentence {
  text: string;
  rule: number;
  source: string;
}

export interface Explanation {
  event: number;
  title: string;
  sentences: Sentence[];
  notes: string[];
  chain: number[];
  changes: [string, string, string][];
}

export interface MessageView {
  id: number;
  kind: string;
  from: string;
  to: string;
  sent: number;
  due: number;
  fate: Fate;
  epoch: number;
  cause: number;
  twin: boolean;
}

/** What the engine knows before any run. */
export interface Library {
  protocols: Descriptor[];
  gallery: GalleryItem[];
  kinds: WordInfo[];
  version: string;
}

/** The state as the headless API gives it; the page itself draws from frames. */
export type State = Record<string, unknown>;
