// Random clicking and typing in the page. Whatever it does, nothing throws, the engine lives, and a correct protocol is safe.
import { expect, test } from "./playground.mjs";
import { opens, protocols, script, state } from "./page.mjs";

const SEEDS = process.env.MONKEY_SEED ? [Number(process.env.MONKEY_SEED)] : [1, 2];
/** Milliseconds that each of the four monkeys has; together two minutes, and 40 s in CI. */
const SPAN = (process.env.CI ? 40_000 : 120_000) / SEEDS.length / 2;
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

/** Another way of going wild: a line, a place in the past, another branch, undoing and doing again. */
async function roam(page, pick) {
  const [line, part, which] = [LINES[pick(LINES.length)], pick(100) / 100, pick(5)];
  await page.locator("consensus-playground").evaluate(
    async (element, [line, part, which]) => {
      const { run } = element;
      const [branch] = run.frame.branches.others;
      if (which === 0) await element.seek(Math.floor(run.frame.last * part));
      else if (which === 1 && branch) await run.switchBranch(branch.id);
      else if (which === 2) await (part < 0.5 ? run.undo() : run.redo());
      else await element.act(line);
    },
    [line, part, which],
  );
  return `roam ${which}: ${line} ${part}`;
}

for (const [seed, wild] of SEEDS.flatMap((seed) => [
  [seed, false],
  [seed, true],
])) {
  test(`a ${wild ? "wild" : "tame"} monkey finds nothing that breaks (seed ${seed})`, async ({ page, troubles }) => {
    test.setTimeout(SPAN + 40_000);
    await opens(page);
    const pick = random(seed);
    const names = await protocols(page);
    await page.getByLabel("Protocol").selectOption(names[seed % names.length]);
    const log = [];
    const end = Date.now() + SPAN;
    let acts = 0;
    while (Date.now() < end) {
      log.push(await (wild && pick(5) === 0 ? roam(page, pick) : meddle(page, pick, wild)));
      acts += 1;
      if (log.length > 25) log.shift();
      expect(troubles, log.join("\n")).toEqual([]);
      if (acts % 20 > 0) continue;
      const [now, text] = [await state(page), await script(page)];
      if (!wild && !excused(text)) expect(now.violations, `${log.join("\n")}\n${text}`).toEqual([]);
      await expect(page.getByText("The engine broke down"), log.join("\n")).toHaveCount(0);
      // A window of another size lays everything out again.
      if (acts % 100 === 0) await page.setViewportSize({ width: 320 + pick(1200), height: 600 + pick(500) });
    }
    expect(acts).toBeGreaterThan(10);
    const before = (await state(page)).now;
    expect(before).toBeGreaterThanOrEqual(0);
    expect(await page.evaluate(() => window.refusals)).toEqual([]);
    console.log(`${wild ? "wild" : "tame"} monkey ${seed}: ${acts} acts`);
  });
}
