// Lessons, walked from end to end: by mouse, by keys alone, by touch, and by what the accessibility tree says.
import { expect, test } from "./playground.mjs";
import { audit, EVERY } from "./page.mjs";
import { button, card, does, hands, lesson, opensLesson, readLesson, ready } from "./lesson-page.mjs";

test.use({ actionTimeout: 6_000 });

const PATH = ["03-majorities", "04-terms", "05-who-may-lead", "06-figure-8"];
/** The lessons of the path that are walked: its first and its last, and the others where there is time. */
const WALKED = EVERY ? PATH : [PATH[0], PATH.at(-1)];
/** What is guessed in each lesson of the path: wrong, right, or not at all. */
const GUESSES = { "03-majorities": "wrong", "04-terms": "right", "05-who-may-lead": "unknown", "06-figure-8": "wrong" };

const chapter = async (page) =>
  lesson(page).evaluate((one) => one.shadowRoot.querySelector("[aria-current=step] .name").textContent);

/** Goes through a lesson; `looks` is called in each state. */
async function walks(page, name, hand, looks = async () => undefined) {
  const told = await readLesson(name);
  const questions = [...told.questions];
  const tasks = [...told.tasks];
  for (;;) {
    const kind = await chapter(page);
    await looks(kind);
    if (kind === "Guess") await guesses(page, hand, questions.shift(), GUESSES[name], looks);
    else if (kind === "Your turn") await solves(page, hand, tasks.shift(), looks);
    else if (kind === "Question") await recalls(page, hand, questions.shift(), looks);
    else if (kind === "Your words") await writes(page, hand, looks);
    else if (kind === "End") break;
    else await hand.press(button(page, "Continue"));
    if (kind === "Look") await expect.poll(() => chapter(page)).toBeTruthy();
  }
  expect(questions.length, "questions left").toBe(0);
  expect(tasks.length, "tasks left").toBe(0);
  await expect(card(page)).toContainText("What you saw");
  await expect(card(page)).toContainText("One thing to try");
  for (const { statement } of told.tasks) await expect(card(page)).toContainText(statement);
}

async function guesses(page, hand, { answers }, guess, looks) {
  const right = answers.find((one) => one.right);
  const chosen = guess === "unknown" ? undefined : guess === "right" ? right : answers.find((one) => !one.right);
  // Nothing is played before a guess.
  await expect(button(page, "See what happens")).toBeDisabled();
  await expect(button(page, "Play")).toHaveCount(0);
  if (chosen) {
    await hand.choose(page.getByRole("radio", { name: chosen.text, exact: true }));
    await hand.press(button(page, "See what happens"));
  } else await hand.press(button(page, "I don't know"));
  await expect.poll(() => chapter(page)).toBe("See");
  await looks("Playing");
  await hand.press(button(page, "Skip to the end"));
  const verdict = {
    right: "You guessed right.",
    wrong: "It turned out differently.",
    unknown: "Here is what happened.",
  };
  await expect(card(page)).toContainText(verdict[guess]);
  await expect(card(page)).toContainText(right.reply);
  if (chosen) await expect(card(page)).toContainText(chosen.reply);
  await looks("Reply");
  await hand.press(button(page, "Continue"));
  await expect.poll(() => chapter(page)).not.toBe("See");
}

async function attempts(page, hand, acts) {
  const solved = () =>
    card(page)
      .getByText(/^Solved, /)
      .isVisible();
  for (const line of acts) {
    if (await solved()) return;
    try {
      await does(page, hand, line);
    } catch (error) {
      // Once all goals are met, there is nothing more to press.
      if (!(await solved())) throw error;
    }
  }
}

async function solves(page, hand, { statement, hints, solution, wrong }, looks) {
  await expect(card(page)).toContainText(statement);
  await expect(button(page, "Check")).toBeDisabled();
  // The first wrong attempt, with its own reply.
  await attempts(page, hand, wrong[0].acts);
  await hand.press(button(page, "Check"));
  await expect(card(page)).toContainText("Not yet. Still missing:");
  await expect(card(page)).toContainText(wrong[0].comment);
  await looks("Wrong attempt");
  // All hints, one by one, open the way to the solution.
  await expect(button(page, "Show a solution")).toHaveCount(0);
  for (const [place, hint] of hints.entries()) {
    await hand.press(button(page, `Hint ${place + 1} of ${hints.length}`));
    await expect(card(page)).toContainText(hint.replace(/^hint /, "").replace(/[*`]/g, ""));
  }
  await lesson(page).evaluate(({ run }) => run.setSpeed(0.02));
  await hand.press(button(page, "Show a solution"));
  await expect(card(page)).toContainText(solution[0]);
  await hand.press(button(page, "Skip to the end"));
  await looks("Solution");
  // What was shown is not solved.
  await expect(card(page).getByText(/^Solved, /)).toHaveCount(0);
  await hand.press(button(page, "Try it yourself"));
  await expect(button(page, "Check")).toBeDisabled();
  await attempts(page, hand, solution);
  await expect(card(page).getByText(/^Solved, /)).toBeVisible();
  await looks("Solved");
  const now = await chapterNumber(page);
  await hand.press(button(page, "Continue"));
  await expect.poll(() => chapterNumber(page)).toBe(now + 1);
}

const chapterNumber = (page) =>
  lesson(page).evaluate((one) =>
    [...one.shadowRoot.querySelectorAll(".chapters button")].findIndex((b) => b.ariaCurrent === "step"),
  );

async function recalls(page, hand, { answers }, looks) {
  const wrong = answers.find((one) => !one.right);
  const right = answers.find((one) => one.right);
  await hand.choose(page.getByRole("radio", { name: wrong.text, exact: true }));
  await hand.press(button(page, "Check"));
  await expect(card(page)).toContainText("Not quite.");
  await expect(card(page)).toContainText(wrong.reply);
  await expect(card(page)).toContainText(right.reply);
  await looks("Recalled");
  const now = await chapterNumber(page);
  await hand.press(button(page, "Continue"));
  await expect.poll(() => chapterNumber(page)).toBe(now + 1);
}

async function writes(page, hand, looks) {
  await hand.write(card(page).getByRole("textbox"), "Copies of an old entry make no log later.");
  await hand.press(button(page, "Compare"));
  await hand.choose(card(page).getByRole("checkbox").first());
  await looks("Compared");
  await hand.press(button(page, "Continue"));
  await expect.poll(() => chapter(page)).toBe("End");
}

for (const name of WALKED) {
  test(`${name} by mouse, without a finding of the audit in any state`, async ({ page, troubles }) => {
    test.setTimeout(240_000);
    void troubles;
    await opensLesson(page, {
      attributes: `src="lessons/${name}.md" next="lesson-test.html" next-title="The next one"`,
    });
    await ready(page);
    await walks(page, name, hands.mouse(page), async (state) => {
      expect(await audit(page), state).toEqual([]);
    });
    await expect(page.getByRole("link", { name: "Next lesson: The next one" })).toBeVisible();
  });

  test(`${name} by keys alone`, async ({ page, troubles }) => {
    test.skip(!EVERY && name !== PATH[0], "what keys do in the first lesson, they do in all");
    test.setTimeout(240_000);
    void troubles;
    await opensLesson(page, { attributes: `src="lessons/${name}.md"` });
    await ready(page);
    await walks(page, name, hands.keys(page));
  });
}

/** What has to be announced in a state. */
const HEARD = {
  Reply: /^(It turned out differently|You guessed right|Here is what happened)/,
  "Wrong attempt": /^Not yet\. Still missing: .+/,
  // What the last act brought about is told with it.
  Solved: /(^|\. )Solved, with /,
  Recalled: /^Not quite\./,
  End: /^Lesson done\./,
};

for (const name of WALKED)
  test(`${name} in the accessibility tree: all is found by role and name, and every outcome is announced`, async ({
    page,
    troubles,
  }) => {
    test.setTimeout(240_000);
    void troubles;
    await opensLesson(page, { attributes: `src="lessons/${name}.md"` });
    await ready(page);
    await walks(page, name, hands.tree(page), async (state) => {
      if (HEARD[state]) await expect(page.locator("#live"), state).toHaveText(HEARD[state]);
      if (state !== "Wrong attempt") return;
      // How each demand stands is said in words.
      for (const item of await page.getByRole("list", { name: "What is asked for" }).getByRole("listitem").all())
        await expect(item).toContainText(/done|not yet|so far|no longer possible/);
    });
  });

test.describe("on a phone", () => {
  test.use({ viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
  for (const name of WALKED)
    test(`${name} by touch`, async ({ page, troubles }) => {
      test.setTimeout(240_000);
      void troubles;
      await opensLesson(page, { attributes: `src="lessons/${name}.md"` });
      await ready(page);
      await walks(page, name, hands.touch(page), async (state) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${state} is wider than the screen`).toBeLessThanOrEqual(375);
      });
    });
});
