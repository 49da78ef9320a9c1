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
  ["elsewhere", /can't be read from this page.*sends on to another address, which is not followed/],
  ["long", /answers with more than 64 KB/],
  ["endless", /answers with more than 64 KB/],
  ["thinking", /The model said “<think>.*none of: Pizza, Sushi/],
  ["blank", /The model said “x”.*none of: Pizza, Sushi/],
]) {
  test(`a ${behaviour} endpoint is told from the others`, async ({ page }) => {
    await connects(page, behaviour, "wrong");
    if (behaviour === "slow") {
      await model(page).getByLabel("Seconds to wait").fill("1");
      await model(page).getByLabel("Seconds to wait").blur();
    }
    await button(page, "Try one question").click();
    await expect(said(page)).toHaveText(sentence, { timeout: 10_000 });
    const written = server.written();
    expect(await page.evaluate(() => window.refusals)).toEqual([]);
    await model(page).getByRole("button", { name: "Run on the stage" }).click();
    await expect(course(page).getByRole("list", { name: "Mistakes" })).toContainText(sentence, { timeout: 15_000 });
    expect((await state(page)).decisions).toEqual([]);
    // A connection is closed with its answer: of the second question, no more was sent than of the first, give or take.
    if (behaviour === "endless") expect(server.written()).toBeLessThan(2 * written + 10_000_000);
  });
}

/**
 * Puts a model into the browser, by the Prompt API's shape. `window.own` says how far it is, how it answers, and what it was
 * asked. The browser that runs these tests has none: this is the page's whole way to one, and nothing about a real one.
 */
const ownModel = (page, start) =>
  page.addInitScript((given) => {
    const own = (window.own = { state: "available", says: null, fails: null, asked: [], sessions: 0, ...given });
    const fail = ({ name, message }) => Promise.reject(new DOMException(message, name));
    window.LanguageModel = {
      availability: (options) => {
        own.options = options;
        return Promise.resolve(own.state);
      },
      async create({ signal, monitor, ...options }) {
        own.created = options;
        if (own.fails?.at === "create") return fail(own.fails);
        if (own.state !== "available") {
          const events = new EventTarget();
          monitor?.(events);
          own.state = "downloading";
          const loaded = (share) =>
            events.dispatchEvent(
              new ProgressEvent("downloadprogress", { loaded: share, total: 1, lengthComputable: true }),
            );
          loaded(0.42);
          await new Promise((resolve, reject) => {
            own.arrive = resolve;
            signal.addEventListener("abort", () => reject(signal.reason));
          });
          loaded(1);
          own.state = "available";
        }
        own.sessions += 1;
        return {
          prompt(text, { responseConstraint }) {
            own.asked.push({ text, choices: responseConstraint.enum });
            if (own.fails?.at === "prompt") return fail(own.fails);
            return Promise.resolve(own.says ?? JSON.stringify(responseConstraint.enum[0]));
          },
          destroy: () => (own.sessions -= 1),
        };
      },
    };
  }, start);

async function takesOwn(page, start) {
  if (start) await ownModel(page, start);
  await opens(page, "./challenge.html");
  await page.locator("consensus-playground").evaluate((one) => (one.speed = 10));
  await course(page).getByRole("tab", { name: "Model" }).click();
}

const onStage = (page) => model(page).getByRole("button", { name: "Run on the stage" });

test("where the browser has no model, or can't run its own, that can't be chosen", async ({ page, browser }) => {
  await page.addInitScript(() => delete globalThis.LanguageModel);
  await takesOwn(page);
  await expect(model(page).getByLabel("The browser's own model (there is none here)")).toBeDisabled();
  const other = await (await browser.newContext()).newPage();
  await takesOwn(other, { state: "unavailable" });
  expect(await other.evaluate(() => window.own.options)).toMatchObject({ expectedOutputs: [{ languages: ["en"] }] });
  await expect(model(other).getByLabel("The browser's own model (there is none here)")).toBeDisabled();
  await other.context().close();
});

test("the browser's own model votes, each question in a session of its own, and is recorded", async ({
  page,
  troubles,
}) => {
  await takesOwn(page, {});
  await model(page).getByLabel("The browser's own model", { exact: true }).check();
  await button(page, "Try one question").click();
  await expect(said(page)).toHaveText("It answers: Pizza.");
  await onStage(page).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  const own = await page.evaluate(() => window.own);
  expect(own.sessions).toBe(0);
  expect(own.created).toEqual(own.options);
  expect(own.asked.length).toBeGreaterThan(3);
  expect(new Set(own.asked.map(({ text }) => text)).size).toBe(own.asked.length);
  for (const { text, choices } of own.asked) expect(text).toContain(choices.join(", "));
  await model(page)
    .getByLabel(`What was recorded (${own.asked.length - 1} answers)`)
    .check();
  await onStage(page).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await page.evaluate(() => window.own.asked.length)).toBe(own.asked.length);
  expect(troubles).toEqual([]);
});

test("a model that the browser has yet to download is downloaded when asked for, with its progress", async ({
  page,
  troubles,
}) => {
  await takesOwn(page, { state: "downloadable" });
  await model(page).getByLabel("The browser's own model (to be downloaded first)").check();
  await expect(onStage(page)).toBeDisabled();
  await expect(button(page, "Try one question")).toBeDisabled();
  expect(await page.evaluate(() => window.own.state)).toBe("downloadable");
  await button(page, "Download it").click();
  const progress = model(page).getByRole("progressbar", { name: /Downloading the browser's model: 42 %/ });
  await expect(progress).toBeVisible();
  expect(await audit(page)).toEqual([]);
  await model(page).getByRole("button", { name: "Cancel" }).click();
  await expect(progress).toHaveCount(0);
  await expect(said(page)).toHaveText("");
  await button(page, "Download it").click();
  await expect(progress).toBeVisible();
  await page.evaluate(() => window.own.arrive());
  await expect(said(page)).toHaveText("The browser's model is here.");
  await button(page, "Try one question").click();
  await expect(said(page)).toHaveText("It answers: Pizza.");
  await onStage(page).click();
  await expect.poll(async () => (await state(page)).decisions.length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
});

for (const [what, start, sentence] of [
  [
    "is not allowed",
    { fails: { at: "create", name: "NotAllowedError", message: "a policy forbids it" } },
    /does not let this page use its model\. It says: a policy forbids it\./,
  ],
  [
    "refuses to answer",
    { fails: { at: "prompt", name: "NotReadableError", message: "The output was filtered." } },
    /own model gives no answer\. It says: The output was filtered\./,
  ],
  [
    "answers beside the question",
    { says: "Let's stay at home." },
    /“Let's stay at home\.”, which is none of: Pizza, Sushi/,
  ],
]) {
  test(`a browser's model that ${what} is told from the others`, async ({ page, troubles }) => {
    await takesOwn(page, start);
    await model(page).getByLabel("The browser's own model", { exact: true }).check();
    await button(page, "Try one question").click();
    await expect(said(page)).toHaveText(sentence);
    await onStage(page).click();
    await expect(course(page).getByRole("list", { name: "Mistakes" })).toContainText(sentence, { timeout: 15_000 });
    expect((await state(page)).decisions).toEqual([]);
    expect(await page.evaluate(() => window.own.sessions)).toBe(0);
    expect(troubles).toEqual([]);
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

test("a foreign page can't put the challenge, which takes a key, into a frame; the embedded playground it can", async ({
  page,
  request,
  baseURL,
}) => {
  for (const [name, framed] of [
    ["challenge.html", false],
    ["embed.html", true],
  ]) {
    const headers = (await request.get(name)).headers();
    expect(headers["x-content-type-options"]).toBe("nosniff");
    const trusted = "require-trusted-types-for 'script'; trusted-types default lit-html";
    expect(headers["content-security-policy"]).toBe(framed ? trusted : "frame-ancestors 'self'");
    // Another host of the same machine is a foreign one.
    await page.goto(server.address("page"));
    await page.evaluate((address) => {
      document.body.append(Object.assign(document.createElement("iframe"), { src: address }));
    }, `${baseURL}${name}`);
    const inside = page.frameLocator("iframe").locator("consensus-playground");
    if (framed) await expect(inside).toBeAttached();
    else await expect.poll(() => page.frames().length).toBe(2);
    await page.waitForTimeout(500);
    await expect(inside).toHaveCount(framed ? 1 : 0);
  }
  expect((await request.get("THIRD-PARTY.txt")).headers()["x-content-type-options"]).toBe("nosniff");
});
