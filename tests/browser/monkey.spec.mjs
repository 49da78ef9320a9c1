// Random clicking and typing in the page. Whatever it does, nothing throws, the engine lives, and a correct protocol is safe.
import { expect, test } from "./playground.mjs";
import { element, opens, protocols, script, state } from "./page.mjs";

const SEEDS = process.env.MONKEY_SEED ? [Number(process.env.MONKEY_SEED)] : [1, 2];
/** Milliseconds that each of the four monkeys has; together two minutes, and 40 s in CI. */
const SPAN = (process.env.CI ? 40_000 : 120_000) / SEEDS.length / 2;
/** However slow the machine: two rounds of the wild monkey's deeds. */
const FEWEST = 44;
const KEYS = [
  "Space",
  "ArrowRight",
  "ArrowLeft",
  "ArrowUp",
  "ArrowDown",
  "Tab",
  "Enter",
  "Escape",
  "c",
  "r",
  "+",
  "-",
  "?",
  "3",
];
const WORDS = [
  "put x 1",
  "1 2 | 3",
  "0",
  "99999999999",
  "-3",
  "x".repeat(300),
  "💥",
  "150ms..300ms",
  "crash leader",
  "",
  "5%",
];

/** A small generator, so that a find can be had again by its seed. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Marks everything in the page that can be pressed, typed into or chosen from, and gives it in order. */
const handles = (page) =>
  page.evaluateHandle(() => {
    const roots = (root) => [
      root,
      ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? roots(one.shadowRoot) : [])),
    ];
    return roots(document)
      .flatMap((root) => [...root.querySelectorAll("button, input, select, textarea, summary, canvas")])
      .filter((one) => !one.disabled && one.checkVisibility());
  });

/** Does something to one thing on the page; says what, for the log of a failure. */
async function meddle(page, pick, wild) {
  if (pick(4) === 0) {
    const key = KEYS[pick(KEYS.length)];
    await page.keyboard.press(key);
    return `key ${key}`;
  }
  const all = await handles(page);
  const done = await all.evaluate(
    (list, [choice, word, option, x, y, wild]) => {
      const one = list[choice % list.length];
      const name = one.getAttribute("aria-label") ?? one.name ?? "";
      const told = `${one.localName} ${name || one.textContent.trim().slice(0, 40)}`;
      // It leads to another page, of which this monkey knows nothing.
      if (told === "button Compare…") return `left ${told}`;
      const changed = () => {
        for (const type of ["input", "change"]) one.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      };
      // Bug switches and traitors are what makes a correct protocol wrong: the tame monkey leaves them alone.
      if (
        !wild &&
        (/byzantine|option|vote of/i.test(name + one.textContent) ||
          one.closest?.("cp-options") ||
          one.getRootNode().host?.localName === "cp-options")
      )
        return `left ${told}`;
      if (one.localName === "canvas") {
        const box = one.getBoundingClientRect();
        const at = { clientX: box.x + x * box.width, clientY: box.y + y * box.height, bubbles: true, composed: true };
        one.dispatchEvent(new MouseEvent("click", at));
      } else if (one.localName === "select") {
        one.selectedIndex = option % one.options.length;
        changed();
      } else if (one.matches("input:not([type=checkbox]), textarea")) {
        one.focus();
        one.value = one.type === "range" ? String(Number(one.min) + x * (Number(one.max) - Number(one.min))) : word;
        changed();
      } else one.click();
      return told;
    },
    [pick(1e6), WORDS[pick(WORDS.length)], pick(1e6), pick(1000) / 1000, pick(1000) / 1000, wild],
  );
  await all.dispose();
  return done;
}

/** What the scenario at hand is known to break: a bug switch, a traitor, or more than the protocol bears. */
const excused = (text) => /byzantine|^expect violation|^set \S+ (\d+ )?on|disk lost|^disk /m.test(text);

/** What only the wild monkey does: lines of traitors, branches, and of things that no button does. */
const LINES = [
  "byzantine all twins",
  "byzantine 1 collude",
  "byzantine 2 twins 1 | 3",
  "honest all",
  "clock all 0.5x",
  "deliver all",
  "cut 1 -> 2",
  "heal 1 -> 2",
  "network 1 -> 2 latency 80ms",
  "crash all",
  "restart all disk lost",
];

/** What the wild monkey must have done at least once, or it has shown nothing. */
const DEEDS = ["option", "branch", "traitor"];

/**
 * Another way of going wild, by turns: an option or bug switch of the page, another future from a place in the past, a
 * traitor, another branch or undoing and doing again, and a line. Says what came of it.
 */
async function roam(page, pick, turn) {
  const [line, part, choice] = [LINES[pick(LINES.length)], pick(100) / 100, pick(1e6)];
  const deed = await element(page).evaluate(
    async (element, [turn, line, part, choice]) => {
      const { run } = element;
      if (turn === 0) {
        const options = element.renderRoot.querySelector("cp-palette")?.renderRoot.querySelector("cp-options");
        const switches = options?.renderRoot.querySelectorAll("input[type=checkbox]") ?? [];
        const [one, text] = [switches[choice % switches.length], run.text];
        one?.click();
        for (let wait = 0; one && wait < 40 && run.text === text; wait += 1)
          await new Promise((done) => setTimeout(done, 50));
        return run.text === text ? "" : "option";
      }
      if (turn === 1) {
        for (let step = 0; step < 6; step += 1) await element.step();
        await element.seek(Math.floor(run.frame.last * part));
        await element.act(line);
        return run.frame.branches.others.length > 0 ? "branch" : "";
      }
      if (turn === 2) {
        await element.act("byzantine 1 silent");
        return run.nodes.get("1")?.byzantine ? "traitor" : "";
      }
      const [branch] = run.frame.branches.others;
      if (turn === 3 && branch && choice % 2 === 0) await run.switchBranch(branch.id);
      else if (turn === 3) await (part < 0.5 ? run.undo() : run.redo());
      else await element.act(line);
      return "";
    },
    [turn, line, part, choice],
  );
  return { deed, told: `roam ${turn}: ${line} ${part} ${choice}, ${deed || "nothing"}` };
}

/** A correct protocol is safe, whatever was done; the engine lives. */
async function sound(page, wild, log) {
  const [now, text] = [await state(page), await script(page)];
  if (!wild && !excused(text)) expect(now.violations, `${log.join("\n")}\n${text}`).toEqual([]);
  await expect(page.getByText("The engine broke down"), log.join("\n")).toHaveCount(0);
}

/** The engine answers still: a scenario opened now runs to its end. */
async function alive(page) {
  const { finished, now } = await element(page).evaluate(async (element) => {
    await element.open("protocol raft\nreplicas 3\nseed 1\nrun 1s\nexpect leader\n");
    for (let piece = 0; piece < 50 && !(await element.state()).finished; piece += 1)
      await element.run.client.call("run", 50_000);
    return element.state();
  });
  expect(finished).toBe(true);
  expect(now).toBeGreaterThanOrEqual(1_000_000);
}

/**
 * A window that fills the screen has no size of its own: the monkey may have presented the picture. It may have asked for
 * the whole screen a moment ago, too, and not have it yet, which nothing in the page tells: so this is tried again.
 */
const resizes = (page, width, height) =>
  expect(async () => {
    await page.evaluate(() => document.fullscreenElement && document.exitFullscreen());
    await page.setViewportSize({ width, height });
  }).toPass({ timeout: 10_000 });

for (const [seed, wild] of SEEDS.flatMap((seed) => [
  [seed, false],
  [seed, true],
])) {
  test(`a ${wild ? "wild" : "tame"} monkey finds nothing that breaks (seed ${seed})`, async ({ page, troubles }) => {
    test.setTimeout(SPAN + 80_000);
    await opens(page);
    const pick = random(seed);
    const names = await protocols(page);
    await page.getByLabel("Protocol").selectOption(names[seed % names.length]);
    const log = [];
    const end = Date.now() + SPAN;
    const deeds = new Set();
    let [acts, roams] = [0, 0];
    while (Date.now() < end || acts < FEWEST) {
      if (wild && acts % 4 === 3) {
        const { deed, told } = await roam(page, pick, roams % 5);
        roams += 1;
        if (deed) deeds.add(deed);
        log.push(told);
      } else log.push(await meddle(page, pick, wild));
      acts += 1;
      if (log.length > 25) log.shift();
      expect(troubles, log.join("\n")).toEqual([]);
      if (acts % 20 > 0) continue;
      await sound(page, wild, log);
      // A window of another size lays everything out again.
      if (acts % 100 === 0) await resizes(page, 320 + pick(1200), 600 + pick(500));
    }
    await sound(page, wild, log);
    if (wild) expect([...deeds].sort(), log.join("\n")).toEqual([...DEEDS].sort());
    await alive(page);
    expect(troubles, log.join("\n")).toEqual([]);
    expect(await page.evaluate(() => window.refusals)).toEqual([]);
    console.log(`${wild ? "wild" : "tame"} monkey ${seed}: ${acts} acts`);
  });
}
