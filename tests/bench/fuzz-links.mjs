// Fuzzes the reading of links, led by coverage: an input that reaches code which none before it reached is kept, and
// changed further. Whatever the input, it is read, or refused with a sentence, soon and in little memory.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Session } from "node:inspector/promises";
import { pathToFileURL } from "node:url";
import { path } from "../browser/playground.mjs";

const seconds = Number(process.argv[2] ?? 60);
const SLOWEST = 3_000;

const rolldown = createRequire(new URL("../../www/package.json", import.meta.url)).resolve("rolldown");
const { rolldown: bundle } = await import(pathToFileURL(rolldown).href);
const out = path("target/link.mjs");
await (await bundle({ input: path("www/engine/src/link.ts") })).write({ file: out, format: "esm" });
const address = pathToFileURL(out).href;
const { pack, unpack, MOST_BYTES } = await import(address);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** The pieces of the module that ran since the last time this was asked, with how often, roughly. */
async function reached() {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const pieces = result.find(({ url }) => url === address)?.functions.flatMap(({ ranges }) => ranges) ?? [];
  const often = (count) => Math.min(4, Math.ceil(Math.log2(count + 1)));
  return pieces
    .filter(({ count }) => count > 0)
    .map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}x${often(count)}`);
}

let state = 1;
const pick = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const LETTERS = "AZaz09-_+/=#s%é \u0000";
const PARTS = ['"', "{", "}", "null", "-1", "1e999", "[]", ":", ",", '"v":', '"speed":', "0.5", "\\u0000", '{"s":"'];

/** Changes a text in some places. */
function mutate(text, parts) {
  let found = text;
  for (let times = 1 + pick(4); times > 0; times -= 1) {
    const at = pick(found.length + 1);
    const with_ = parts[pick(parts.length)];
    found = [
      () => found.slice(0, at) + with_ + found.slice(at),
      () => found.slice(0, at) + with_ + found.slice(at + 1 + pick(5)),
      () => found.slice(0, at),
      () => found.slice(0, at) + found.slice(at + pick(40)),
      () => found.slice(0, at) + found.slice(Math.max(0, at - pick(30))),
    ][pick(5)]();
  }
  return found;
}

const VALUES = [null, -1, 0.5, 1e16, "", "x", [], {}, true, { speed: -1, node: 3 }, { speed: 1e300, node: "\u0000" }];

/** Gives one of a link's values another one. */
function swap(json) {
  try {
    const all = JSON.parse(json);
    const names = Object.keys(all);
    return JSON.stringify({ ...all, [names[pick(names.length)] ?? "s"]: VALUES[pick(VALUES.length)] });
  } catch {
    return json;
  }
}

/** Deflates any text, as a link that holds it. */
async function linked(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  return `#s1=${bytes.toString("base64url")}`;
}

/** Reads a link and complains where that goes otherwise than it may. */
async function check(link) {
  const started = performance.now();
  try {
    const shared = await unpack(link);
    const { s, e, t, c, h, v } = shared;
    const sound = [s, c, h].every((text) => typeof text === "string") && [e, t].every((n) => n >= 0 && n <= 9e15);
    if (!sound || !Number.isInteger(e) || typeof v !== "object") throw new TypeError("it was read as nonsense");
    const again = await unpack(await pack(shared));
    if (JSON.stringify(again) !== JSON.stringify(shared)) throw new TypeError("it reads back as another");
  } catch (error) {
    const sentence = /^[A-Z].*[.]$/s.test(error.message) && !(error instanceof TypeError);
    if (!sentence) throw new Error(`${JSON.stringify(link.slice(0, 2000))}: ${error.stack}`);
  }
  if (performance.now() - started > SLOWEST) throw new Error(`too slow: ${link.slice(0, 2000)}`);
}

const folder = path("tests/links");
const links = readdirSync(folder).filter((file) => file.endsWith(".link"));
const seeds = links.map((file) => ({ link: readFileSync(`${folder}/${file}`, "utf8").trim() }));
const corpus = [];
for (const seed of seeds) corpus.push(seed, { json: JSON.stringify(await unpack(seed.link)) });
corpus.push({ link: await linked(" ".repeat(MOST_BYTES + 10)) }, { link: "#s2=AA" }, { link: "#s0=" }, { json: "{}" });
const seen = new Set();
let [runs, kept] = [0, 0];
const end = performance.now() + seconds * 1000;
for (let next = 0; performance.now() < end; next += 1) {
  const from = next < corpus.length && kept === 0 ? corpus[next] : corpus[pick(corpus.length)];
  const fresh =
    next < corpus.length && kept === 0
      ? from
      : from.json === undefined
        ? { link: mutate(from.link, [...LETTERS]) }
        : { json: pick(3) === 0 ? swap(from.json) : mutate(from.json, PARTS) };
  await check(fresh.json === undefined ? fresh.link : await linked(fresh.json));
  runs += 1;
  const news = (await reached()).filter((piece) => !seen.has(piece));
  news.forEach((piece) => seen.add(piece));
  if (news.length === 0 || fresh === from) continue;
  corpus.push(fresh);
  kept += 1;
}
console.log(
  `links: ${runs} runs in ${seconds} s, ${corpus.length} inputs kept, ${seen.size} pieces reached, nothing found`,
);
process.exit(0);
