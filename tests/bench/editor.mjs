// What a key costs in the editor of scenarios: from the key to all mistakes drawn, and to the picture that shows them, in
// the built page, in a scenario of 200 lines.
import { chromium, launchOptions } from "../browser/playground.mjs";
import { served } from "./site.mjs";

/** The most that a key may cost, in ms, and how many lines the scenario has. */
const MOST = 50;
const LINES = 200;
/** From which ratio on others slow the machine down so much that it says nothing of the editor. */
const BUSY = 1.5;

/** Two hundred lines of all sorts, one in twenty of them wrong. */
const SORTS = [
  "at {t}ms request put k{n} {n} from c2",
  "at {t}ms crash 2 after 3 sends   # a comment",
  "at {t}ms network 1 -> 2 latency 5ms..15ms loss 2%",
  "when 2.store.k{n} = 3 partition 1 2 | 3 4 5",
  "expect not 1.commit-index >= 900 within 10ms",
  "at {t}ms restart 2",
  "delay all append-entries from 1 to 3 by 50ms",
  "expect leader within 1s in 9 of 10 seeds",
];
const HEAD = ["# A long scenario", "protocol raft", "replicas 5", "seed 2", "set pre-vote on"];
const body = Array.from({ length: LINES - HEAD.length - 1 }, (_, n) => {
  const line = SORTS[n % SORTS.length].replaceAll("{t}", String(10 * n)).replaceAll("{n}", String(n));
  return n % 20 === 7 ? `${line} nonsense` : line;
});
const text = [...HEAD, ...body, ""].join("\n");
const TYPED = [
  "at 3s crahs 2 # no\n",
  "expect agrement\n",
  "at 4s request put x 1 from c2 to leader\n",
  "network latency 5ms..15ms loss 2%\n",
].join("");

const server = await served();
const browser = await chromium.launch(launchOptions);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.address}play.html`);
  await page.waitForSelector('consensus-playground[data-engine="ready"]');
  await page.getByRole("button", { name: "Scenario text", exact: true }).click();
  const content = page.locator("cp-scenario .cm-content");
  await content.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
  await page.waitForFunction(
    () =>
      document.querySelector("consensus-playground").shadowRoot.querySelector("cp-scenario").editor.told.mistakes > 5,
  );
  await page.keyboard.press("ControlOrMeta+End");
  await page.locator("cp-scenario").evaluate(watch);
  const paces = [await page.evaluate(pace)];
  for (const letter of TYPED) {
    await page.keyboard.press(letter === "\n" ? "Enter" : letter);
    await page.waitForFunction(() => window.keys.every((key) => key.shown));
  }
  paces.push(await page.evaluate(pace));
  const keys = await page.evaluate(() => window.keys);
  const lines = await page.locator("cp-scenario").evaluate((panel) => panel.editor.text.split("\n").length);
  const drawn = sorted(keys.map((key) => key.drawn - key.at));
  const shown = sorted(keys.map((key) => key.shown - key.at));
  const ratio = Math.max(...paces);
  const over = at(shown, 1) > MOST;
  console.log(
    `a key in ${lines} lines, ${keys.length} keys: mistakes drawn median ${ms(at(drawn, 0.5))}, worst ${ms(at(drawn, 1))}; ` +
      `on the screen median ${ms(at(shown, 0.5))}, 95 % ${ms(at(shown, 0.95))}, worst ${ms(at(shown, 1))}, at most ${MOST} ms; ` +
      `fixed work took ${ratio.toFixed(2)} times as long as at its quickest${over ? ": TOO LONG" : ""}`,
  );
  if (over && ratio < BUSY) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}

function sorted(times) {
  return times.toSorted((a, b) => a - b);
}

function at(times, part) {
  return times[Math.floor((times.length - 1) * part)];
}

function ms(time) {
  return `${time.toFixed(1)} ms`;
}

/** Notes each key that changes the text: when it was pressed, when what was read of the text then was drawn, and when that was shown. */
function watch(panel) {
  window.keys = [];
  const { editor } = panel;
  let pressed = 0;
  editor.view.contentDOM.addEventListener("keydown", ({ timeStamp }) => (pressed = timeStamp), { capture: true });
  let before = editor.view.state.doc;
  const draw = editor.draw.bind(editor);
  const read = editor.read.bind(editor);
  editor.read = () => {
    if (editor.view.state.doc !== before) window.keys.push({ at: pressed });
    before = editor.view.state.doc;
    return read();
  };
  editor.draw = (reading) => {
    draw(reading);
    const drawn = performance.now();
    const waiting = window.keys.filter((key) => key.drawn === undefined);
    for (const key of waiting) key.drawn = drawn;
    const { port1, port2 } = new MessageChannel();
    // A message that is sent when a picture is about to be drawn comes when it is.
    port1.onmessage = () => waiting.forEach((key) => (key.shown = performance.now()));
    requestAnimationFrame(() => port2.postMessage(0));
  };
}

/** How many times as long as at its quickest a piece of work takes that is the same everywhere: others slow it down. */
function pace() {
  const times = Array.from({ length: 100 }, () => {
    const started = performance.now();
    let sum = 0;
    for (let turn = 0; turn < 5e5; turn += 1) sum = (sum * 31 + turn) | 0;
    window.sum = sum;
    return performance.now() - started;
  });
  return times.reduce((sum, time) => sum + time, 0) / times.length / Math.min(...times);
}
