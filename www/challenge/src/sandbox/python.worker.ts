/**
 * Python in the sandbox: Pyodide, fed with its WebAssembly module and its library as bytes, since nothing can be fetched.
 *
 * The first worker leaves a picture of its memory right after the start; those after it begin from that, in a tenth of
 * the time. So each load of a person's code gets a fresh interpreter.
 */
import "./quiet.ts";
import { loadPyodide, version } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import harness from "../harness/harness.py?raw";
import probe from "../harness/probe.py?raw";
import { closeDoors, stopClocks } from "./doors.ts";
import type { Boot, FromWorker, Operation, Request as Ask } from "./messages.ts";
import { limitFiles, limitMemory, type FileSystem } from "./limits.ts";
import { Poll } from "./poll.ts";
import { Trail } from "./trail.ts";

type Python = Awaited<ReturnType<typeof loadPyodide>>;
type Entry = (text: string) => string;
type Entries = Record<Operation, Entry> & { follow: () => void };

/** All of Python's memory, in bytes. It is about 30 MB after the start. */
const MEMORY = 128 * 2 ** 20;

/** How often the interpreter looks at the flag below before it has run too long: every 50 loops or calls. So 10 million. */
const LOOKS = 200_000;
/** Steps may be long, as in a regular expression: then the time counts, in milliseconds. */
const LONGEST = 5_000;
/** Whoever catches the exception gets the next after so many looks more. */
const LOOKS_AGAIN = 2_000;

const ADDRESS = "https://sandbox.invalid/";
const post = self.postMessage.bind(self) as (message: FromWorker, transfer?: Transferable[]) => void;

/** The clock that doesn't stand still. */
const now = performance.now.bind(performance);

/** Stands for the byte in which the interpreter looks for an interrupt (2): a look is a step of the budget. */
const flag = {
  length: 1,
  looks: 0,
  due: LOOKS,
  since: 0,
  /** Code that is followed is stopped by the page. */
  off: false,
  get 0(): number {
    this.looks += 1;
    const late = this.looks % 16 === 0 && now() - this.since > LONGEST;
    if (this.off || (this.looks < this.due && !late)) return 0;
    this.due = this.looks + LOOKS_AGAIN;
    this.since = now();
    return 2;
  },
  set 0(_: number) {},
  restart(): void {
    this.looks = 0;
    this.due = LOOKS;
    this.since = now();
  },
};

/** Hands Pyodide what it would fetch. */
function feed({ module, files }: Boot): void {
  const fed = (url: string): Response => {
    if (url.endsWith(".zip")) return new Response(files.library ?? null);
    if (url.endsWith(".wasm")) return new Response(null, { headers: { "content-type": "application/wasm" } });
    throw new TypeError(`nothing is fetched here: ${url}`);
  };
  globalThis.fetch = (what) => Promise.resolve(fed(what instanceof Request ? what.url : String(what)));
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
}

/** Makes a module of Python from its text. */
const MAKE = (name: string) => `
import sys, types
${name} = types.ModuleType("${name}")
sys.modules["${name}"] = ${name}
exec(compile(${name}_text, "${name}.py", "exec"), ${name}.__dict__)
del ${name}_text
`;

/** What a person's code is likely to import: in the picture, so that it is there at once. */
const WARM =
  "import random, typing, collections, dataclasses, traceback, json, math, functools, itertools, statistics, enum, abc, copy, re, ast";

async function start(boot: Boot): Promise<Entries> {
  feed(boot);
  const python = await loadPyodide({
    indexURL: ADDRESS,
    packageBaseUrl: ADDRESS,
    stdLibURL: `${ADDRESS}python_stdlib.zip`,
    lockFileContents: { info: { ...__PYODIDE_INFO__, version }, packages: {} },
    createPyodideModule,
    checkAPIVersion: false,
    jsglobals: {},
    env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" },
    ...(boot.kept ? { _loadSnapshot: boot.kept } : { _makeSnapshot: true }),
  });
  if (!boot.kept) {
    for (const [name, text] of Object.entries({ harness, probe })) {
      (python.globals as unknown as { set: (name: string, value: string) => void }).set(`${name}_text`, text);
      python.runPython(MAKE(name));
    }
    python.runPython(`${WARM}\nimport probe; probe.warm()`);
    const picture = python.makeMemorySnapshot();
    post({ keep: picture }, [picture.buffer]);
  }
  return shut(python);
}

/** Takes what is needed, and shuts the rest. */
function shut(python: Python): Entries {
  const entry = (name: string) => python.runPython(`import probe; probe.${name}`) as Entry & (() => void);
  const entries = {
    load: entry("load_code"),
    learn: entry("learn"),
    answer: entry("answer"),
    trials: entry("trials"),
    session: entry("session"),
    measure: entry("measure"),
    lines: entry("lines"),
    follow: entry("follow"),
  };
  const close = entry("close_doors");
  python.setStdin({ read: reply });
  python.setStdout({ write: (bytes) => bytes.length });
  python.setStderr({ write: hear });
  close();
  limitMemory(MEMORY);
  limitFiles((python as unknown as { FS: FileSystem }).FS);
  stopClocks();
  closeDoors();
  // What breaks the interpreter is told by `broken`; nobody reads this worker's console.
  Object.assign(console, { error: () => undefined, warn: () => undefined, log: () => undefined });
  python.setInterruptBuffer(flag as unknown as Uint8Array);
  return entries;
}

/** Whether it was said already that the present call is overdue. */
let overdue = false;
/** The votes while a person's function measures, and what the last of them was told. */
let poll: Poll | undefined;
let agrees = false;

/** Python reads from its standard input whether an agent votes as the others do. */
function reply(bytes: Uint8Array): number {
  bytes[0] = agrees ? 0x31 : 0x30;
  return bytes.length > 0 ? 1 : 0;
}

/**
 * Python tells a line, or an agent that votes, by writing to its standard error: `overdue 12`, `step 12`, `cast 2`. No function of ours is handed to it, for
 * any object of JavaScript's leads to arrays, which nothing limits.
 */
function hear(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(0, 100));
  const [, word, line] = /^(overdue|step|cast) (\d{1,9}|None)\n/.exec(text) ?? [];
  if (word === "cast") agrees = poll?.vote(Number(line)) ?? false;
  if (word === "step") trail?.step(Number(line));
  if (word === "overdue" && !overdue) {
    overdue = true;
    post({ overdue: line === "None" ? null : Number(line) });
  }
  return bytes.length;
}

let entries: Entries | undefined;
let trail: Trail | undefined;

async function carryOut(message: Boot | Ask): Promise<void> {
  if (message.op === "boot") {
    entries = await start(message);
    post({ ready: true });
  } else if (entries) {
    flag.restart();
    overdue = false;
    if (message.follow !== undefined) {
      trail = new Trail(message.follow, post);
      flag.off = true;
      entries.follow();
    }
    poll = message.op === "measure" ? new Poll(message.text) : undefined;
    const text = entries[message.op](poll?.text ?? message.text);
    post({ id: message.id, text: poll?.told(text) ?? text });
  }
}

self.onmessage = ({ data }: MessageEvent<Boot | Ask>) => {
  carryOut(data).catch((error: unknown) => {
    const broken = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    post({ broken, ...(data.op === "boot" ? {} : { id: data.id }) });
  });
};
