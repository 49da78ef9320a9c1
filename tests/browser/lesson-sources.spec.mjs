// Where lessons come from: an address, a child, a link, a file; and that a stranger's lesson is never more than text.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, offlinePage, path, test } from "./playground.mjs";
import { audit } from "./page.mjs";
import { button, card, lesson, opensLesson, ready } from "./lesson-page.mjs";

const title = (page) => lesson(page).getByRole("heading", { level: 2 });

const HOSTILE = `# <img src=x onerror="window.broken=1"> & <b>bold</b>

<script>window.broken = 1</script> **<img src=x onerror=window.broken=1>** [a link](javascript:window.broken=1) \`<b>\`

\`\`\`scenario
# <svg onload=window.broken=1>
protocol raft
replicas 3
seed 2
run 700ms
\`\`\`

What is <i>next</i>?

- [ ] <img src=x onerror=window.broken=1> \`expect not leader\`
  > <iframe srcdoc="<script>top.broken=1</script>"></iframe>
- [x] A leader. \`expect leader\`
  > <a href="javascript:window.broken=1">why</a>

\`\`\`play
run 100ms
\`\`\`
`;

test("a child, an address and a query each open a lesson; another site is not even asked", async ({
  page,
  troubles,
}) => {
  void troubles;
  const child = `<script type="text/markdown">\n      # Of the page itself\n\n      Some words.\n    </script>`;
  await opensLesson(page, { child });
  await ready(page);
  await expect(title(page)).toHaveText("Of the page itself");
  await opensLesson(page, { attributes: "address", query: "?lesson=lessons/04-terms.md" });
  await ready(page);
  await expect(title(page)).toHaveText("One vote per term");
  for (const address of ["https://example.org/x.md", "//example.org/x.md", "data:text/markdown,x", "javascript:1"]) {
    await opensLesson(page, { attributes: "address", query: `?lesson=${encodeURIComponent(address)}` });
    await expect(page.getByRole("alert")).toContainText("A lesson is read from this site alone.");
  }
});

test("a stranger's lesson is text: its tags are read and not obeyed", async ({ page, troubles }) => {
  void troubles;
  await opensLesson(page, { attributes: "address" });
  await expect(page.getByRole("alert")).toContainText("There is no lesson here yet.");
  await page
    .getByLabel("Lesson file")
    .setInputFiles({ name: "x.md", mimeType: "text/markdown", buffer: Buffer.from(HOSTILE) });
  await ready(page);
  await expect(title(page)).toHaveText('<img src=x onerror="window.broken=1"> & <b>bold</b>');
  await expect(card(page)).toContainText("<script>window.broken = 1</script>");
  await button(page, "Continue").click();
  await expect(card(page)).toContainText("What is <i>next</i>?");
  await page.getByRole("radio").first().check();
  await button(page, "See what happens").click();
  await button(page, "Skip to the end").click();
  await expect(card(page)).toContainText('<iframe srcdoc="<script>top.broken=1</script>"></iframe>');
  const made = await lesson(page).evaluate(({ shadowRoot }) =>
    ["img", "iframe", "script", "a[href^=javascript]"].map((one) => shadowRoot.querySelectorAll(one).length),
  );
  expect(made).toEqual([0, 0, 0, 0]);
  expect(await page.evaluate(() => window.broken)).toBeUndefined();
  expect(await audit(page)).toEqual([]);
});

test("the whole lesson travels in a link, and a damaged or swollen one is told", async ({
  page,
  troubles,
  context,
}) => {
  void troubles;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opensLesson(page, { attributes: 'address src="lessons/05-who-may-lead.md"' });
  await ready(page);
  await lesson(page).evaluate((one) => one.walk.go(99));
  await button(page, "Copy a link to this lesson").click();
  await expect(card(page)).toContainText("The whole lesson is in it.");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#l1=[\w-]+$/);
  await page.goto("about:blank");
  await opensLesson(page, { attributes: "address", hash: new URL(link).hash });
  await ready(page);
  await expect(title(page)).toHaveText("Who may lead");
  const swollen = await page.evaluate(async () => {
    const zeros = new Blob([new Uint8Array(64 * 1024 * 1024)])
      .stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(zeros).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  });
  for (const [hash, says] of [
    ["#l1=AAAA", "This link is damaged"],
    ["#l9=AAAA", "This link does not hold a lesson"],
    [`#l1=${swollen}`, "64 KiB"],
  ]) {
    await page.goto("about:blank");
    await opensLesson(page, { attributes: "address", hash });
    await expect(page.getByRole("alert"), hash.slice(0, 12)).toContainText(says);
  }
});

test("a file is dropped; one that is too long is refused", async ({ page, troubles }) => {
  void troubles;
  await opensLesson(page, { attributes: "address" });
  await expect(page.getByRole("alert")).toBeVisible();
  const text = await readFile(path("lessons/03-majorities.md"), "utf8");
  const drop = (content) =>
    lesson(page).evaluate((one, body) => {
      const data = new DataTransfer();
      data.items.add(new File([body], "my.md", { type: "text/markdown" }));
      one.shadowRoot
        .querySelector("article")
        .dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, content);
  await drop("x".repeat(65 * 1024));
  await expect(page.getByRole("alert")).toContainText("64 KiB");
  await drop(text);
  await ready(page);
  await expect(title(page)).toHaveText("Any two majorities share somebody");
});

test("on paper there is a handout: drawings, boxes, lines for a plan, and answers on a page of their own or none", async ({
  page,
  troubles,
}) => {
  void troubles;
  await opensLesson(page, { attributes: 'src="lessons/06-figure-8.md"' });
  await ready(page);
  const handout = page.locator(".handout");
  await expect(handout).toBeHidden();
  await page.emulateMedia({ media: "print" });
  await expect(handout).toBeVisible();
  await expect(page.locator("article")).toBeHidden();
  await expect(handout.locator("svg")).toHaveCount(3);
  await expect(handout.locator(".lines").first().locator("hr")).toHaveCount(5);
  await expect(handout.getByText("☐")).toHaveCount(9);
  await expect(handout.locator(".page")).toContainText("A solution of the task");
  await opensLesson(page, { attributes: 'src="lessons/06-figure-8.md"', query: "?answers=off" });
  await ready(page);
  await expect(handout.locator(".page")).toHaveCount(0);
});

test("who comes back is where they were; the end card leads to the sandbox at this very moment", async ({
  page,
  troubles,
}) => {
  void troubles;
  await opensLesson(page, { attributes: 'src="lessons/04-terms.md"' });
  await ready(page);
  await button(page, "Continue").click();
  await expect(button(page, "I don't know")).toBeVisible();
  const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem("consensus-playground.lessons")));
  expect(await kept()).toEqual({ "04-terms": { done: false, at: 1 } });
  await page.reload();
  await ready(page);
  await expect(button(page, "I don't know")).toBeVisible();
  await lesson(page).evaluate((one) => one.walk.go(99));
  await expect(button(page, "Open in the sandbox")).toBeVisible();
  expect(await kept()).toMatchObject({ "04-terms": { done: true } });
  const { script, event } = await lesson(page).evaluate(async ({ run }) => ({
    script: await run.script(),
    event: run.event,
  }));
  await button(page, "Open in the sandbox").click();
  await page.waitForURL(/#s1=/);
  const playground = page.locator('consensus-playground[data-engine="ready"]');
  await expect(playground).toBeAttached();
  expect(await playground.evaluate((one) => one.script())).toBe(script);
  expect(await playground.evaluate((one) => one.event)).toBe(event);
});

const opensText = (page, text) =>
  page
    .getByLabel("Lesson file")
    .setInputFiles({ name: "mine.md", mimeType: "text/markdown", buffer: Buffer.from(text) });

test("a faulty lesson is told with line, column and the nearest word; mended, it opens", async ({ page, troubles }) => {
  void troubles;
  await opensLesson(page, { attributes: "address" });
  await expect(page.getByRole("alert")).toBeVisible();
  const good = await readFile(path("lessons/05-who-may-lead.md"), "utf8");
  const line = good.split("\n").findIndex((one) => one === "protocol raft") + 1;
  await opensText(page, good.replace("protocol raft", "protocol ratf"));
  await expect(page.getByRole("alert")).toContainText(`Line ${line}, column 10`);
  await expect(page.getByRole("alert")).toContainText("raft");
  expect(await audit(page)).toEqual([]);
  await opensText(page, good);
  await ready(page);
  await expect(title(page)).toHaveText("Who may lead");
});

test("a lesson that asks for too much opens all the same, and ends where the limit is", async ({ page, troubles }) => {
  void troubles;
  await opensLesson(page, { attributes: "address" });
  await expect(page.getByRole("alert")).toBeVisible();
  const long = HOSTILE.replace("run 700ms", "run 3000s").replaceAll("<", "&lt;");
  await opensText(page, long);
  await button(page, "Open it anyway").click({ timeout: 30_000 });
  await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached({ timeout: 30_000 });
  const events = await lesson(page).evaluate(({ run }) => run.frame.event);
  expect(events).toBeGreaterThan(1000);
  // Several events of one moment count as one.
  expect(events).toBeLessThan(101_000);
});

test("the receipt holds the guesses and the acts of what was solved", async ({ page, troubles, context }) => {
  void troubles;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opensLesson(page, { attributes: 'src="lessons/05-who-may-lead.md"' });
  await ready(page);
  await button(page, "Continue").click();
  await page.getByRole("radio", { name: /^It wins: the longest log/ }).check();
  await button(page, "See what happens").click();
  await button(page, "Skip to the end").click();
  await button(page, "Continue").click();
  await page.locator('[data-act="fire election-timeout of 3"]').click();
  await lesson(page).evaluate(({ run }) => run.setSpeed(1));
  await button(page, "Play").click();
  await expect(card(page).getByText("Solved, with one act.")).toBeVisible();
  await lesson(page).evaluate((one) => one.walk.go(99));
  await button(page, "Copy your receipt").click();
  await expect(card(page)).toContainText("The receipt is copied.");
  const receipt = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect(receipt.slice(0, 2)).toEqual(["# Who may lead", "lesson 05-who-may-lead"]);
  expect(receipt[2]).toMatch(/^fences [0-9a-f]{16}$/);
  expect(receipt.slice(3, 5)).toEqual(["answer 1 1", "task 1 solved"]);
  expect(receipt.slice(5).join("\n")).toContain("fire election-timeout of 3");
  expect(receipt.slice(5)).toContain("answer 2 none");
  // The receipt is carried out again without the page: one task of three points.
  const file = join(await mkdtemp(join(tmpdir(), "receipt-")), "receipt.txt");
  await writeFile(file, receipt.join("\n"));
  const call = ["run", "--quiet", "--profile", process.env.PROFILE ?? "dev", "--", "check", "--json"];
  const told = execFileSync("cargo", [...call, "lessons/05-who-may-lead.md", file], {
    cwd: path("."),
    encoding: "utf8",
  });
  const mark = JSON.parse(told);
  expect([mark.points, mark.of]).toEqual([1, 3]);
});

test("the one offline page opens a lesson from a file, and leads from it to the sandbox", async ({ page }) => {
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(offlinePage);
  await page.getByRole("link", { name: "Learn" }).click();
  const chosen = page.waitForEvent("filechooser");
  await button(page, "Open a lesson's file").click();
  await (await chosen).setFiles(path("lessons/03-majorities.md"));
  await ready(page);
  await expect(title(page)).toHaveText("Any two majorities share somebody");
  await lesson(page).evaluate((one) => one.walk.go(99));
  await button(page, "Open in the sandbox").click();
  await expect(page.locator("consensus-playground[data-engine=ready]")).toBeVisible();
  expect(page.url()).toContain("#s1=");
  expect(problems).toEqual([]);
});
