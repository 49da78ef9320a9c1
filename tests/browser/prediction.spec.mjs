// The question before a run: a guess, judged by the core at the line that the scenario names. No test knows a protocol.
import { expect, test } from "./playground.mjs";
import * as the from "./page.mjs";

const element = (page) => page.locator("consensus-playground");
const verdict = (page) => page.locator("cp-prediction").getByRole("status");
const choices = (page) => page.getByRole("group", { name: /^Guess: / }).getByRole("radio");
const stageHeight = async (page) => (await page.locator("cp-stage").boundingBox()).height;

/** All scenarios of the gallery that ask, with what they ask. */
const questions = async (page) =>
  (await the.gallery(page)).flatMap(({ file, protocol, text }) => {
    const found = /expect[^#\n]*#\s*predict:([^|\n]+)\|([^|\n]+)\|([^|\n]+)$/m.exec(text);
    return found ? [{ file, protocol, text, parts: found.slice(1).map((part) => part.trim()) }] : [];
  });

/** Carries the scenario out to its end, however often it pauses. */
const finishes = (page) =>
  element(page).evaluate(async (one) => {
    one.pause();
    while (!one.run.frame.finished) await one.run.advance(100_000);
  });

test("a right guess is told to be right and a wrong one wrong, in every protocol", async ({ page }) => {
  test.setTimeout(600_000);
  await the.opens(page);
  const all = await questions(page);
  expect(all.length).toBeGreaterThanOrEqual(3);
  const firsts = all.filter(({ protocol }, place) => all.findIndex((one) => one.protocol === protocol) === place);
  for (const { file, text, parts } of the.EVERY ? all : firsts) {
    const [question, holds, fails] = parts;
    const told = {};
    for (const guess of [holds, fails]) {
      await the.openText(page, text);
      await expect(page.getByRole("group", { name: `Guess: ${question}` }), file).toBeVisible();
      await expect(choices(page), file).toHaveCount(2);
      await page.getByRole("radio", { name: guess, exact: true }).check();
      await page.locator("cp-transport").getByRole("button", { name: "Step", exact: true }).click();
      await expect(choices(page), file).toHaveCount(0);
      await expect(verdict(page), file).toHaveText(`Your guess: ${guess}. Play on to see.`);
      await finishes(page);
      told[guess] = (await verdict(page).textContent()).trim();
    }
    // The gallery's expectations hold, as the core's own tests show: so the first choice is what happens.
    expect(told[holds], file).toBe(`✓ As you guessed: ${holds}.`);
    expect(told[fails], file).toBe(`✕ It turned out differently: ${holds}. You had guessed: ${fails}.`);
  }
});

test("where the core says no, the other choice was right", async ({ page }) => {
  await the.opens(page);
  const head = (await the.script(page)).split("\n").filter((line) => /^(protocol|replicas)\b/.test(line));
  const text = `${head.join("\n")}\nseed 1\nrun 900ms\nexpect committed 50 # predict: How many? | Fifty | Fewer\n`;
  for (const [guess, says] of [
    ["Fewer", "✓ As you guessed: Fewer."],
    ["Fifty", "✕ It turned out differently: Fewer. You had guessed: Fifty."],
  ]) {
    await the.openText(page, text);
    await page.getByRole("radio", { name: guess, exact: true }).check();
    await page.locator("cp-transport").getByRole("button", { name: "Step", exact: true }).click();
    await finishes(page);
    await expect(verdict(page)).toHaveText(says);
  }
});

test("who does not guess is told nothing, and from the beginning it is asked anew", async ({ page }) => {
  await the.opens(page);
  const transport = page.locator("cp-transport");
  await transport.getByRole("button", { name: "Step", exact: true }).click();
  await expect(choices(page)).toHaveCount(0);
  await expect(verdict(page)).toHaveCount(0);
  await transport.getByRole("button", { name: "Restart" }).click();
  await expect(choices(page)).toHaveCount(2);
  await choices(page).first().check();
  await transport.getByRole("button", { name: "Step", exact: true }).click();
  await expect(verdict(page)).toContainText("Play on to see.");
  await transport.getByRole("button", { name: "Restart" }).click();
  await expect(choices(page)).toHaveCount(2);
  for (const one of await choices(page).all()) await expect(one).not.toBeChecked();
});

for (const [width, height, colorScheme] of [
  [1280, 800, "light"],
  [1280, 800, "dark"],
  [375, 812, "light"],
  [375, 812, "dark"],
]) {
  test(`by keyboard alone at ${width} pixels (${colorScheme}), with a picture that keeps its size`, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await the.opens(page);
    expect(await the.audit(page)).toEqual([]);
    for (const one of await choices(page).all()) await expect(one).toBeInViewport({ ratio: 1 });
    const before = await stageHeight(page);
    const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName);
    for (let presses = 0; presses < 80 && (await focused()) !== "cp-prediction"; presses += 1)
      await page.keyboard.press("Tab");
    expect(await focused()).toBe("cp-prediction");
    // Space takes the one at hand, and arrows the other.
    await page.keyboard.press("Space");
    await expect(choices(page).first()).toBeChecked();
    await page.keyboard.press("ArrowDown");
    await expect(choices(page).last()).toBeChecked();
    await expect(choices(page).last()).toBeFocused();
    const guess = await choices(page).last().locator("xpath=..").textContent();
    expect(await the.audit(page)).toEqual([]);
    // The question goes when the run begins; the focus stays in the playground, so that keys go on working.
    await page.keyboard.press("k");
    await expect(verdict(page)).toHaveText(`Your guess: ${guess.trim()}. Play on to see.`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.localName)).toBe("consensus-playground");
    await page.keyboard.press("k");
    await expect(page.locator("cp-transport").getByRole("button", { name: "Play" })).toBeVisible();
    expect(await stageHeight(page)).toBe(before);
    await finishes(page);
    await expect(verdict(page)).toContainText(guess.trim());
    await expect(verdict(page)).toBeVisible();
    expect(await the.audit(page)).toEqual([]);
  });
}

test("the picture keeps its size from before the first step, in every protocol", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await the.opens(page);
  const jumps = await element(page).evaluate(
    async (one, scenarios) => {
      const jumps = [];
      const drawn = () => new Promise((done) => setTimeout(() => requestAnimationFrame(() => done()), 50));
      const high = (selector) => one.renderRoot.querySelector(selector).getBoundingClientRect().height;
      /** Waits until what was opened has come whole: the question comes from the engine. */
      const settled = async () => {
        let last;
        for (let same = 0; same < 3; same += 1) {
          await drawn();
          const now = high(".view");
          if (now !== last) same = 0;
          last = now;
        }
      };
      for (const { file, text } of scenarios) {
        await one.open(text);
        await settled();
        const [before, foot] = [high(".view"), high(".foot")];
        const card = one.renderRoot.querySelector(".fresh");
        const hidden = card.scrollHeight - card.clientHeight;
        await one.step();
        await drawn();
        // A client that appears has a lane of its own below.
        const after = high(".view") + high(".foot") - foot;
        if (after !== before || hidden > 0)
          jumps.push(`${file}: ${before} to ${after} px, ${hidden} px of the card hidden`);
      }
      return jumps;
    },
    the.some(await the.gallery(page)),
  );
  expect(jumps).toEqual([]);
});
