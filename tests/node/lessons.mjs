// Lessons through the WebAssembly module: each holds, and everything that it carries out leaves the trace that it leaves
// natively.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const lessons = new URL("../../lessons/", import.meta.url);
const names = readdirSync(lessons).filter((name) => name.endsWith(".md") && name !== "README.md");
const lesson = (name) => readFileSync(new URL(name, lessons), "utf8");
let core;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
});

test("every lesson holds, with the traces that it leaves natively", () => {
  const profile = process.env.PROFILE ?? "dev";
  const call = ["run", "--quiet", "--profile", profile, "--", "check", "--json", "lessons"];
  const native = execFileSync("cargo", call, {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    encoding: "utf8",
  });
  const told = native
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    told.map(({ file }) => file.split("/").at(-1)),
    names.toSorted(),
  );
  assert.ok(names.length >= 18);
  for (const { file, title, fences, words, runs, mistakes } of told) {
    assert.deepEqual(core.checkLesson(lesson(file.split("/").at(-1))), { title, words, fences, runs, mistakes }, file);
    assert.deepEqual(mistakes, [], file);
  }
});

test("a flipped answer, an emptied goal and a broken solution are told", () => {
  const text = lesson("03-majorities.md");
  const changes = [
    [
      (all) => all.replace("- [x]", "- [X]").replace("- [ ]", "- [x]").replace("- [X]", "- [ ]"),
      /the core says otherwise/,
    ],
    [(all) => all.replaceAll(/^goal .*$/gm, "goal"), /a condition is missing/],
    [(all) => all.replaceAll(/^goal .*$/gm, "goal all"), /hold before anything is done/],
    [(all) => all.replace(/```solution\n[^`]*```/, "```solution\ncrash 4\ncrash 5\n```"), /does not solve the task/],
  ];
  assert.deepEqual(core.checkLesson(text).mistakes, []);
  for (const [change, says] of changes) {
    const { mistakes } = core.checkLesson(change(text));
    assert.ok(
      mistakes.some(({ message }) => says.test(message)),
      `${says}: ${JSON.stringify(mistakes)}`,
    );
  }
});

test("a lesson is read as plain data, and a misspelt one is told with line and column", () => {
  for (const name of names) {
    const { lesson: read, mistakes } = core.readLesson(lesson(name));
    assert.deepEqual(mistakes, [], name);
    for (const block of read.blocks) {
      if (block.kind === "prediction") {
        const lines = block.text.split("\n");
        assert.deepEqual(
          block.expects.map((line) => lines[line - 1]),
          block.answers.map(({ expect }) => `expect ${expect}`),
        );
        assert.equal(lines.slice(0, block.guess).join("\n") + "\n", block.scene);
      }
      if (block.kind === "task") for (const { fails, comment } of block.wrong) assert.ok(fails && comment, name);
    }
  }
  const { lesson: none, mistakes } = core.readLesson(lesson("03-majorities.md").replace("```play", "```paly"));
  assert.equal(none, null);
  assert.match(mistakes.find(({ column }) => column === 4).message, /did you mean `play`\?/);
});

test("a text of a lesson is parts, and never HTML", () => {
  const link = { mark: "link", to: "https://e.org", parts: [{ mark: "text", text: "c" }] };
  assert.deepEqual(core.textParts("<b>a</b> **b** [c](https://e.org) [d](javascript:x)"), [
    { mark: "text", text: "<b>a</b> " },
    { mark: "strong", parts: [{ mark: "text", text: "b" }] },
    { mark: "text", text: " " },
    link,
    { mark: "text", text: " [d](javascript:x)" },
  ]);
});

test("a task is followed in a run, also after going back", () => {
  for (const name of names.filter((one) => !one.includes(".de."))) {
    const task = core.readLesson(lesson(name)).lesson.blocks.find(({ kind }) => kind === "task");
    const [solution] = task.solutions;
    const run = new core.Playground();
    run.open(solution.scene);
    run.finish();
    assert.equal(run.task(), undefined);
    const acts = solution.acts
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line);
    const sets = acts.filter((line) => line.startsWith("set "));
    run.setTask([task.rules, ...sets].join("\n"));
    assert.equal(run.task().solved, false, name);
    assert.equal(run.task().goals.length, task.goals.length);
    const start = run.state().event;
    // `settle` is a line of a script alone.
    const byHand = acts.filter((line) => !sets.includes(line) && line !== "settle");
    for (const line of byHand) {
      if (line.startsWith("run ")) run.run(line.slice(4));
      else run.act(line);
    }
    if (!acts.includes("settle")) assert.deepEqual([name, run.task().solved], [name, true]);
    run.seek(start);
    assert.equal(run.task().solved, false, name);
    run.free();
  }
  const run = new core.Playground();
  run.open("protocol raft\n");
  assert.throws(() => run.setTask("goal committed 1\ngaol all"), { line: 2, column: 1 });
  run.free();
});
