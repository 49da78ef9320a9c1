// The page while it searches: how long frames take to come while a run plays, without a search and beside one through all
// states, what drawing costs meanwhile, and how long a search lives once *Cancel* is pressed.
import { chromium, launchOptions } from "../browser/playground.mjs";
import { served } from "./site.mjs";

const TEXT =
  "protocol raft\nreplicas 5\nseed 1\nset election-timeout 500ms..800ms\nnetwork latency 90ms..110ms\nworkload clients 12 rate 80/s keys 5\nrun 5s\n";
const FRAMES = 300;
/** Milliseconds: the budget of a frame's drawing at 60 a second, as for any picture of this size; and of a cancel. */
const DRAWING = 4;
const CANCEL = 100;

const server = await served();
const browser = await chromium.launch(launchOptions);
try {
  await measured();
} finally {
  await browser.close();
  await server.close();
}

async function measured() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.address}play.html`);
  const tag = page.locator("consensus-playground");
  await page.waitForSelector('consensus-playground[data-engine="ready"]');
  await tag.evaluate(async (element, text) => {
    await element.open(text);
    element.speed = 0.05;
    element.play();
  }, TEXT);
  await page.waitForTimeout(1000);
  told("without a search", await frames(tag));
  await page.locator(".view").focus();
  await page.keyboard.press("s");
  const panel = page.getByRole("dialog", { name: "Search for a failure" });
  await panel.getByRole("combobox", { name: "How to search" }).selectOption("breadth");
  await panel.getByRole("button", { name: "Start" }).click();
  await panel.getByRole("button", { name: "Pause" }).waitFor();
  await tag.evaluate((element) => element.play());
  await page.waitForTimeout(500);
  const beside = await frames(tag);
  told("beside a search", beside);
  const rate = await panel.locator("dd").nth(1).textContent();
  const cancel = panel.getByRole("button", { name: "Cancel" });
  const took = await cancel.evaluate(
    (button) =>
      new Promise((done) => {
        const root = button.getRootNode();
        const pressed = performance.now();
        const over = () => root.contains(button) || done(performance.now() - pressed);
        new MutationObserver(over).observe(root, { childList: true, subtree: true });
        button.click();
      }),
  );
  console.log(`${rate} states a second meanwhile; cancelled after ${took.toFixed(1)} ms of ${CANCEL}`);
  if (took > CANCEL || beside.drawing > DRAWING) process.exitCode = 1;
}

function told(when, { median, late, drawing }) {
  const ms = (time) => `${time.toFixed(1)} ms`;
  console.log(
    `${when}: a frame every ${ms(median)}, ${late} of ${FRAMES} later than two of them; drawing median ${ms(drawing)} of ${DRAWING}`,
  );
}

/** How far apart frames are, and what drawing costs in each. */
async function frames(tag) {
  return tag.evaluate(
    (element, count) =>
      new Promise((done) => {
        let cost = 0;
        const [apart, costs] = [[], []];
        for (const one of element.renderRoot.querySelectorAll("cp-stage, cp-space-time")) {
          const paint = (one.paintAlone ??= one.paint.bind(one));
          one.paint = () => {
            const started = performance.now();
            paint();
            cost += performance.now() - started;
          };
        }
        let last = performance.now();
        const next = (now) => {
          apart.push(now - last);
          if (cost > 0) costs.push(cost);
          [last, cost] = [now, 0];
          if (apart.length < count) return requestAnimationFrame(next);
          const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
          const late = apart.filter((time) => time > 34).length;
          done({ median: middle(apart), late, drawing: middle(costs) });
        };
        requestAnimationFrame(next);
      }),
    FRAMES,
  );
}
