// A thousand replicas on a sparse network, in the page in Chromium: what their run holds, what going back costs, and what a
// picture costs while it plays. `node tests/bench/large.mjs [rumors | nakamoto] [EVENTS]`; the rumors are of another crate
// (`tests/rumors`), and by default a million events long; the chain has 200 blocks.
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSite } from "../browser/another-crate.mjs";
import { chromium, launchOptions } from "../browser/playground.mjs";
import { hooked } from "../browser/worker-hook.mjs";

const RUNS = {
  rumors: {
    text: "protocol rumors\nreplicas 1000\nseed 1\nnetwork topology random 4\nworkload clients 1 rate 10/s\n",
    events: 1_000_000,
    site: "target/rumors/site",
  },
  nakamoto: {
    text:
      "protocol nakamoto\nreplicas 1000\nseed 5\nset block-time 10s\nset confirmations 6\nnetwork topology random 4\n" +
      "network latency 50ms..150ms\nrun 2000s\nexpect all\n",
    events: Infinity,
    site: "dist",
  },
};
const [WHICH = "rumors", MANY] = process.argv.slice(2);
if (!(WHICH in RUNS)) throw new Error(`${WHICH} is none of ${Object.keys(RUNS).join(", ")}`);
const TEXT = RUNS[WHICH].text;
const EVENTS = Number(MANY ?? RUNS[WHICH].events);
const SEEKS = 20;
const FRAMES = 200;
/** At most: MiB of the engine's memory and the page's, ms of a seek, ms of the page's own work for a picture. */
const MOST = { memory: 150, seek: 50, frame: 16 };

/** What Chromium calls our script, and what follows from it, in its trace. */
const SCRIPT = [
  "FunctionCall",
  "FireAnimationFrame",
  "TimerFire",
  "HandlePostMessage",
  "EventDispatch",
  "RunMicrotasks",
];
const RENDERING = ["UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "UpdateLayer", "MinorGC", "MajorGC"];

/** Keeps the engine's memory where the bench finds it. */
const KEEP_MEMORY = `for (const name of ["instantiate", "instantiateStreaming"]) {
  const real = WebAssembly[name].bind(WebAssembly);
  WebAssembly[name] = async (...all) => {
    const made = await real(...all);
    self.engineMemory = (made.instance ?? made).exports.memory;
    return made;
  };
}
`;

const site = await serveSite(RUNS[WHICH].site);
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
      if (!(await element.open(text))) throw new Error("the scenario does not open");
      const started = performance.now();
      const { client } = element.run;
      let event = 0;
      let finished = false;
      while (event < most && !finished) {
        const { tick, frame } = await client.call("run", 100_000);
        ({ event } = tick);
        ({ finished } = frame);
      }
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
  const [engine, script] = [bytes, usedSize].map((size) => size / 2 ** 20);
  console.log(`the engine's memory: ${engine.toFixed(1)} MiB, the page's script: ${script.toFixed(1)} MiB`);
  told("memory in all", engine + script, "MiB", MOST.memory);
}

/** Until the engine has gone back and its frame is on the page, and until that is drawn. */
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
        // What is read beside the picture is fetched meanwhile.
        await new Promise((done) => setTimeout(done, 500));
      }
      return times;
    },
    [events, SEEKS],
  );
  const [back, drawn] = ["back", "drawn"].map((key) => spread(times.map((one) => one[key])));
  told(`a seek with its frame: median ${ms(back.median)}, slowest`, back.most, "ms", MOST.seek);
  console.log(`a seek until it is drawn: median ${ms(drawn.median)}, slowest ${ms(drawn.most)}`);
}

/**
 * The work on the page's main thread for each picture, by Chromium's own trace: our script alone, and with style, layout and
 * paint. Handing the picture over (Commit) waits for the compositor, which draws without a graphics card here.
 */
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
  const flights = await page.locator("consensus-playground").evaluate(
    (element, count) =>
      new Promise((done) => {
        let [frames, flights] = [0, 0];
        const next = () => {
          flights = Math.max(flights, element.run.frame.flights.id.length);
          if ((frames += 1) <= count) requestAnimationFrame(next);
          else done(flights);
        };
        requestAnimationFrame(next);
      }),
    FRAMES,
  );
  await browser.stopTracing();
  const { traceEvents } = JSON.parse(readFileSync(path, "utf8"));
  rmSync(path);
  const { pid, tid } = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const own = traceEvents.filter((one) => one.pid === pid && one.tid === tid && one.dur);
  // A picture ends where it is handed over.
  const handed = own.filter(({ name }) => name === "Commit").map(({ ts }) => ts);
  const perPicture = (names) => {
    const spans = own.filter(({ name }) => names.includes(name)).sort((a, b) => a.ts - b.ts);
    const costs = handed.slice(1).map(() => 0);
    let end = 0;
    for (const { ts, dur } of spans) {
      // What lies within another is counted with it.
      const more = Math.max(0, ts + dur - Math.max(ts, end));
      end = Math.max(end, ts + dur);
      const picture = handed.findIndex((at) => at > ts) - 1;
      if (picture >= 0) costs[picture] += more / 1000;
    }
    return spread(costs);
  };
  const script = perPicture(SCRIPT);
  const all = perPicture([...SCRIPT, ...RENDERING]);
  const beyond = [script, all].map(({ late }) => ms(late));
  console.log(
    `${handed.length} pictures with up to ${flights} messages: our script's median ${ms(script.median)}, 95 % ${beyond[0]}`,
  );
  told(`with style, layout and paint: 95 % ${beyond[1]}, median`, all.median, "ms", MOST.frame);
}

function spread(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (part) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  return { median: at(0.5), late: at(0.95), most: at(1) };
}

function ms(time) {
  return `${time.toFixed(1)} ms`;
}
