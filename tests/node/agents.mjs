// The bridge between a run that waits and whoever answers, on the real core: in order, through mistakes, cancelled, gone back.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

const www = new URL("../../www/", import.meta.url);
let core;
let attendant;
let playUntilDecided;

before(async () => {
  core = await import(new URL("engine/wasm/consensus_playground.js", www).href);
  core.initSync({ module: await readFile(new URL("engine/wasm/consensus_playground_bg.wasm", www)) });
  // Node 20 reads no types: they are taken off first. The file imports nothing but types.
  const { transpileModule, ScriptTarget } = createRequire(new URL("package.json", www))("typescript");
  const source = await readFile(new URL("challenge/src/agents.ts", www), "utf8");
  const { outputText } = transpileModule(source, { compilerOptions: { target: ScriptTarget.ES2022, module: 99 } });
  ({ attendant, playUntilDecided } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`));
});

/** A run as the page has it, without the page. */
class Bench extends EventTarget {
  playing = false;
  problems = [];
  attendant = undefined;
  setAttendant(attendant) {
    this.attendant = attendant;
  }
  constructor(text) {
    super();
    this.core = new core.Playground();
    this.core.open(text);
    this.look();
  }
  look() {
    this.frame = this.core.frame(true);
    this.replicas = this.frame.nodes.filter((node) => node.replica);
    this.dispatchEvent(new Event("frame"));
  }
  role(name) {
    const vote = core.protocols().find((one) => one.id === "restaurant-vote");
    return vote.roles.find((role) => role.name === name);
  }
  async answer(agent, text) {
    await undefined;
    try {
      this.core.answer(agent, text);
    } catch (error) {
      this.problems.push(error.message);
    }
    this.look();
  }
  pause() {
    this.playing = false;
    this.dispatchEvent(new Event("pause"));
  }
  play() {
    this.playing = !this.frame.finished;
    if (this.playing) void this.go();
  }
  async go() {
    while (this.playing) {
      const { kind, finished } = this.core.run("5ms");
      this.look();
      await this.attendant?.(this);
      if (finished || (kind === "question" && !this.attendant)) this.pause();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  seek(event) {
    this.core.seek(event);
    this.look();
  }
}

const scenario = (more = "") =>
  `# Outside\nprotocol restaurant-vote\nreplicas 4\nset strategy external\nset favourite 2 Pizza\n${more}\nrun 5s\n`;

/** Votes for the most popular proposal, and accepts more than half. */
function popular({ call, agents, preference, proposals, votes }) {
  if (call === "propose") return preference;
  if (call === "decide") return Object.entries(votes).find(([, count]) => 2 * count > agents)?.[0] ?? null;
  const count = (name) => proposals.filter((other) => other === name).length;
  return proposals.reduce((best, name) => (count(name) > count(best) ? name : best));
}

const answering = (code, asked = []) => ({
  asked,
  async answer(question) {
    asked.push(`${question.call} ${question.agent} ${question.round}`);
    return { answer: await code(question), printed: `${question.call}\n` };
  },
});

test("all questions are answered until all agents have decided, and the script needs nobody again", async () => {
  const run = new Bench(scenario());
  const answerer = answering(popular);
  let printed = "";
  const ending = await playUntilDecided(run, answerer, { printed: (text) => (printed += text) });
  assert.equal(ending, "decided");
  assert.equal(run.playing, false);
  assert.equal(answerer.asked.length, 12, "three questions for each of four agents");
  assert.equal(new Set(answerer.asked).size, 12);
  assert.equal(printed.split("\n").length, 13);
  run.core.finish();
  const again = new core.Playground();
  again.open(run.core.script());
  again.finish();
  assert.equal(again.traceHash(), run.core.traceHash());

  // Back and forth again: nobody is asked.
  const last = run.frame.last;
  run.seek(5);
  run.seek(last);
  assert.equal(answerer.asked.length, 12);
});

test("they give up where they never agree", async () => {
  const run = new Bench(scenario("set max-rounds 2"));
  const own = ({ call, preference, proposals, agent }) =>
    call === "propose" ? preference : call === "vote_on" ? (proposals[agent - 1] ?? preference) : null;
  assert.equal(await playUntilDecided(run, answering(own)), "given-up");
  assert.match(run.core.script(), /answer 1$/m, "no consensus yet is an empty answer");
});

test("questions that are open at once are answered in their order", async () => {
  const run = new Bench(scenario("network manual"));
  run.core.finish();
  run.core.act("fire start of all");
  run.look();
  assert.equal(run.frame.questions.length, 4);
  const answerer = answering(popular);
  await attendant(answerer)(run);
  assert.deepEqual(answerer.asked, ["propose 1 1", "propose 2 1", "propose 3 1", "propose 4 1"]);
  assert.equal(run.frame.questions.length, 0);
});

test("a mistake stops play and keeps the run, and mended code goes on from there", async () => {
  const run = new Bench(scenario());
  const problem = { message: "name 'x' is not defined", line: 7, kind: "runtime" };
  const faulty = {
    answer: async (question) =>
      question.call === "decide" ? { problem, printed: "" } : { answer: popular(question), printed: "" },
  };
  let failed;
  assert.equal(await playUntilDecided(run, faulty, { failed: (found) => (failed = found) }), "stopped");
  assert.deepEqual(failed, problem);
  assert.deepEqual([run.playing, run.frame.questions.length], [false, 1]);
  const { event } = run.frame;
  assert.equal(await playUntilDecided(run, answering(popular)), "decided");
  assert.ok(run.frame.event > event);

  const broken = { answer: () => Promise.reject(new Error("the sandbox is gone")) };
  const other = new Bench(scenario());
  assert.equal(await playUntilDecided(other, broken, { failed: (found) => (failed = found) }), "stopped");
  assert.deepEqual(failed, { message: "the sandbox is gone", kind: "runtime" });
});

test("what was cancelled while an answer was under way changes nothing", async () => {
  const run = new Bench(scenario());
  const cancel = new AbortController();
  const slow = answering(async (question) => {
    if (question.call === "vote_on") cancel.abort();
    return popular(question);
  });
  assert.equal(await playUntilDecided(run, slow, { signal: cancel.signal }), "stopped");
  for (let wait = 0; wait < 5; wait += 1) await new Promise((resolve) => setImmediate(resolve));
  const script = run.core.script();
  assert.equal(script.match(/ answer /g).length, 4, "four proposals were answered, the vote was not");
  assert.equal(await playUntilDecided(run, slow, { signal: cancel.signal }), "stopped", "nor does it begin again");
  assert.equal(run.core.script(), script);
});

test("an answer to a question that is no longer open is thrown away", async () => {
  const run = new Bench(scenario());
  run.core.run("1s");
  run.look();
  const agent = run.frame.questions[0].node;
  let crashed = false;
  const answerer = answering((question) => {
    if (!crashed) {
      crashed = true;
      run.core.act(`crash ${agent}`);
      run.look();
    }
    return popular(question);
  });
  await attendant(answerer)(run);
  assert.deepEqual(run.problems, []);
  assert.doesNotMatch(run.core.script(), / answer /, "the agent that asked is crashed");
  assert.equal(await playUntilDecided(run, answerer), "decided", "the others go on");
});

test("an attendant that is at work is not begun a second time", async () => {
  const run = new Bench(scenario());
  run.core.run("1s");
  run.look();
  const answerer = answering(async (question) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return popular(question);
  });
  const attend = attendant(answerer);
  await Promise.all([attend(run), attend(run), attend(run)]);
  assert.equal(new Set(answerer.asked).size, answerer.asked.length, `asked twice: ${answerer.asked}`);
});
