// Agents that ask a language model: a fake one that answers, one that is closed to the page, slow, locked, or vague.
import { expect, test } from "./playground.mjs";
import { audit, button, opens, script, state } from "./page.mjs";
import { fakeModel } from "./endpoint.mjs";

const course = (page) => page.locator("cp-challenge");
const model = (page) => course(page).locator("cp-model");
const said = (page) => model(page).getByRole("status");

let server;
test.beforeAll(async () => (server = await fakeModel()));
test.afterAll(() => server.close());

async function connects(page, behaviour, key = "") {
  await opens(page, "./challenge.html");
  await course(page).getByRole("tab", { name: "Model" }).click();
  await model(page).getByLabel("A model behind an address").check();
  await model(page).getByLabel("Address, up to /v1").fill(server.address(behaviour));
  if (key) await model(page).getByLabel("Key, where one is needed").fill(key);
}

test("agents argue by utilities without any model, and no request is made", async ({ page, troubles }) => {
  await opens(page, "./challenge.html");
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await course(page).getByRole("tab", { name: "Model" }).click();
  const before = server.asked.length;
  await model(page).getByRole("button", { name: "Run on the stage" }).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await expect(course(page).getByRole("region", { name: "Printed by your code" })).toContainText("agent 1 votes for");
  expect(server.asked.length).toBe(before);
  expect(await audit(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test("a model votes; its answers are recorded, and the key is nowhere", async ({ page, troubles }) => {
  const key = "sk-very-secret";
  await connects(page, "open", key);
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await button(page, "Try one question").click();
  await expect(said(page)).toHaveText("It answers: Pizza.");
  await model(page).getByRole("button", { name: "Run on the stage" }).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  const questions = server.asked.length;
  expect(server.asked.at(-1).headers.authorization).toBe(`Bearer ${key}`);
  expect(server.asked.at(-1).headers.referer).toBeUndefined();
  await model(page)
    .getByLabel(/^What was recorded \([1-9]/)
    .check();
  await model(page).getByRole("button", { name: "Run on the stage" }).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(server.asked.length).toBe(questions);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href);
  const link = await page.locator("consensus-playground").evaluate((one) => one.link());
  expect(kept).not.toContain(key);
  const inside = await page.evaluate(async (hash) => {
    const packed = atob(hash.slice(4).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
  }, link);
  expect(inside).toContain("answer 1 ");
  expect(inside).not.toContain(key);
  expect(await script(page)).not.toContain(key);
  expect(troubles).toEqual([]);
});

for (const [behaviour, sentence] of [
  ["closed", /can't be read from this page.*CORS.*Access-Control-Allow-Origin: http:/],
  ["locked", /refuses the key \(401\)/],
  ["vague", /I would rather stay at home.*none of: Pizza, Sushi/],
  ["slow", /gave no answer within 1 s/],
]) {
  test(`a ${behaviour} endpoint is told from the others`, async ({ page }) => {
    await connects(page, behaviour, "wrong");
    if (behaviour === "slow") {
      await model(page).getByLabel("Seconds to wait").fill("1");
      await model(page).getByLabel("Seconds to wait").blur();
    }
    await button(page, "Try one question").click();
    await expect(said(page)).toHaveText(sentence, { timeout: 10_000 });
    expect(await page.evaluate(() => window.refusals)).toEqual([]);
    await model(page).getByRole("button", { name: "Run on the stage" }).click();
    await expect(course(page).getByRole("list", { name: "Mistakes" })).toContainText(sentence, { timeout: 15_000 });
    expect((await state(page)).decisions).toEqual([]);
  });
}

test("an address on a foreign host without encryption is refused before anything is sent", async ({
  page,
  troubles,
}) => {
  await opens(page, "./challenge.html");
  await course(page).getByRole("tab", { name: "Model" }).click();
  await model(page).getByLabel("A model behind an address").check();
  await model(page).getByLabel("Address, up to /v1").fill("http://models.example/v1");
  await button(page, "Try one question").click();
  await expect(said(page)).toContainText("begins with https://");
  expect(troubles).toEqual([]);
});

test("the playground's own page may not connect to any model", async ({ page }) => {
  await opens(page);
  await page.evaluate(
    (address) => fetch(address, { method: "POST", body: "{}" }).catch(() => {}),
    server.address("open"),
  );
  await expect.poll(() => page.evaluate(() => window.refusals)).toEqual(["connect-src"]);
});
