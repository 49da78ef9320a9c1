/**
 * `node grade.mjs FILE`: the five checks once more, without a browser, for who gives marks.
 *
 * The same interpreters run the code, as workers of Node; the draws and the seeds are fresh each time, and votes are counted
 * outside of the interpreter.
 */
import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { Worker } from "node:worker_threads";
import { Draw } from "./grader/draw.ts";
import { grade } from "./grader/grader.ts";
import type { FromWorker, ToFrame } from "./sandbox/messages.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import { WorkerHost } from "./sandbox/worker-host.ts";
import type { CheckResult, Language } from "./types.ts";

/** The interpreters' files beside this one. */
declare const __FILES__: Record<Language, { worker: string; wasm: string; library?: string }>;

const USAGE = "node grade.mjs FILE.py | FILE.js [--json]";
const LANGUAGES: Readonly<Record<string, Language>> = { py: "python", js: "javascript" };

/** Makes a worker of Node's what a browser's is: the interpreter's script must find no Node, and finds none. */
const BROWSER = `
const { parentPort } = require("node:worker_threads");
parentPort.once("message", (script) => {
  globalThis.self = globalThis;
  globalThis.location = new URL("https://sandbox.invalid/worker.js");
  globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
  globalThis.WorkerGlobalScope = class WorkerGlobalScope {};
  for (const name of ["process", "require", "module", "exports"]) delete globalThis[name];
  Object.setPrototypeOf(globalThis, WorkerGlobalScope.prototype);
  (0, eval)(script);
  const heard = globalThis.onmessage;
  parentPort.on("message", (data) => heard({ data }));
});
`;

/** What the page's frame does: starts workers and ends them, and passes on. */
async function open(language: Language): Promise<Sandbox> {
  const unpacked = async (name: string) => gunzipSync(await readFile(new URL(name, import.meta.url)));
  const files = __FILES__[language];
  const script = (await unpacked(files.worker)).toString();
  const module = await WebAssembly.compile(await unpacked(files.wasm));
  const library = files.library && new Uint8Array(await unpacked(files.library)).buffer;
  const { port1, port2 } = new MessageChannel();
  let worker: Worker | undefined;
  let kept: Uint8Array | undefined;
  const spawn = (number: number | null) => {
    void worker?.terminate();
    worker = undefined;
    if (number === null) return;
    const mine = (worker = new Worker(BROWSER, { eval: true, env: {}, stdin: true, stdout: true, stderr: true }));
    const tell = (said: FromWorker) => mine === worker && port2.postMessage({ worker: number, said });
    mine.on("message", (said: FromWorker) => ("keep" in said ? (kept = said.keep) : tell(said)));
    mine.on("error", (error: unknown) => tell({ broken: error instanceof Error ? error.message : String(error) }));
    mine.postMessage(script);
    mine.postMessage({ op: "boot", module, files: library ? { library } : {}, kept });
  };
  port2.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if ("ask" in data) worker?.postMessage(data.ask);
    else spawn(data.spawn);
  };
  const host = new WorkerHost(port1, () => {
    spawn(null);
    port2.close();
  });
  try {
    await host.spawn();
  } catch (error) {
    host.dispose();
    throw error;
  }
  return new Sandbox(language, host);
}

function written({ task, title, passed, saw, expected, problem }: CheckResult): string {
  const line = problem?.line === undefined ? "" : `line ${problem.line}: `;
  const head = `${passed ? "✓" : "✗"} task ${task}, ${title}: ${line}${saw}`;
  return passed ? head : `${head}\n    expected: ${expected}`;
}

const print = (line: string): unknown => process.stdout.write(`${line}\n`);

/** Grades a file. Gives how many checks it passed, or what is wrong with the file itself. */
async function main([file, ...options]: string[]): Promise<number> {
  const language = LANGUAGES[/\.(\w+)$/.exec(file ?? "")?.[1] ?? ""];
  if (!file || !language || options.some((one) => one !== "--json")) {
    console.error(`usage: ${USAGE}`);
    return 2;
  }
  const code = await readFile(file, "utf8");
  const sandbox = await open(language);
  try {
    const problems = await sandbox.load(code);
    // The page's trials are of seeds 1 to 60; these are others.
    const checks =
      problems.length > 0 ? [] : await grade(sandbox, () => undefined, new Draw(randomInt(1_000, 2 ** 31)));
    const solved = checks.length > 0 && checks.every(({ passed }) => passed);
    if (options.includes("--json")) print(JSON.stringify({ file: basename(file), solved, problems, checks }));
    else {
      for (const { line, message } of problems) print(`✗ ${line === undefined ? "" : `line ${line}: `}${message}`);
      for (const check of checks) print(written(check));
      print(`${checks.filter(({ passed }) => passed).length} of 5 checks are passed.`);
    }
    return solved ? 0 : 1;
  } finally {
    sandbox.dispose();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
