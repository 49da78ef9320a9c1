// The interface's languages: the same keys, the same names to fill in, and a form for each number.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { hardCoded, textsOf } from "./modules/hard-coded.mjs";
import { page } from "./modules/page.mjs";

const { en } = await page("element/language/en/index");
const { de } = await page("element/language/de/index");
const { say, speak, language } = await page("element/language/language");

/** The rooms of the element whose templates hold no words of their own. */
const ROOMS = [
  "header",
  "narrator",
  "faults",
  "inspector",
  "timeline",
  "film",
  "stage",
  "lab",
  "page",
  "search",
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

test("a module that says a room's phrases brings them with it, where the first picture does not", () => {
  const www = new URL("../../www/", import.meta.url);
  const source = (path) => readFileSync(new URL(path, www), "utf8");
  const first = source("element/src/language/language.ts");
  const lazy = readdirSync(new URL("element/src/language/en/", www))
    .map((file) => file.replace(".ts", ""))
    .filter((room) => room !== "index" && !first.includes(`"./en/${room}.ts"`));
  assert.ok(lazy.includes("lesson") && !lazy.includes("stage"));
  let seen = 0;
  for (const workspace of ["element", "site", "challenge"])
    for (const path of readdirSync(new URL(`${workspace}/src/`, www), { recursive: true })) {
      if (!path.endsWith(".ts") || path.startsWith("language/")) continue;
      const text = source(`${workspace}/src/${path}`);
      for (const room of lazy.filter((room) => new RegExp(`["\`]${room}\\.[a-z$]`).test(text))) {
        assert.ok(text.includes(`language/en/${room}.ts"`), `${workspace}/src/${path} says phrases of ${room}`);
        seen += 1;
      }
    }
  assert.ok(seen > 20);
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
