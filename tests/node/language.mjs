// The interface's languages: the same keys, the same names to fill in, and a form for each number.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { hardCoded, textsOf } from "./modules/hard-coded.mjs";
import { page } from "./modules/page.mjs";

const { en } = await page("element/language/en/index");
const { de } = await page("element/language/de/index");
const { say, speak, language } = await page("element/language/language");

const www = new URL("../../www/", import.meta.url);

/** The rooms of the element whose templates hold no words of their own. */
const ROOMS = [
  "header",
  "narrator",
  "faults",
  "inspector",
  "timeline",
  "stage",
  "lab",
  "page",
  "consensus-playground.ts",
];

/** Names, which are the same in all languages. */
const NAMES = ["header/header.ts: Consensus Playground"];

const forms = (phrase) => (typeof phrase === "string" ? [phrase] : Object.values(phrase));
const names = (phrase) => [...new Set(forms(phrase).flatMap((one) => one.match(/\{\w+\}/g) ?? []))].sort();

test("each language has every phrase, with the same names to fill in", () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const [key, phrase] of Object.entries(en)) assert.deepEqual(names(de[key]), names(phrase), key);
});

test("no phrase is empty, and one that counts has a form for all numbers", () => {
  for (const [key, phrase] of [...Object.entries(en), ...Object.entries(de)]) {
    for (const form of forms(phrase)) assert.notEqual(form.trim(), "", key);
    if (typeof phrase !== "string") assert.ok(phrase.other, key);
  }
});

test("the first wanted language that there is, is spoken", async () => {
  await speak(["fr-CA", "de-CH", "en"]);
  assert.equal(language(), "de");
  assert.equal(say("language.name"), "Deutsch");
  await speak(["fr"]);
  assert.equal(language(), "en");
  assert.equal(say("language.name"), "English");
});

test("whoever says a string that comes later brings it along", () => {
  const later = readdirSync(new URL("element/src/language/later/", www)).map((name) => name.replace(".ts", ""));
  assert.ok(later.length > 0);
  const saying = [];
  for (const name of readdirSync(www, { recursive: true }).filter((one) =>
    /^\w+\/src\/(?!language).*\.ts$/.test(one),
  )) {
    const source = readFileSync(new URL(name, www), "utf8");
    for (const room of later)
      if (new RegExp(`["'\`]${room}\\.[a-z$]`).test(source)) {
        saying.push(room);
        assert.match(source, new RegExp(`import ".*language/later/${room}\\.ts";`), `${name} says ${room}.…`);
      }
  }
  assert.deepEqual([...new Set(saying)].sort(), later.sort());
});

test("what people read is in the languages' files, not in the templates", () => {
  for (const room of ROOMS) {
    const found = hardCoded(room).filter((one) => !NAMES.includes(one));
    assert.deepEqual(found, [], room);
  }
});

test("a text in a template is found wherever it stands, and what is said is not", () => {
  const source = `html\`<p title="Told" class="pair" aria-label=\${open ? "Close" : "Open"}>
    Asked \${say("stage.open")} \${act("Crash", "crash 2")} \${name ?? "nobody"} \${seconds} s
    <i class=\${on ? "good" : "bad"}></i></p>\``;
  assert.deepEqual(textsOf(source).sort(), ["Asked", "Close", "Crash", "Open", "Told", "nobody"]);
});
