// What the page's tests have in common: opening it, finding things by what a person calls them, and the audit.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, path } from "./playground.mjs";

const axeSource = await readFile(
  createRequire(new URL("../../www/package.json", import.meta.url)).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** Opens the playground and waits for a picture. Refusals of the content policy are counted in `window.refusals`. */
export async function opens(page, address = "play.html") {
  await page.addInitScript(() => {
    window.refusals = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refusals.push(event.violatedDirective));
  });
  await page.goto(address);
  await expect(page.locator('consensus-playground[data-engine="ready"]').first()).toBeAttached();
  await expect(page.locator("[data-node]").first()).toBeVisible();
}

/** The playground; the first where *Share* shows a preview of another. */
export const element = (page) => page.locator("consensus-playground").first();
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const replica = (page, id) => page.locator(`button[data-node="${id}"]`);
export const state = (page) => element(page).evaluate((one) => one.state());
export const script = (page) => element(page).evaluate((one) => one.script());
export const act = (page, line) => element(page).evaluate((one, text) => one.act(text), line);
export const openText = (page, text) => element(page).evaluate((one, scenario) => one.open(scenario), text);
export const eventNumber = (page) => element(page).evaluate((one) => one.event);
export const fold = (page, name) => page.locator("cp-palette details.fold > summary", { hasText: name });

/** Goes on, event by event, until messages are in the air that will arrive. */
export async function untilInFlight(page) {
  await expect
    .poll(async () => {
      const flying = (await state(page)).flights.length > 0;
      if (!flying) await element(page).evaluate((one) => one.step());
      return flying;
    })
    .toBe(true);
}

/** Plays at a speed until a condition on the state holds, then pauses. */
export async function playsUntil(page, holds, speed = 1) {
  await element(page).evaluate((one, value) => {
    one.speed = value;
    one.play();
  }, speed);
  await expect.poll(async () => holds(await state(page)), { timeout: 20_000 }).toBe(true);
  await element(page).evaluate((one) => one.pause());
}

/** The ids of all protocols, as the page offers them. */
export const protocols = (page) =>
  page
    .getByLabel("Protocol")
    .locator("option")
    .evaluateAll((list) => list.map((one) => one.value));

/** The files of `tests/scenarios`. */
export const scenarioFiles = readdirSync(path("tests/scenarios"))
  .filter((name) => name.endsWith(".scenario"))
  .map((name) => {
    const text = readFileSync(path(`tests/scenarios/${name}`), "utf8");
    return { file: name.replace(/\.scenario$/, ""), protocol: /^protocol (\S+)/m.exec(text)[1], text };
  });

/** All scenarios that come with the playground, each protocol's first before its others. */
export async function gallery(page) {
  const firsts = await element(page).evaluate(({ run }) =>
    run.library.protocols.map(({ id, firstScenario }) => ({ file: id, protocol: id, text: firstScenario })),
  );
  return firsts.flatMap((first) => [first, ...scenarioFiles.filter(({ protocol }) => protocol === first.protocol)]);
}

/** Whether there is time for everything, as in `cargo xtask bench`. */
export const EVERY = Boolean(process.env.EVERY);

/**
 * The scenarios that a slow test takes: every one where there is time, and else each protocol's first and its last.
 * That every scenario runs, and keeps what it expects, is shown without a page.
 */
export function some(scenarios, of = ({ protocol }) => protocol) {
  if (EVERY) return scenarios;
  const groups = new Map();
  for (const one of scenarios) groups.set(of(one), [...(groups.get(of(one)) ?? []), one]);
  return [...groups.values()].flatMap((all) => all.filter((_, place) => place === 0 || place === all.length - 1));
}

/** The list of a protocol's scenarios, once they are here. */
export async function scenarioList(page) {
  const list = page.getByLabel("Scenario", { exact: true });
  await expect.poll(() => list.locator("option").count()).toBeGreaterThan(2);
  return list;
}

/** Goes through the gallery until a scenario breaks a property by its script alone. Says whether there is one. */
export async function opensViolation(page) {
  for (const protocol of await protocols(page)) {
    await page.getByLabel("Protocol").selectOption(protocol);
    await expect.poll(() => script(page)).toContain(`protocol ${protocol}`);
    const list = await scenarioList(page);
    const names = await list.locator("option").evaluateAll((all) => all.map((one) => one.value));
    for (const name of names) {
      await list.selectOption(name);
      await page.waitForTimeout(150);
      if (!/^expect violation/m.test(await script(page))) continue;
      await playsUntil(page, ({ finished, violations }) => finished || violations.length > 0, 10);
      if ((await state(page)).violations.length > 0) return true;
    }
  }
  return false;
}

/** What an automatic audit finds, as short lines. Something half faded in has no color yet, so it waits for fades. */
export async function audit(page) {
  await page.evaluate(axeSource);
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.flat().join(" ")).slice(0, 3)}`);
  });
}
