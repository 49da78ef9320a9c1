// The path to Figure 8 in German, from the lesson's own page to its end: no word of the interface is left in English.
import { page as module } from "../node/modules/page.mjs";
import { expect, test } from "./playground.mjs";
import { audit } from "./page.mjs";
import { button, card, lesson, readLesson, ready } from "./lesson-page.mjs";

const PATH = ["03-majorities", "04-terms", "05-who-may-lead", "06-figure-8"];

const [{ lesson: english }, { lesson: german }] = [
  await module("element/language/en/lesson"),
  await module("element/language/de/lesson"),
];
const say = (key, values = {}) => german[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** What the interface says in English and not in German: sentences and names without a place for a value. */
const foreign = Object.entries(english)
  .filter(([key, words]) => typeof words === "string" && !words.includes("{") && words !== german[key])
  .map(([, words]) => words);

const chapter = (page) =>
  lesson(page).evaluate((one) => one.shadowRoot.querySelector("[aria-current=step] .name").textContent.trim());

/** Every text of its own, name or title that a person gets, but for those that are said to be in English. */
const shown = (page) =>
  lesson(page).evaluate((one) => {
    const all = [...one.shadowRoot.querySelectorAll("*")].filter((at) => !at.closest("[lang=en]"));
    const texts = all.flatMap((at) => [
      ...[...at.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data),
      at.getAttribute("aria-label") ?? "",
      at.title ?? "",
    ]);
    return texts.map((text) => text.trim()).filter(Boolean);
  });

async function looks(page, state) {
  const texts = new Set(await shown(page));
  expect(texts.size, state).toBeGreaterThan(5);
  expect(
    foreign.filter((words) => texts.has(words)),
    state,
  ).toEqual([]);
}

for (const name of PATH)
  test(`${name} in German, with right answers, to its end`, async ({ page, troubles }) => {
    test.setTimeout(120_000);
    void troubles;
    const { title, questions, tasks } = await readLesson(`${name}.de`);
    await page.goto(`learn/${name}.de.html`);
    await ready(page);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    for (let kind = ""; kind !== say("lesson.chapter.end");) {
      kind = await chapter(page);
      await looks(page, kind);
      if (kind === say("lesson.chapter.guess")) await guesses(page, questions.shift());
      else if (kind === say("lesson.chapter.task")) await looksIntoTask(page, tasks.shift());
      else if (kind === say("lesson.chapter.recall")) await recalls(page, questions.shift());
      else if (kind === say("lesson.chapter.words")) await button(page, say("lesson.compare")).click();
      if (kind !== say("lesson.chapter.end") && kind !== say("lesson.chapter.task"))
        await button(page, say("lesson.continue")).click();
    }
    expect([questions.length, tasks.length]).toEqual([0, 0]);
    expect(await audit(page)).toEqual([]);
  });

const right = ({ answers }) => answers.find((one) => one.right);

async function guesses(page, question) {
  await page.getByRole("radio", { name: right(question).text, exact: true }).check();
  await button(page, say("lesson.see")).click();
  await looks(page, "playing");
  await button(page, say("lesson.skip")).click();
  await expect(card(page)).toContainText(say("lesson.as-guessed"));
  await expect(card(page)).toContainText(right(question).reply);
  await looks(page, "reply");
}

async function recalls(page, question) {
  await page.getByRole("radio", { name: right(question).text, exact: true }).check();
  await button(page, say("lesson.check")).click();
  await expect(card(page)).toContainText(say("lesson.right"));
  await looks(page, "recalled");
}

/** Takes all hints and looks at the solution: the words of a task are all there then. */
async function looksIntoTask(page, { statement, hints }) {
  await expect(card(page)).toContainText(statement);
  for (const [place] of hints.entries())
    await button(page, say("lesson.hint", { place: place + 1, count: hints.length })).click();
  await looks(page, "hints");
  await button(page, say("lesson.solution")).click();
  await looks(page, "solution");
  await button(page, say("lesson.skip-task")).click();
}
