// The README names all that the elements take, tell and let be styled, and nothing else: as the manifest has it, which is
// made of the source.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(await read("dist/custom-elements.json"));
const readme = await read("README.md");
const elements = manifest.modules.flatMap(({ declarations }) => declarations);
const [playground, lesson] = ["consensus-playground", "consensus-lesson"].map((name) =>
  elements.find(({ tagName }) => tagName === name),
);

/** What stands in code in the first column of the table under this heading. */
function listed(heading) {
  const [, rows = ""] = new RegExp(`^\\| ${heading} \\| \\|\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, "m").exec(readme) ?? [];
  const cells = rows
    .trim()
    .split("\n")
    .map((row) => row.split("|")[1]);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).sort();
}

const names = (list) => list.map(({ name }) => name).sort();
const members = (kind, { members } = playground) => members.filter((member) => member.kind === kind);
const methods = (heading) => listed(heading).map((name) => name.replace(/\(.*/, ""));

test("the README lists each attribute, property, method, event, part and custom property of the element", () => {
  assert.deepEqual(listed("attribute"), names(playground.attributes));
  assert.deepEqual(listed("property"), names(members("field")));
  assert.deepEqual(methods("method"), names(members("method")));
  assert.deepEqual(listed("event"), names(playground.events));
  const parts = names(playground.cssParts).map((name) => `::part(${name})`);
  assert.deepEqual(listed("style"), [...names(playground.cssProperties), ...parts].sort());
});

test("the README lists each attribute, method and event of a lesson", () => {
  assert.deepEqual(listed("lesson's attribute"), names(lesson.attributes));
  assert.deepEqual(methods("lesson's method"), names(members("method", lesson)));
  assert.deepEqual(listed("lesson's event"), names(lesson.events));
});

test("the manifest says of each what it is for", () => {
  assert.deepEqual(elements.map(({ tagName }) => tagName).sort(), ["consensus-lesson", "consensus-playground"]);
  for (const { tagName, attributes, events, cssParts = [], cssProperties = [], members: all } of elements) {
    const told = [...attributes, ...events, ...cssParts, ...cssProperties];
    const methods = all.filter(({ kind }) => kind === "method");
    for (const { name, description } of [...told, ...methods]) assert.ok(description, `${tagName}: ${name}`);
  }
});
