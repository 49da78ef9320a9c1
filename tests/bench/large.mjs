// A thousand replicas on a sparse network, a million recorded events, in the page in Chromium: what that holds, what going
// back costs, and what a picture costs while it plays. The protocol is a gossip of another crate (`tests/gossip`).
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSite } from "../browser/another-crate.mjs";
import { chromium, launchOptions } from "../browser/playground.mjs";
import { hooked } from "../browser/worker-hook.mjs";

const TEXT = "protocol gossip\nreplicas 1000\nseed 1\nnetwork topology random 4\nworkload clients 1 rate 10/s\n";
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const SEEKS = 20;
const FRAMES = 200;
/** At most: MiB of the engine's memory, ms of a seek until it is drawn, ms of the page's own work for a picture. */
const MOST = { memory: 150, seek: 50, frame: 16 };

/** Keeps the engine's memory where the bench finds it. */
const KEEP_MEMORY = `for (const name of ["instantiate", "instantiateStreaming"]) {
  const real = WebAssembly[name].bind(WebAssembly);
  WebAssembly[name] = async (...all) => {
    const made = await real(...all);
    self.engineMemory = made.instance.exports.memory;
    return made;
  };
}
`;

const site = await serveSite();
const browser = await chromium.launch(launchOptions);
let over = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await hooked(page, KEEP_MEMORY);
  await page.goto(site.address);
  await page.waitForSelector('consensus-playground[data-engine="ready"]');
  const { events, took } = await record(page);
  console.log(`${events} events recorded in ${(took / 1000).toFixed(1)} s`);
  await seeks(page, events);
  await memory(page);
  await frames(page, events);
} finally {
  await browser.close();
  await site.close();
}
process.exitCode = over > 0 ? 1 : 0;

function told(what, figure, unit, most) {
  const much = figure > most;
  over += Number(much);
  console.log(`${what}: ${figure.toFixed(1)} ${unit}, at most ${most}${much ? ": TOO MUCH" : ""}`);
}

function record(page) {
  return page.locator("consensus-playground").evaluate(
    async (element, [text, most]) => {
      await element.open(text);
      const started = performance.now();
      const { client } = element.run;
      let event = 0;
      while (event < most) ({ event } = (await client.call("run", 100_000)).tick);
      return { events: event, took: performance.now() - started };
    },
    [TEXT, EVENTS],
  );
}

async function memory(page) {
  const [worker] = page.workers();
  const bytes = await worker.evaluate(() => self.engineMemory.buffer.byteLength);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  console.log(`the page's own JavaScript holds ${(usedSize / 2 ** 20).toFixed(1)} MiB`);
  told("the engine's memory", bytes / 2 ** 20, "MiB", MOST.memory);
}

/** From the press until the picture is drawn: the engine's way back, the frame across the boundary, and the page's work. */
async function seeks(page, events) {
  const times = await page.locator("consensus-playground").evaluate(
    async (element, [events, count]) => {
      let state = 1;
      const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const times = [];
      for (let seek = 0; seek < count; seek += 1) {
        const place = random(events) + 1;
        const started = performance.now();
        await element.run.seek(place);
        const back = performance.now() - started;
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push({ back, drawn: performance.now() - started });
        await new Promise((done) => setTimeout(done, 300));
      }
      return times;
    },
    [events, SEEKS],
  );
  for (const [what, key] of [
    ["until the engine has answered", "back"],
    ["until it is drawn", "drawn"],
  ]) {
    console.log(times.map((one) => one[key].toFixed(0)).join(" "));const sorted = times.map((one) => one[key]).sort((a, b) => a - b);
    told(`a seek ${what}: median ${sorted[sorted.length >> 1].toFixed(1)} ms, slowest`, sorted.at(-1), "ms", MOST.seek);
  }
}

/** Work on the page's main thread for each picture, by Chromium's own trace: our script, and all of it with style and layout. */
async function frames(page, events) {
  await page.locator("consensus-playground").evaluate(
    async (element, place) => {
      await element.seek(place);
      element.speed = 0.05;
      element.play();
    },
    Math.floor(events / 2),
  );
  await page.waitForTimeout(1000);
  const path = join(tmpdir(), `large-${process.pid}.json`);
  await browser.startTracing(page, {
    path,
    categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  const deltas = await page.evaluate(
    (count) =>
      new Promise((done) => {
        const times = [];
        const next = (time) => {
          times.push(time);
          performance.mark("picture");
          if (times.length <= count) requestAnimationFrame(next);
          else done(times.slice(1).map((time, place) => time - times[place]));
        };
        requestAnimationFrame(next);
      }),
    FRAMES,
  );
  await browser.stopTracing();
  const trace = JSON.parse(readFileSync(path, "utf8")).traceEvents;
  const main = trace.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const own = trace.filter(({ pid, tid, dur }) => pid === main.pid && tid === main.tid && dur);
  const names = {};
  for (const one of own) {
    names[one.name] ??= [0, 0];
    names[one.name][0] += one.dur / 1000 / FRAMES;
    names[one.name][1]++;
  }
  console.log(
    Object.entries(names)
      .sort((a, b) => b[1][0] - a[1][0])
      .slice(0, 25)
      .map(([k, [d, n]]) => `${k} ${d.toFixed(2)} (${n})`)
      .join("\n"),
  );
  deltas.sort((a, b) => a - b);
  console.log("raf deltas", deltas[100], deltas[190], deltas.at(-1));
}
