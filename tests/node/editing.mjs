// What an editor asks the core, over the boundary: what is wrong in a scenario, what each word is, what may stand where.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
let core;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });
});

test("a reading tells every mistake by its place, and marks words by characters, not by bytes or units", () => {
  const { errors, marks, roles } = core.readScenario("protocol raft\n# 𝔘 ü\nat 1s crahs 2\nrequest nonsense\nrun 2");
  assert.deepEqual(
    errors.map(({ line, column }) => [line, column]),
    [
      [3, 7],
      [4, 9],
      [5, 5],
    ],
  );
  assert.match(errors[0].message, /did you mean `crash`\?$/);
  const all = [];
  for (let place = 0; place < marks.length; place += 4)
    all.push([...marks.slice(place, place + 3), roles[marks[place + 3]]]);
  assert.deepEqual(all.slice(0, 5), [
    [1, 1, 8, "keyword"],
    [1, 10, 4, "name"],
    [2, 1, 5, "comment"],
    [3, 1, 2, "keyword"],
    [3, 4, 2, "time"],
  ]);
});

test("every option and every property of every protocol is offered with its sentence", () => {
  for (const { id, options, properties } of core.protocols()) {
    const offered = (line) => {
      const { from, words } = core.scenarioOffers(`protocol ${id}\n${line}`, 2, line.length + 1);
      assert.equal(from, line.length + 1);
      return new Map(words.map(({ word, about }) => [word, about]));
    };
    const set = offered("set ");
    for (const { name, about } of options) assert.equal(set.get(name), about, `${id}: ${name}`);
    const violation = offered("expect violation ");
    for (const { name, about } of properties) assert.equal(violation.get(name), about, `${id}: ${name}`);
  }
});

test("places that are not there are answered, and what is no text is refused", () => {
  for (const [line, column] of [
    [0, 0],
    [9, 1],
    [1, 99],
  ])
    assert.ok(core.scenarioOffers("protocol raft", line, column).words.length >= 0);
  assert.throws(() => core.readScenario(1), /text/);
  assert.throws(() => core.scenarioOffers("", -1, 1), /line/);
});
