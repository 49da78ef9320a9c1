/** What a run shows of itself. Everybody reads it; only the run's own commands change it. */
import type { Near } from "./near.ts";
import type { Repetition } from "./novelty.ts";
import type { Program } from "./link.ts";
import type {
  Descriptor,
  FlightDetail,
  Frame,
  Info,
  Library,
  MessageInfo,
  NodeView,
  PropertyView,
  RoleInfo,
  Topology,
} from "./types.ts";

/** What went wrong, for the box that says so. */
export interface Problem {
  message: string;
  line?: number;
  column?: number;
  /** Whether the engine was lost by it. */
  gone?: boolean;
  /** Whether it is an act that the run refused: the run goes on as it was. */
  refused?: boolean;
  /** What may help, tried once more. */
  retry?: () => unknown;
}

/** Where a run stood whose engine is lost. Until it is opened again, there is nothing else to be asked. */
export interface Lost {
  message: string;
  script: string;
  event: number;
  time: number;
}

/** Answers the open questions of the run that it is given. */
export type Attendant = (run: never) => Promise<void>;

/** The same fields, for whoever may change them. */
type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : T[K];
};

export class Snapshot extends EventTarget {
  /** What the engine knows before any run. */
  readonly library: Library | undefined = undefined;
  readonly descriptor: Descriptor | undefined = undefined;
  readonly info: Info | undefined = undefined;
  /** The scenario as it was opened, without what was done by hand since. */
  readonly text: string = "";
  /** How things are. */
  readonly frame: Readonly<Frame> | undefined = undefined;
  readonly nodes: ReadonlyMap<string, NodeView> = new Map();
  /** What is written beside a message in flight, by its number. */
  readonly labels: ReadonlyMap<number, string> = new Map();
  /** How the replicas are linked. */
  readonly topology: Topology | undefined = undefined;
  readonly playing: boolean = false;
  /** The node that the person chose. */
  readonly selected: string | null = null;
  /** The two nodes whose link the person chose. */
  readonly selectedLink: readonly [string, string] | null = null;
  /** Of a crowd, who is shown in full. */
  readonly near: Near | undefined = undefined;
  /** The number of the message that the person chose. */
  readonly message: number | null = null;
  /** What the chosen message carries. */
  readonly detail: FlightDetail | undefined = undefined;
  /** The broken property whose evidence is shown; it stays while the person looks at earlier events. */
  readonly evidence: PropertyView | null = null;
  /** By meaning, what is new gets its time and what repeats is passed over; true time passes at a speed. */
  readonly pace: "meaning" | "time" = "meaning";
  /** Virtual time over real time, where the pace is true time. */
  readonly speed: number = 1 / 20;
  /** How fast the pace by meaning is, over its usual one. */
  readonly tempo: number = 1;
  /** What repeats while the run is played by meaning, and is passed over quickly. */
  readonly repetition: Repetition | undefined = undefined;
  /** Whether anybody can see the picture; while not, time stands still. */
  readonly visible: boolean = true;
  /** Whether the next finger on the picture draws a wall; else it scrolls the page. */
  readonly walling: boolean = false;
  /** What addresses of the Rust source begin with; without it, what the build knows. */
  readonly sourceBase: string | undefined = undefined;
  /** The address of a page of its own that shows the same, for those for whom it can't run here. */
  readonly elsewhere: string | undefined = undefined;
  /** Whether the person has moved the run at all since it was opened. */
  readonly touched: boolean = false;
  /** Answers agents' open questions, wherever the run waits for them; without it, the run pauses there. */
  readonly attendant: Attendant | undefined = undefined;
  /** A person's code that belongs to the run; links carry it along. */
  readonly solution: Program | undefined = undefined;
  readonly problem: Problem | null = null;
  readonly lost: Lost | null = null;
  /** A part of the page that did not arrive. Whatever is opened meanwhile, it is missing. */
  readonly missing: Problem | null = null;
  /** Something to be told that is no problem. It goes when the run moves. */
  readonly notice: string = "";

  /** The same fields, to be written by commands. */
  protected get own(): Writable<Snapshot> {
    return this as unknown as Writable<Snapshot>;
  }

  get replicas(): NodeView[] {
    return [...this.nodes.values()].filter((node) => !node.id.startsWith("c"));
  }

  role(name: string | undefined): RoleInfo | undefined {
    return this.descriptor?.roles.find((role) => role.name === name);
  }

  messageInfo(kind: number | string): MessageInfo | undefined {
    return this.descriptor?.messages.find((message, place) => place === kind || message.name === kind);
  }
}
