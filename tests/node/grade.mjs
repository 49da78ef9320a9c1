// The grader for Node, as the site has it: the same checks in the same interpreters, with a verdict for who gives marks.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "grade-"));

function grade(...given) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path("dist/grade.mjs"), ...given], {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

/** Grades code. */
function graded(ending, code) {
  const file = join(folder, `mine.${ending}`);
  writeFileSync(file, code);
  const { status, stdout, stderr } = grade(file, "--json");
  assert.equal(stderr, "");
  return { status, ...JSON.parse(stdout) };
}

const failed = ({ checks }) => checks.filter(({ passed }) => !passed).map(({ task }) => task);

for (const ending of ["py", "js"]) {
  const right = readFileSync(path(`tests/challenge/right.${ending}`), "utf8");

  test(`a right solution passes, with other draws each time: ${ending}`, () => {
    const [first, second] = [graded(ending, right), graded(ending, right)];
    assert.deepEqual([first.status, first.solved, failed(first)], [0, true, []]);
    assert.equal(second.status, 0);
    assert.notEqual(first.checks[2].saw, second.checks[2].saw, "400 votes of the same seeds");
  });

  test(`who counts votes in the agents themselves, or finds Node, does not pass: ${ending}`, () => {
    const cheat = {
      py: "\ndef measure_rounds(agents, max_rounds=50):\n    for agent in agents:\n        agent.cast = 3\n    return 3\n",
      js: "\nmeasureRounds = (agents) => { for (const agent of agents) agent.cast = 3; return 3; };\n",
    };
    assert.deepEqual(failed(graded(ending, right + cheat[ending])), [4]);
    const out = { py: "import js\njs.process.exit(0)\n", js: "process.exit(0);\n" };
    const { status, problems } = graded(ending, out[ending] + right);
    assert.equal(status, 1);
    assert.deepEqual([problems.length, problems[0].kind], [1, "runtime"]);
  });
}

test("a mistake is told with its line, an endless loop ends, and a wrong call says how to call", () => {
  const file = join(folder, "broken.py");
  writeFileSync(file, "class VotingAgent:\n    def propose(self)\n");
  const told = grade(file);
  assert.equal(told.status, 1);
  assert.match(told.stdout, /^✗ line 2: SyntaxError.*\n0 of 5 checks are passed\.\n$/);
  const looping = graded(
    "js",
    "class VotingAgent { propose() { while (true) {} } voteOn(list) { while (true) {} } decide() {} }",
  );
  assert.equal(looping.status, 1);
  assert.equal(looping.checks[0].problem.kind, "time");
  assert.deepEqual([grade().status, grade("mine.txt").status, grade("there-is-none.py").status], [2, 2, 2]);
  assert.match(grade().stderr, /^usage: node grade\.mjs FILE/);
});
