// Nothing that a person wrote is lost: by a link, by a second tab, by starting again, by storage that is damaged or full.
import { expect, test } from "./playground.mjs";
import { audit, button, opens } from "./page.mjs";
import { fakeSandbox } from "./challenge-fake.mjs";

const course = (page) => page.locator("cp-challenge");
const editor = (page) => page.getByRole("textbox", { name: /^Your code in/ });
const text = (page) => course(page).evaluate((one) => one.shadowRoot.querySelector("cp-editor").code);
const flushed = (page) => page.waitForTimeout(400);

async function takes(page, address = "./challenge.html") {
  await opens(page, address);
  await expect(course(page).locator(".cm-editor")).toBeVisible();
}

async function writes(page, code) {
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(code);
}

/** A link that carries this program, made of one that the page made. */
async function linkWith(page, program) {
  const made = await page.locator("consensus-playground").evaluate((one) => one.link());
  return page.evaluate(
    async ([hash, p]) => {
      const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
      const packed = Uint8Array.from(atob(hash.slice(4).replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
        letter.charCodeAt(0),
      );
      const bytes = await through(packed, new DecompressionStream("deflate-raw"));
      const shared = { ...JSON.parse(new TextDecoder().decode(bytes)), p };
      const again = await through(
        new TextEncoder().encode(JSON.stringify(shared)),
        new CompressionStream("deflate-raw"),
      );
      return `#s1=${btoa(String.fromCharCode(...new Uint8Array(again)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "")}`;
    },
    [made, program],
  );
}

const openLink = (page, link) => page.locator("consensus-playground").evaluate((one, hash) => one.openLink(hash), link);
const python = (code) => ({ language: "python", code });

test("a link's code is shown as somebody else's, and one's own is still there in the next tab", async ({
  page,
  context,
}) => {
  await takes(page);
  const link = await linkWith(page, python("# came along\nclass VotingAgent: pass"));
  await writes(page, "# my own");
  await flushed(page);
  await page.close();
  const visit = await context.newPage();
  await takes(visit, `./challenge.html${link}`);
  await expect(editor(visit)).toContainText("# came along");
  await expect(course(visit).getByText("Somebody else's code.")).toBeVisible();
  await flushed(visit);
  await visit.close();
  const back = await context.newPage();
  await takes(back);
  await expect(editor(back)).toContainText("# my own");
  await expect(course(back).getByText("Somebody else's code.")).toHaveCount(0);
});

test("one's own code is one press away, whatever links were opened", async ({ page }) => {
  await takes(page);
  const [first, second, empty, other] = await Promise.all(
    [python("# first"), python("# second"), python(""), { language: "javascript", code: "// third" }].map((program) =>
      linkWith(page, program),
    ),
  );
  await writes(page, "# my own");
  for (const [link, shown] of [
    [first, "# first"],
    [second, "# second"],
    [empty, ""],
    [other, "// third"],
    [first, "# first"],
  ]) {
    await openLink(page, link);
    await expect.poll(() => text(page)).toBe(shown);
    await expect(course(page).getByText("Somebody else's code.")).toBeVisible();
  }
  await button(page, "Back to my own code").click();
  await expect.poll(() => text(page)).toBe("# my own");
  await button(page, "Show the code of the link").click();
  await expect.poll(() => text(page)).toBe("# first");
  await page.reload();
  await expect(editor(page)).toContainText("# my own");
});

for (const how of ["edited", "adopted"]) {
  test(`a link's code that is ${how} is stored, and what it takes the place of comes back by one press`, async ({
    page,
  }) => {
    await takes(page);
    const link = await linkWith(page, python("# came along"));
    await writes(page, "# my own\n# of two lines");
    await openLink(page, link);
    await expect.poll(() => text(page)).toBe("# came along");
    if (how === "edited") {
      await editor(page).click();
      await page.keyboard.press("ControlOrMeta+End");
      await page.keyboard.type(", edited");
    } else await button(page, "Make this code mine").click();
    const mine = how === "edited" ? "# came along, edited" : "# came along";
    await expect(course(page).getByText("Somebody else's code.")).toHaveCount(0);
    await flushed(page);
    await page.reload();
    await expect(editor(page)).toContainText(mine);
    await expect(course(page).getByLabel("Earlier code of yours")).toHaveText("2 lines, before a link's code");
    await button(page, "Bring it back").click();
    await expect.poll(() => text(page)).toBe("# my own\n# of two lines");
    await button(page, "Bring it back").click();
    await expect.poll(() => text(page)).toBe(mine);
  });
}

test("starting again, and a solution that is taken over, set one's own code aside", async ({ page }) => {
  await takes(page);
  await writes(page, "# my own");
  await button(page, "Start again").click();
  await expect(editor(page)).toContainText("from typing import List, Dict");
  await course(page).getByRole("tab", { name: "Learn" }).click();
  const more = course(page).getByRole("button", { name: /^Show/ });
  for (let left = 8; left > 0 && (await more.count()) > 0; left -= 1) await more.click();
  await button(page, "Put a solution of all tasks into the editor").click();
  await flushed(page);
  await page.reload();
  await button(page, "Bring it back").click();
  await expect.poll(() => text(page)).toBe("# my own");
});

test("what somebody else's code passes is not counted as done", async ({ page }) => {
  await takes(page);
  await fakeSandbox(page);
  await page.evaluate(() => {
    window.told = [];
    for (const type of ["solved", "progress"])
      document.querySelector("consensus-playground").addEventListener(type, () => window.told.push(type));
  });
  await openLink(page, await linkWith(page, python("# came along")));
  await button(page, "Check").click();
  await expect(course(page).getByText("All five checks are passed.").first()).toBeVisible();
  await expect(course(page).getByText("0 of 5 tasks done")).toBeVisible();
  expect(await page.evaluate(() => window.told)).toEqual([]);
  await button(page, "Make this code mine").click();
  await button(page, "Check").click();
  await expect(course(page).getByText("5 of 5 tasks done")).toBeVisible();
  expect(await page.evaluate(() => window.told)).toEqual(["progress", "solved"]);
});

test("a second tab that only chooses the other language leaves the first one's code alone", async ({
  page,
  context,
}) => {
  await takes(page);
  const second = await context.newPage();
  await takes(second);
  await writes(page, "# written in the first tab");
  await course(second).getByLabel("Language").selectOption("javascript");
  await flushed(second);
  await course(second).getByLabel("Language").selectOption("python");
  await expect.poll(() => text(second), "the second tab hears of it").toBe("# written in the first tab");
  await Promise.all([page, second].map(flushed));
  await page.reload();
  await expect(editor(page)).toContainText("# written in the first tab");
});

test("two tabs that write at the same time lose nothing", async ({ page, context }) => {
  await takes(page);
  const second = await context.newPage();
  await takes(second);
  // Both before either has stored it: at one moment, that is well within the 300 ms that a change waits.
  const moment = Date.now() + 2_000;
  const type = (one, code) =>
    course(one).evaluate(
      async (challenge, [typed, when]) => {
        await new Promise((done) => setTimeout(done, when - Date.now()));
        const field = challenge.shadowRoot.querySelector("cp-editor");
        field.dispatchEvent(new CustomEvent("edited", { detail: typed }));
      },
      [code, moment],
    );
  await Promise.all([type(page, "# the first tab's"), type(second, "# the second tab's")]);
  await Promise.all([page, second].map(flushed));
  await second.close();
  await page.reload();
  await expect(course(page).locator(".cm-editor")).toBeVisible();
  const first = await text(page);
  await button(page, "Bring it back").click();
  await expect.poll(() => text(page)).not.toBe(first);
  expect([first, await text(page)].sort()).toEqual(["# the first tab's", "# the second tab's"]);
});

test("tabs add the tasks up that were done in either", async ({ page, context }) => {
  const second = await context.newPage();
  for (const one of [page, second]) {
    await takes(one);
    await fakeSandbox(one);
  }
  // One after the other: code that is stored in one tab is taken over by the other, and would be checked there.
  for (const [one, task] of [
    [page, 3],
    [second, 4],
  ]) {
    await writes(one, `# fake: fails ${task}`);
    await button(one, "Check").click();
    await expect(
      course(one)
        .getByText(/^[45] of 5 checks are passed/)
        .first(),
    ).toBeVisible();
  }
  await Promise.all([page, second].map(flushed));
  await expect(course(page).getByText(/ of 5 tasks done/)).toHaveText(/^[45] of 5/);
  await page.reload();
  await expect(course(page).getByText("5 of 5 tasks done")).toBeVisible();
});

test("what an earlier version of the page stored is read; damaged values count as none", async ({ page }) => {
  await page.addInitScript(() => {
    // Only before the first visit.
    if (sessionStorage.length > 0) return;
    sessionStorage.setItem("stored", "before");
    const codes = { python: "# of before", javascript: 7 };
    localStorage.setItem(
      "consensus-playground:challenge:1",
      JSON.stringify({ language: "python", codes, solved: [2, "x"] }),
    );
    localStorage.setItem("consensus-playground:challenge:2:python:aside", '[{"code":5},null,{"why":');
    localStorage.setItem("consensus-playground:challenge:2:solved", "[[");
  });
  await takes(page);
  await expect.poll(() => text(page)).toBe("# of before");
  await writes(page, "# of now");
  await flushed(page);
  await page.reload();
  await expect(editor(page)).toContainText("# of now");
});

test("where the storage is full or refused, the page says that it keeps nothing", async ({ page }) => {
  await takes(page);
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await writes(page, "# kept nowhere");
  await expect(course(page).getByText("This page may not store anything")).toBeVisible();
  await expect.poll(() => text(page)).toBe("# kept nowhere");
});

for (const colorScheme of ["light", "dark"]) {
  test(`the audit finds nothing where code came with a link or was set aside, in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 375, height: 812 });
    await takes(page);
    await writes(page, `# ${"my own ".repeat(40)}`);
    await openLink(page, await linkWith(page, python("# came along")));
    await expect(course(page).getByText("Somebody else's code.")).toBeVisible();
    expect(await audit(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await button(page, "Back to my own code").click();
    expect(await audit(page)).toEqual([]);
    await button(page, "Show the code of the link").click();
    await button(page, "Make this code mine").click();
    await expect(course(page).getByLabel("Earlier code of yours")).toBeVisible();
    expect(await audit(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  });
}
