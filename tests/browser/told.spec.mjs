// What is told, and what is not: a broken guarantee comes first, a question stands only where a scenario asks one, and who
// does not see the picture hears of elections, decisions and breaks.
import { expect, test } from "./playground.mjs";
import * as the from "./page.mjs";
import { looksRight } from "./looks.mjs";

const element = (page) => page.locator("consensus-playground");

/** Everything that the live region says from now on. */
const listens = (page) =>
  element(page).evaluate((one) => {
    window.heard = [];
    const region = one.renderRoot.querySelector("#live");
    new MutationObserver(() => window.heard.push({ at: performance.now(), text: region.textContent })).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
const heard = (page) => page.evaluate(() => window.heard.map(({ text }) => text).join("\n"));

test("under a red badge, what is broken comes before the rule's sentence", async ({ page, troubles }) => {
  test.setTimeout(120_000);
  await the.opens(page);
  let seen = 0;
  const ids = new Set();
  for (const { protocol, text } of await the.gallery(page)) {
    if (ids.has(protocol) || !/^expect violation/m.test(text)) continue;
    ids.add(protocol);
    await the.openText(page, text);
    await the.playsUntil(page, ({ finished, violations }) => finished || violations.length > 0, 10);
    const [broken] = (await the.state(page)).violations;
    expect(broken, protocol).toBeDefined();
    // The evidence opens by itself, where time went on to the break; the narrator stands behind it.
    await element(page).evaluate((one) => one.run.rest());
    const narrator = page.locator("cp-narrator section");
    await expect(narrator.locator("p").first()).toContainText(
      `has been broken since event ${broken.event}: ${broken.text}`,
    );
    await expect(narrator.locator("p").nth(1)).not.toContainText(broken.text);
    if (seen === 0) await looksRight(page, "broken");
    // Before it happened, the badge is green and nothing is said of it.
    await element(page).evaluate((one, event) => one.seek(event), broken.event - 1);
    await expect(narrator).not.toContainText("has been broken since");
    seen += 1;
  }
  expect(seen).toBeGreaterThanOrEqual(4);
  expect(troubles).toEqual([]);
});

test("nothing is asked where a scenario asks nothing", async ({ page, troubles }) => {
  test.setTimeout(600_000);
  await the.opens(page);
  const texts = the.some(await the.gallery(page)).map(({ text }) => text);
  texts.push("protocol raft\nreplicas 3\nrun 1s\n");
  for (const text of texts) {
    await the.openText(page, text);
    const said = page.locator("div.said");
    const asks = /expect[^#\n]*#\s*predict:/.test(text);
    await expect(page.getByRole("group", { name: /^Guess: / })).toHaveCount(asks ? 1 : 0);
    const { title, about, summary } = await element(page).evaluate(({ run }) => ({
      ...run.info,
      summary: run.descriptor.summary,
    }));
    if (!asks)
      await expect(said.locator(".welcome p > :not(a)")).toHaveText([
        new RegExp(`^${title.replace(/\W/g, ".")}`),
        about || summary,
      ]);
    await expect(said).not.toContainText("Guess first");
  }
  expect(texts.filter((text) => /#\s*predict:/.test(text)).length).toBeGreaterThanOrEqual(8);
  expect(troubles).toEqual([]);
});

const HEARD = [
  {
    what: "who is elected and what is decided, in Raft",
    text: "protocol raft\nreplicas 5\nseed 2\nat 600ms request put x 1\nat 2s request put y 2\nrun 4s\n",
    says: [/Replica \d is leader in term 1\./, /Decided: x=1 \(slot \d+\)\./, /Decided: y=2/],
  },
  {
    what: "who is primary, in PBFT",
    text: "protocol pbft\nreplicas 4\nseed 7\nat 300ms crash 1\nat 350ms request put x 1\nrun 4s\n",
    says: [/Replica 2 is primary in view 1\./, /Decided: x=1/],
  },
  {
    what: "who is stuck, in two-phase commit",
    text: "protocol two-phase-commit\nreplicas 4\nseed 3\nnetwork latency 10ms\nrequest transaction hotel\nat 25ms crash 1 after 2 sends\nrun 8s\n",
    says: [/4 is blocked/],
  },
];
for (const { what, text, says } of HEARD)
  test(`a screen reader hears ${what}, without a flood`, async ({ page, troubles }) => {
    await the.opens(page);
    await the.openText(page, text);
    await listens(page);
    const started = Date.now();
    await the.playsUntil(page, ({ finished }) => finished, 1);
    for (const one of says) await expect.poll(() => heard(page)).toMatch(one);
    const most = (Date.now() - started) / 1400 + 3;
    const count = await page.evaluate(() => window.heard.length);
    expect(count).toBeLessThanOrEqual(most);
    expect(troubles).toEqual([]);
  });

test("a screen reader hears what is broken", async ({ page, troubles }) => {
  await the.opens(page);
  const { text } = (await the.gallery(page)).find((one) => /^expect violation/m.test(one.text));
  await the.openText(page, text);
  await listens(page);
  await the.playsUntil(page, ({ finished, violations }) => finished || violations.length > 0, 10);
  const [broken] = (await the.state(page)).violations;
  await expect.poll(() => heard(page)).toContain("Broken: ");
  await expect.poll(async () => (await heard(page)).toLowerCase()).toContain(broken.text.toLowerCase());
  expect(troubles).toEqual([]);
});

test("going back and opening another run is no news", async ({ page, troubles }) => {
  await the.opens(page);
  await the.openText(page, HEARD[0].text);
  await the.playsUntil(page, ({ finished }) => finished, 5);
  await listens(page);
  await element(page).evaluate((one) => one.seek(6));
  await page.waitForTimeout(300);
  await the.openText(page, HEARD[1].text);
  await page.waitForTimeout(300);
  expect(await heard(page)).not.toMatch(/is (leader|primary) in|Decided:|Broken:/);
  expect(troubles).toEqual([]);
});
