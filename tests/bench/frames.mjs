// What a picture costs: the scripting time of drawing stage and timeline once, in the built page, while it plays.
// `node tests/bench/frames.mjs bees` measures what has that in its name. Raftscope needs 12.4 to 17.4 ms for the first of these (measured in the same way, 2026).
import { deflateRawSync } from "node:zlib";
import { chromium, launchOptions } from "../browser/playground.mjs";
import { served } from "./site.mjs";

/** The scenarios, what must be on the picture at least, and the most that it may cost, in ms. */
const COURSES = [
  {
    name: "5 replicas, 50 entries, 20 messages",
    text: "protocol raft\nreplicas 5\nseed 1\nset election-timeout 500ms..800ms\nnetwork latency 90ms..110ms\nworkload clients 12 rate 80/s keys 5\n",
    from: "5s",
    replicas: 5,
    entries: 50,
    messages: 20,
    most: 4,
  },
  {
    name: "50 replicas, 1000 messages",
    text: "protocol raft\nreplicas 50\nseed 1\nset election-timeout 900ms..1500ms\nset heartbeat 20ms\nnetwork latency 200ms..220ms\nworkload clients 2 rate 20/s keys 5\n",
    from: "5s",
    replicas: 50,
    entries: 1,
    messages: 1000,
    most: 10,
  },
  {
    name: "1000 bees",
    text: "protocol honey-bees\nreplicas 1000\nseed 1\nset stop-rate 0\nset quorum 900\nnetwork latency 2ms..8ms\nrequest box 3 from c1\nrequest box 3 from c2\n",
    from: "1s",
    replicas: 1000,
    entries: 0,
    messages: 1,
    most: 10,
  },
  {
    name: "200 workers and a server",
    text: "protocol robust-aggregation\nreplicas 201\nseed 1\nset rounds 60\nnetwork latency 10ms..30ms\n",
    from: "1s",
    replicas: 201,
    entries: 0,
    messages: 1,
    most: 10,
  },
];
const FRAMES = 200;

const server = await served();
const browser = await chromium.launch(launchOptions);
let over = 0;
try {
  const courses = [...COURSES, { ...COURSES[0], name: `two runs of ${COURSES[0].name}`, runs: 2 }];
  for (const course of courses.filter(({ name }) => name.includes(process.argv[2] ?? "")))
    over += await measured(course);
} finally {
  await browser.close();
  await server.close();
}
process.exitCode = over > 0 ? 1 : 0;

/** Says what it found, and gives 1 where it costs too much. `runs`: so many of it beside each other, on one clock. */
async function measured({ name, text, from, replicas, entries, messages, most, runs = 1 }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const body = deflateRawSync(JSON.stringify({ r: Array(runs).fill(`${text}run ${from}\n`), t: 0 }));
  const [address, tag] =
    runs === 1 ? ["play.html", "consensus-playground"] : [`compare.html#c1=${body.toString("base64url")}`, "cp-sides"];
  await page.goto(`${server.address}${address}`);
  await page.waitForSelector(`${tag}[data-engine="ready"]`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  const scripting = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "ScriptDuration").value * 1000;
  };
  await page.locator(tag).evaluate(
    async (element, [text, from]) => {
      const { together } = element;
      if (together) {
        await together.seek(Number.parseFloat(from) * 1e6);
        together.setPace("time", 0.02);
        return together.play();
      }
      await element.open(`${text}run ${from}\n`);
      await element.run.client.call("seek", 0);
      while (!(await element.state()).finished) await element.run.client.call("run", 50_000);
      await element.step();
      element.speed = 0.02;
      element.play();
    },
    [text, from],
  );
  await page.waitForTimeout(500);
  const before = await scripting();
  const seen = await page.locator(tag).evaluate(
    (element, frames) =>
      new Promise((done) => {
        const views = [...element.renderRoot.querySelectorAll("cp-side")].map((side) => side.renderRoot);
        const drawn = [element.renderRoot, ...views].flatMap((root) => [
          ...root.querySelectorAll("cp-stage, cp-space-time"),
        ]);
        const all = element.together?.sides ?? [element.run];
        const times = [];
        let [cost, messages] = [0, Infinity];
        for (const one of drawn) {
          const paint = one.paint.bind(one);
          one.paint = () => {
            const started = performance.now();
            paint();
            cost += performance.now() - started;
          };
        }
        const next = () => {
          if (cost > 0) times.push(cost);
          cost = 0;
          messages = Math.min(messages, ...all.map((run) => run.frame.flights.id.length));
          if (times.length < frames) return requestAnimationFrame(next);
          const [run] = all;
          const log = Math.max(...run.replicas.map((node) => node.replica?.structures[0]?.cells.length ?? 0));
          done({ times, messages, log, replicas: run.replicas.length });
        };
        requestAnimationFrame(next);
      }),
    FRAMES,
  );
  const all = ((await scripting()) - before) / FRAMES;
  await page.close();
  if (seen.replicas < replicas || seen.log < entries || seen.messages < messages)
    throw new Error(`${name}: only ${seen.replicas} replicas, ${seen.log} entries, ${seen.messages} messages`);
  const sorted = seen.times.sort((a, b) => a - b);
  const at = (part) => sorted[Math.floor((sorted.length - 1) * part)];
  const ms = (time) => `${time.toFixed(2)} ms`;
  const much = at(0.5) > most;
  console.log(
    `${name} (${seen.messages} at least): drawing median ${ms(at(0.5))}, 99 % ${ms(at(0.99))}, at most ${ms(most)}; all scripting ${ms(all)} a frame${much ? ": TOO MUCH" : ""}`,
  );
  return Number(much);
}
