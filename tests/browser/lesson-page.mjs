// What the tests of lessons share: a page with one lesson, the lesson's own text, and four ways to walk through it.
import { readFile } from "node:fs/promises";
import { expect, path } from "./playground.mjs";

/** The site's page with a lesson in the place of the playground. Lessons are served as the repository holds them. */
export async function opensLesson(page, { attributes = "", query = "", hash = "", child = "", speed = 0.005 } = {}) {
  await page.route(/\/lesson-test\.html/, async (route) => {
    const found = await route.fetch({ url: new URL("/play.html", route.request().url()).href });
    const lesson = `<consensus-lesson speed="${speed}" ${attributes}>${child}</consensus-lesson>`;
    const body = (await found.text()).replace(/<consensus-playground[\s\S]*<\/consensus-playground>/, () => lesson);
    await route.fulfill({ response: found, body });
  });
  await page.route(/\/lessons\/[\w.-]+\.md$/, async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1);
    const body = await readFile(path(`lessons/${name}`), "utf8").catch(() => undefined);
    if (body === undefined) await route.fulfill({ status: 404, body: "" });
    else await route.fulfill({ contentType: "text/markdown; charset=utf-8", body });
  });
  await page.goto(`lesson-test.html${query}${hash}`);
}

export const lesson = (page) => page.locator("consensus-lesson");
export const ready = (page) => expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
export const card = (page) => page.locator(".card");
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const frame = (page) =>
  lesson(page).evaluate(({ run }) => ({ now: run.frame.now, finished: run.frame.finished }));

const going = (page) => lesson(page).evaluate(({ run }) => run.going);

/** A lesson's text as the tests need it: its questions, and its tasks with their attempts. */
export async function readLesson(name) {
  const text = await readFile(path(`lessons/${name}.md`), "utf8");
  const [questions, tasks] = [[], []];
  let question;
  for (const [whole, fence, body] of text.matchAll(/^```(\w+)\n([\s\S]*?)^```$|^(?:- \[[ x]\]|[ ]{2}>) .*$/gm)) {
    const [, mark, said] = /^- \[([ x])\] (.*)$/.exec(whole) ?? [];
    if (said !== undefined) {
      if (!question) questions.push((question = { answers: [], predicts: /`expect /.test(said) }));
      question.answers.push({ text: plain(said.replace(/\s*`expect .*`$/, "")), right: mark === "x", reply: "" });
    } else if (whole.startsWith("  > ")) question.answers.at(-1).reply = plain(whole.slice(4));
    else {
      question = undefined;
      const lines = body.split("\n").filter((line) => line.trim() && !line.startsWith("#"));
      const comment = plain(/^# (.*)/.exec(body)?.[1] ?? "");
      if (fence === "task")
        tasks.push({
          statement: plain(lines[0]),
          hints: lines.filter((one) => /^hint /.test(one)),
          solution: [],
          wrong: [],
        });
      if (fence === "solution") tasks.at(-1).solution = lines;
      if (fence === "wrong")
        tasks.at(-1).wrong.push({ comment, acts: lines.filter((one) => !one.startsWith("expect ")) });
    }
    if (fence !== undefined) question = undefined;
  }
  return { text, title: /^# (.*)/.exec(text)[1], questions, tasks };
}

const plain = (text) => text.replace(/[*`]/g, "").trim();

/** How a hand presses and chooses. Each is one way in which a person can do all of it. */
export const hands = {
  mouse: (page) => ({
    press: (target) => target.click(),
    choose: (target) => target.click(),
    select: (target, value) => target.selectOption(value),
    write: (target, text) => target.fill(text),
  }),
  touch: (page) => ({
    press: (target) => target.tap(),
    choose: (target) => target.tap(),
    select: (target, value) => target.selectOption(value),
    write: (target, text) => target.fill(text),
  }),
  keys: (page) => ({
    press: async (target) => {
      await tabTo(page, target);
      await page.keyboard.press("Enter");
    },
    choose: async (target) => {
      await tabTo(page, target);
      await page.keyboard.press("Space");
      await expect(target).toBeChecked();
    },
    select: async (target, value) => {
      await tabTo(page, target);
      const place = await target.evaluate(
        (one, wanted) => [...one.options].findIndex((o) => o.value === wanted),
        value,
      );
      await page.keyboard.press("Home");
      for (let presses = 0; presses < place; presses += 1) await page.keyboard.press("ArrowDown");
      await expect(target).toHaveValue(value);
    },
    write: async (target, text) => {
      await tabTo(page, target);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
  }),
};

/** A hand that finds things by role and name alone, as a screen reader tells them. */
hands.tree = (page) => {
  const named = async (target) => {
    // A name with a colon comes in quotes, in which a quote is doubled.
    const snapshot = (await target.ariaSnapshot()).replace(
      /^- '(.*)':?$/m,
      (_, one) => `- ${one.replaceAll("''", "'")}`,
    );
    const [, role, name] = /^- (\w+) "((?:[^"\\]|\\.)*)"/.exec(snapshot) ?? [];
    expect(name, `a name in: ${snapshot}`).toBeTruthy();
    const same = page.getByRole(role, { name: JSON.parse(`"${name}"`), exact: true });
    const place = await same.evaluateAll((all, one) => all.indexOf(one), await target.elementHandle());
    expect(place, `${role} ${name} is not in the tree`).toBeGreaterThanOrEqual(0);
    return same.nth(place);
  };
  return {
    press: async (target) => (await named(target)).click(),
    choose: async (target) => (await named(target)).check(),
    select: async (target, value) => (await named(target)).selectOption(value),
    write: async (target, text) => (await named(target)).fill(text),
  };
};

/** Goes on with the tabulator until something has the focus; among radio buttons, with the arrows. */
async function tabTo(page, target) {
  await expect(target).toBeEnabled();
  const there = () => target.evaluate((one) => one.getRootNode().activeElement === one);
  const besides = () =>
    target.evaluate((one) => {
      const { activeElement: now } = one.getRootNode();
      return one.type === "radio" && now?.type === "radio" && now.name === one.name;
    });
  for (let presses = 0; presses < 150; presses += 1) {
    if (await there()) return;
    const key = (await besides()) ? "ArrowDown" : "Tab";
    await page.keyboard.press(key);
  }
  const at = await target.evaluate((one) => one.getRootNode().activeElement?.outerHTML);
  throw new Error(`the tabulator does not lead there, but to ${at}`);
}

/** Does a line of the scenario language by the task's own buttons. */
export async function does(page, hand, line) {
  const [verb, ...words] = line.split(/\s+/);
  if (verb === "run") return passes(page, hand, words[0]);
  if (verb === "request") return requests(page, hand, words.join(" "));
  if (verb === "partition") return parts(page, hand, words.join(" "));
  if (["deliver", "drop"].includes(verb)) return touches(page, hand, verb, words);
  if (verb === "cut") {
    await hand.select(page.getByLabel("From", { exact: true }), words[0]);
    await hand.select(page.getByLabel("To", { exact: true }), words[2]);
  }
  await hand.press(page.locator(`[data-act="${line}"]`));
}

/** Lets time pass: a short while step by step, a longer one by playing. */
async function passes(page, hand, duration) {
  const wait = duration.endsWith("ms") ? parseFloat(duration) * 1000 : parseFloat(duration) * 1e6;
  const end = (await frame(page)).now + wait;
  const solved = () =>
    card(page)
      .getByText(/^Solved, /)
      .isVisible();
  if (wait < 100_000) {
    while ((await frame(page)).now < end && !(await solved())) {
      const before = await lesson(page).evaluate(({ run }) => run.frame.event);
      await hand.press(button(page, "One step"));
      await expect.poll(() => lesson(page).evaluate(({ run }) => run.frame.event)).toBeGreaterThan(before);
    }
    return;
  }
  await lesson(page).evaluate(({ run }) => run.setSpeed(2));
  const over = async () => (await frame(page)).now >= end || (await solved());
  while (!(await over())) {
    // A broken property holds everything still; then it is played on.
    await hand.press(button(page, "Play"));
    await expect.poll(async () => (await over()) || !(await going(page)), { timeout: 20_000 }).toBe(true);
  }
  const pause = button(page, "Pause");
  if (!(await solved()) && (await pause.isVisible())) await hand.press(pause);
}

async function requests(page, hand, words) {
  const [, command, to = ""] = /^(.*?)(?: to (\d+))?$/.exec(words);
  await hand.write(page.getByRole("textbox", { name: "Request" }), command);
  await hand.select(page.getByLabel("To whom"), to);
  await hand.press(button(page, "Send"));
}

async function parts(page, hand, groups) {
  for (const id of groups.split("|")[0].trim().split(" "))
    await hand.press(page.getByRole("button", { name: `Put ${id} on one side`, exact: true }));
  await hand.press(page.locator('[data-act^="partition "]'));
}

async function touches(page, hand, verb, words) {
  await hand.choose(page.getByRole("radio", { name: verb === "drop" ? "Drop" : "Deliver", exact: true }));
  if (words.join(" ") === "all") {
    const all = page.locator(`[data-act="${verb} all"]`);
    const acts = await page.locator("[data-message]").count();
    if (acts > 1) return hand.press(all);
    return acts === 1 ? hand.press(page.locator("[data-message]")) : undefined;
  }
  const all = words[0] === "all";
  const [kind] = all ? words.slice(1) : words;
  const after = (word) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const found = await page
    .locator(`[data-message^="${kind} "]`)
    .evaluateAll((chips) => chips.map((chip) => ({ act: chip.dataset.act, way: chip.dataset.message.split(" ") })));
  const meant = found.filter(({ way: [, from, to] }) => (after("from") ?? from) === from && (after("to") ?? to) === to);
  for (const { act } of all ? meant : meant.slice(0, 1)) {
    const before = await lesson(page).evaluate(({ run }) => run.acts.length);
    await hand.press(page.locator(`[data-act="${act}"]`));
    await expect.poll(() => lesson(page).evaluate(({ run }) => run.acts.length)).toBeGreaterThan(before);
  }
}
