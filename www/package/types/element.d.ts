import type { StateView } from "./core/index.js";

/** A playground in which replicas agree, or fail to. On a server it is `undefined`. */
export class ConsensusPlayground extends HTMLElement {
  /** Opens the first scenario of this protocol. */
  protocol: string | undefined;
  /** A scenario's text, or its name in the gallery. */
  scenario: string | undefined;
  /** Takes the place of the scenario's own. */
  seed: string | undefined;
  /** Virtual time over real time, 0.001 to 10; without it, the pace is by meaning. */
  speed: number | null;
  autoplay: boolean;
  address: boolean;
  sourceBase: string | undefined;
  theme: "light" | "dark" | undefined;
  challenge: boolean;
  /** `full`, `lesson` or `compact`. */
  view: string | undefined;
  controls: string | undefined;
  caption: string | undefined;
  startAt: string | undefined;
  endAt: string | undefined;
  drawers: string | undefined;
  /** A page that takes the attributes in its query, for where the element can't run. */
  fullPage: string | undefined;
  readonly playing: boolean;
  /** The number of the event at hand. */
  readonly event: number;
  /** The virtual time at hand, in microseconds. */
  readonly now: number;
  play(): void;
  pause(): void;
  step(): Promise<void>;
  /** Goes to just after an event, back or forth. */
  seek(event: number): Promise<void>;
  /** Opens a scenario's text. Resolves to `false` where it has a mistake. */
  open(text: string): Promise<boolean>;
  link(): Promise<string>;
  openLink(link: string): Promise<boolean>;
  /** Does something now: a line of the scenario language. */
  act(line: string): Promise<boolean>;
  script(): Promise<string>;
  traceHash(): Promise<string>;
  state(): Promise<StateView>;
}

/** A lesson: prose, scenes that run, predictions and tasks. On a server it is `undefined`. */
export class ConsensusLesson extends HTMLElement {
  src: string | undefined;
  name: string | undefined;
  next: string | undefined;
  nextTitle: string | undefined;
  sandbox: string | undefined;
  answers: string | undefined;
  speed: number | null;
  theme: "light" | "dark" | undefined;
  address: boolean;
  /** A receipt of this lesson: what it says was answered and solved is so when the lesson opens. */
  resume: string | undefined;
  /** Resolves to `false` where there is a mistake, which is shown then. */
  open(text: string): Promise<boolean>;
}

declare global {
  interface HTMLElementTagNameMap {
    "consensus-playground": ConsensusPlayground;
    "consensus-lesson": ConsensusLesson;
  }
}
