// The challenge's sandbox in Chromium: how long a first and a later run take, and trials a second for six agents.
// On a busy machine the clock says little: so trials are counted a second of the renderers' processor time, too.
import { readFileSync } from "node:fs";
import { chromium, launchOptions, path } from "../browser/playground.mjs";
import build, { opens, serve } from "../browser/sandbox-page.mjs";

const LANGUAGES = { python: "py", javascript: "js" };
const SETUPS = {
  "six agents, three favourites": ["Pizza", "Sushi", "Tacos"],
  "six agents, one favourite leads": ["Pizza", "Sushi", "Pizza", "Tacos", "Pizza", "Pizza"],
};
const COUNT = 20_000;

build();
const server = await serve();
const browser = await chromium.launch(launchOptions);
const system = await browser.newBrowserCDPSession();

/** Seconds of processor time that the renderers have used. */
async function used() {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function measure(page, language, code) {
  const [started, idle] = [performance.now(), await used()];
  await opens(page, server.address, language);
  const run = (text) =>
    page.evaluate(async (source) => {
      const began = performance.now();
      await window.box.load(source);
      const question = { agent: 1, agents: 3, dinner: 1, round: 1, seed: 1, preference: "Pizza" };
      await window.box.answer({ ...question, call: "vote_on", proposals: ["Pizza", "Sushi", "Tacos"] });
      return performance.now() - began;
    }, text);
  await run(code);
  const [first, work] = [performance.now() - started, (await used()) - idle];
  const later = [await run(code), await run(code), await run(code)].sort((a, b) => a - b)[1];
  console.log(
    `${language}: first run ${first.toFixed()} ms with its page (${work.toFixed(2)} s of processor time), later ones ${later.toFixed()} ms`,
  );
  for (const [name, preferences] of Object.entries(SETUPS)) {
    const before = await used();
    const { took, rounds } = await page.evaluate(
      async ([names, count]) => {
        const setup = { agents: 6, preferences: names, byzantine: [], maxRounds: 50, seeds: { from: 0, count } };
        const began = performance.now();
        const results = await window.box.trials(setup, () => {}, new AbortController().signal);
        const sum = results.reduce((all, one) => all + (one.rounds ?? 50), 0);
        return { took: performance.now() - began, rounds: sum / count };
      },
      [preferences, COUNT],
    );
    const processor = (await used()) - before;
    const [rate, cpu] = [COUNT / (took / 1000), COUNT / processor].map(Math.round);
    console.log(
      `${language}, ${name} (${rounds.toFixed(2)} rounds): ${rate} trials/s, ${cpu} a second of processor time`,
    );
  }
}

try {
  for (const [language, ending] of Object.entries(LANGUAGES)) {
    const page = await browser.newPage();
    await measure(page, language, readFileSync(path(`tests/challenge/right.${ending}`), "utf8"));
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
