// Chromium, Firefox and WebKit by one set of words: a person's mouse and keys, and what a page says of itself.
import { execFileSync } from "node:child_process";
import { chromium as playwright, launchOptions, watch } from "../browser/playground.mjs";
import { firefox as startFirefox } from "../bench/bidi.mjs";
import { webkit as startWebkit } from "../bench/webkit.mjs";

/** What every question to a page can use: `deep`, all elements through all shadow roots; `find`, the first that is seen. */
const WORDS = `
  const deep = (root = document) =>
    [...root.querySelectorAll("*")].flatMap((at) => [at, ...(at.shadowRoot ? deep(at.shadowRoot) : [])]);
  const labelOf = (label) =>
    [...label.childNodes].filter((part) => part.nodeType !== 1 || !part.matches("select, input")).map((part) => part.textContent).join("");
  const nameOf = (one) =>
    (one.getAttribute("aria-label") ?? (one.labels?.[0] ? labelOf(one.labels[0]) : one.textContent)).replace(/\\s+/g, " ").trim();
  const all = (selector) => deep().filter((one) => one.matches(selector) && one.checkVisibility());
  const find = (selector, name) => all(selector).find((one) => name == null || nameOf(one) === name);
  const element = () => document.querySelector("consensus-playground");
  const focused = () => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one;
  };`;

const asked = (work, given) =>
  `(async () => { ${WORDS} return JSON.stringify(await (${String(work)})(...${JSON.stringify(given)})) ?? "null"; })()`;

const KEYS = {
  ArrowRight: "\uE014",
  ArrowLeft: "\uE012",
  Escape: "\uE00C",
  Enter: "\uE007",
  Tab: "\uE004",
  Space: " ",
};

/** Each letter pressed and let go, as WebDriver has it. */
const typed = (letters) =>
  letters.flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]);

async function chromium({ reducedMotion = false } = {}) {
  const browser = await playwright.launch(launchOptions);
  const page = await browser.newPage({ reducedMotion: reducedMotion ? "reduce" : "no-preference" });
  const troubles = watch(page);
  return {
    troubles,
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    ask: async (work, given, frame) => JSON.parse(await page.frames()[frame].evaluate(asked(work, given))),
    frames: async () => page.frames().length,
    clickAt: (x, y) => page.mouse.click(x, y),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
    resize: (width, height) => page.setViewportSize({ width, height }),
    pdf: async () => (await page.pdf()).length,
    close: () => browser.close(),
  };
}

async function firefox({ reducedMotion = false } = {}) {
  const program = process.env.FIREFOX ?? (which("firefox-esr") || which("firefox"));
  if (!program) throw new Error("no Firefox is found: FIREFOX names its program");
  const browser = await startFirefox(program, {
    "ui.prefersReducedMotion": Number(reducedMotion),
    "intl.accept_languages": "en-US",
  });
  const { send, tab } = browser;
  const troubles = [];
  await browser.hear("log.entryAdded", ({ level, text }) => level === "error" && troubles.push(text));
  const act = (type, actions, more = {}) =>
    send("input.performActions", { context: tab, actions: [{ type, id: type, actions, ...more }] });
  const keys = (letters) => act("key", typed(letters));
  return {
    troubles,
    goto: browser.goto,
    reload: () => send("browsingContext.reload", { context: tab, wait: "complete" }),
    async ask(work, given, frame) {
      const context = (await browser.frames())[frame];
      const said = await send("script.evaluate", {
        expression: asked(work, given),
        target: { context },
        awaitPromise: true,
      });
      if (said.type === "exception") throw new Error(said.exceptionDetails.text);
      return JSON.parse(said.result.value);
    },
    frames: async () => (await browser.frames()).length,
    clickAt: (x, y) =>
      act("pointer", [
        { type: "pointerMove", x: Math.round(x), y: Math.round(y) },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ]),
    press: (key) => keys([KEYS[key] ?? key]),
    type: (text) => keys([...text]),
    resize: (width, height) => send("browsingContext.setViewport", { context: tab, viewport: { width, height } }),
    pdf: async () => Buffer.from((await send("browsingContext.print", { context: tab })).data, "base64").length,
    close: browser.close,
  };
}

/** It has no log that a driver could read: what goes wrong unseen is not noticed here. */
async function webkit({ reducedMotion = false } = {}) {
  const browser = await startWebkit({ animations: !reducedMotion });
  const { send } = browser;
  const act = (type, actions) => send("actions", { actions: [{ type, id: type, actions }] });
  const keys = (letters) => act("key", typed(letters));
  return {
    troubles: [],
    goto: browser.goto,
    reload: () => send("refresh"),
    ask: async (work, given, frame) => JSON.parse(await browser.askIn(asked(work, given), frame)),
    frames: async () => (await browser.frames()).length,
    clickAt: (x, y) =>
      act("pointer", [
        { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 0 },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ]),
    press: (key) => keys([KEYS[key] ?? key]),
    type: (text) => keys([...text]),
    resize: async (width, height) => {
      // The window's frame is added: what is left for the page is asked, and corrected once.
      await send("window/rect", { width, height });
      const [wide, high] = await browser.askIn("[innerWidth, innerHeight]", 0);
      await send("window/rect", { width: 2 * width - wide, height: 2 * height - high });
    },
    close: browser.close,
  };
}

function which(name) {
  try {
    return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

/** How long something may take before it counts as never, in milliseconds. */
const PATIENCE = 30_000;

const later = (ms) => new Promise((done) => setTimeout(done, ms));

/** A browser with what a check needs. Whatever is looked for is waited for. */
export async function open(name, options) {
  const driver = await { chromium, firefox, webkit }[name](options);
  const tab = {
    ...driver,
    frame: 0,
    ask: (work, ...given) => driver.ask(work, given, tab.frame),
    /** Asks until the answer is true, and gives it. */
    async until(work, ...given) {
      let answer;
      for (const end = Date.now() + PATIENCE; ; await later(50)) {
        // While a page is on its way there is nobody to ask.
        answer = await tab.ask(work, ...given).catch((error) => (Date.now() > end ? Promise.reject(error) : undefined));
        if (answer) return answer;
        if (Date.now() > end) throw new Error(`never true: ${String(work)} of ${JSON.stringify(given)}`);
      }
    },
    /** Presses what is called so, with the mouse. */
    async click(selector, called) {
      const { x, y } = await tab.until(
        (what, its) => {
          const one = find(what, its);
          if (!one || one.disabled) return undefined;
          one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
          const { left, top, width, height } = one.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2 };
        },
        selector,
        called,
      );
      await driver.clickAt(x, y);
    },
    /** Chooses in a list, as its event tells the page. */
    choose: (label, value) =>
      tab.until(
        (its, wanted) => {
          const one = find("select", its);
          if (!one || ![...one.options].some((option) => option.value === wanted)) return false;
          one.value = wanted;
          one.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
          return true;
        },
        label,
        value,
      ),
  };
  return tab;
}
