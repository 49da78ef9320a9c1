/** What the page, the frame and the worker in it say to each other. All that comes out of the sandbox is only data. */

import type { Problem } from "../types.ts";

/** What a worker can be asked. Arguments and results are JSON, as `harness/probe.py` and `probe.js` write it. */
export type Operation = "load" | "learn" | "answer" | "trials" | "session" | "measure" | "lines";

/** A worker's files, as bytes: Python's library; nothing for JavaScript. */
export interface Files {
  library?: ArrayBuffer;
}

/** What starts a worker. `kept` is what the first one left for those after it. */
export interface Boot {
  op: "boot";
  module: WebAssembly.Module;
  files: Files;
  kept: Uint8Array | undefined;
}

export interface Request {
  op: Operation;
  id: number;
  text: string;
  /** With this, the lines that run are told: the first batch of them after so many. Steps are not limited then. */
  follow?: number;
}

/** A line of a person's code that is about to run, and how many have run by then, this one counted. */
export interface Step {
  line: number;
  count: number;
}

/** From a worker to its frame, and on to the page (but for `keep`, which stays in the frame). */
export type FromWorker =
  | { ready: true }
  | { keep: Uint8Array }
  /** The interpreter has used up its steps on this line; told before anything is raised. */
  | { overdue: number | null }
  | { step: Step }
  | { id: number; text: string }
  /** The interpreter broke, and can't go on. */
  | { broken: string; id?: number };

/** From the page to the frame, by the port. `spawn` ends the present worker; null starts no other. */
export type ToFrame = { spawn: number | null } | { ask: Request };

/** From the frame to the page: which worker said so (by the number of its spawning), and what. */
export interface FromFrame {
  worker: number;
  said: FromWorker;
}

/** What the frame gets once, with the port. */
export interface Start {
  script: string;
  wasm: ArrayBuffer;
  files: Files;
}

/** What a worker answers: a value or a problem, and what was printed meanwhile. */
export interface Said<T> {
  value?: T;
  problem?: Problem;
  /** What the code asks a model. It was stopped there, and is to be called again with the answer. */
  asks?: Asks;
  printed: string;
}

export interface Asks {
  prompt: string;
  choices: string[];
  line?: number;
}
