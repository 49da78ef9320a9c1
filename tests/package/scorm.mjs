// The packages for learning platforms, in a platform: the challenge and a lesson are solved there, left, and taken up again.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, expect, launchOptions, path, watch } from "../browser/playground.mjs";
import { button, card, does, hands, lesson, readLesson, ready } from "../browser/lesson-page.mjs";
import { serve } from "./serving.mjs";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { unzipSync } = require("fflate");
const packages = path("target/scorm");
const unpacked = path("target/scorm/unpacked");

const VERSIONS = {
  1.2: { script: "scorm12", make: "API", schema: "1.2", room: 4_096 },
  2004: { script: "scorm2004", make: "API_1484_11", schema: "2004 3rd Edition", room: 64_000 },
};

let browser;
const files = new Map();

/** Unpacks a package as a platform does, and gives its folder and its files' names. */
function open(name, version) {
  const zip = `${name}-scorm-${version}.zip`;
  if (!files.has(zip)) {
    const folder = join(unpacked, zip);
    const all = unzipSync(readFileSync(join(packages, zip)));
    for (const [file, bytes] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
    }
    const scripts = dirname(require.resolve("scorm-again/scorm12"));
    const { script } = VERSIONS[version];
    mkdirSync(join(folder, "platform"));
    writeFileSync(join(folder, "platform/api.js"), readFileSync(join(scripts, `${script}.min.js`)));
    files.set(zip, { folder, names: Object.keys(all) });
  }
  return files.get(zip);
}

before(async () => {
  rmSync(unpacked, { recursive: true, force: true });
  browser = await chromium.launch(launchOptions);
});
after(() => browser?.close());

/** A platform's page: its API, what it has kept of this person, and the content two frames below. */
function platform(version, kept) {
  const { make } = VERSIONS[version];
  const kind = version === "1.2" ? "Scorm12API" : "Scorm2004API";
  return `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><title>A platform</title>
    <script src="/platform/api.js"></script>
    <script>
      window.${make} = new ${kind}({ autocommit: false, logLevel: 5 });
      window.${make}.loadFromFlattenedJSON(${JSON.stringify(kept)});
      window.calls = [];
      for (const name of ["Initialize", "SetValue", "Commit", "Terminate"]) {
        const full = ${JSON.stringify(version === "1.2")} ? (name === "Terminate" ? "LMSFinish" : "LMS" + name) : name;
        const real = window.${make}[full].bind(window.${make});
        window.${make}[full] = (...given) => (window.calls.push([name, ...given]), real(...given));
      }
    </script>
    <iframe title="Outer" id="outer" srcdoc='<iframe title="Content" id="content" style="width:1260px;height:860px"></iframe>'
      style="width:1280px;height:900px"></iframe></html>`;
}

const NAMES = {
  1.2: { status: "cmi.core.lesson_status", score: "cmi.core.score.raw", work: "cmi.suspend_data" },
  2004: {
    status: "cmi.completion_status",
    success: "cmi.success_status",
    score: "cmi.score.raw",
    scaled: "cmi.score.scaled",
    work: "cmi.suspend_data",
  },
};

/** Launches a page of a package, with what the platform kept; gives what a person and the platform see of it. */
async function launch(name, version, page, work, kept = {}) {
  const { folder } = open(name, version);
  const site = await serve(folder, { pages: { "/platform.html": platform(version, kept) } });
  const tab = await browser.newPage({ viewport: { width: 1300, height: 940 } });
  const troubles = watch(tab);
  const asked = [];
  tab.on("request", (request) => asked.push(request.url()));
  tab.on("response", (response) => response.status() >= 400 && troubles.push(`${response.status()} ${response.url()}`));
  try {
    await tab.goto(`${site.address}platform.html`);
    const { make } = VERSIONS[version];
    await tab.evaluate((to) => {
      document.querySelector("#outer").contentDocument.querySelector("#content").src = to;
    }, `${site.address}${page}`);
    const inner = tab.frameLocator("#outer").frameLocator("#content");
    const seen = () =>
      tab.evaluate(
        ([api, names]) =>
          Object.fromEntries(
            Object.entries(names).map(([short, long]) => {
              const place = window[api].getFlattenedCMI();
              return [short, String(place[long] ?? "")];
            }),
          ),
        [make, NAMES[version]],
      );
    const calls = () => tab.evaluate(() => window.calls);
    /** The person goes; gives what the platform keeps for the next time. */
    const leave = async () => {
      await tab.evaluate(() => {
        document.querySelector("#outer").contentDocument.querySelector("#content").src = "about:blank";
      });
      await expect.poll(async () => (await calls()).some(([call]) => call === "Terminate")).toBe(true);
      const end = await seen();
      return Object.fromEntries(Object.entries(NAMES[version]).map(([short, long]) => [long, end[short]]));
    };
    const back = await work({ tab, inner, seen, calls, leave, standing: inner.locator("#standing") });
    assert.deepEqual(troubles, []);
    const foreign = asked.filter((url) => !url.startsWith(site.address) && !/^(data|blob|about):/.test(url));
    assert.deepEqual(foreign, [], "what is asked for from elsewhere");
    return back;
  } finally {
    await tab.close();
    site.close();
  }
}

/** What each version says of so much being solved. */
const expected = {
  1.2: (solved, tasks) => ({
    status: solved === tasks ? "passed" : "incomplete",
    score: String(Math.round((100 * solved) / tasks)),
  }),
  2004: (solved, tasks) => ({
    status: solved === tasks ? "completed" : "incomplete",
    success: solved === tasks ? "passed" : "unknown",
    score: String(Math.round((100 * solved) / tasks)),
    scaled: String(solved / tasks),
  }),
};

const reports = (platform, version, solved, tasks) =>
  expect.poll(platform.seen, { timeout: 20_000 }).toMatchObject(expected[version](solved, tasks));

// --- the manifest ----------------------------------------------------------------------------------------------

for (const [version, { schema }] of Object.entries(VERSIONS))
  for (const name of ["restaurant-challenge", "lessons-en", "lessons-de"])
    test(`SCORM ${version}: the manifest of ${name} names every file once, and each item leads to a page`, async () => {
      const { folder, names } = open(name, version);
      const xml = readFileSync(join(folder, "imsmanifest.xml"), "utf8");
      const tab = await browser.newPage();
      const told = await tab.evaluate((text) => {
        const document = new DOMParser().parseFromString(text, "application/xml");
        const all = (tag, from = document) => [...from.getElementsByTagName(tag)];
        const kind = (one) => one.getAttribute("adlcp:scormtype") ?? one.getAttribute("adlcp:scormType");
        return {
          broken: all("parsererror").length,
          order: [...document.documentElement.children].map((one) => one.tagName),
          schema: all("schemaversion").map((one) => one.textContent),
          files: all("file").map((one) => one.getAttribute("href")),
          items: all("item").map((one) => ({
            to: one.getAttribute("identifierref"),
            inside: [...one.children].map((child) => child.tagName),
          })),
          ids: all("*").flatMap((one) => one.getAttribute("identifier") ?? []),
          resources: all("resource").map((one) => ({
            id: one.getAttribute("identifier"),
            kind: kind(one),
            href: one.getAttribute("href"),
            files: all("file", one).map((file) => file.getAttribute("href")),
            needs: all("dependency", one).map((other) => other.getAttribute("identifierref")),
          })),
        };
      }, xml);
      await tab.close();
      assert.equal(told.broken, 0);
      assert.deepEqual(told.order, ["metadata", "organizations", "resources"]);
      assert.deepEqual(told.schema, [schema]);
      assert.deepEqual([...told.files].sort(), names.filter((one) => one !== "imsmanifest.xml").sort());
      assert.equal(new Set(told.ids).size, told.ids.length, "identifiers are told apart");
      const ids = new Set(told.resources.map(({ id }) => id));
      assert.ok(told.items.length > 0);
      for (const { to, inside } of told.items) {
        const resource = told.resources.find(({ id }) => id === to);
        assert.equal(resource?.kind, "sco");
        assert.equal(resource.files[0], resource.href);
        for (const need of resource.needs) assert.ok(ids.has(need));
        assert.deepEqual(inside, version === "1.2" ? ["title"] : ["title", "imsss:sequencing"]);
      }
      // What a page asks for is in its package.
      for (const { href } of told.resources.filter(({ kind }) => kind === "sco"))
        for (const [, file] of readFileSync(join(folder, href), "utf8").matchAll(/(?:src|href)="\.\/([^"]+)"/g))
          assert.ok(names.includes(file), `${href} needs ${file}`);
    });

// --- the challenge ---------------------------------------------------------------------------------------------

const RIGHT = {
  javascript: readFileSync(path("tests/challenge/right.js"), "utf8"),
  python: readFileSync(path("tests/challenge/right.py"), "utf8"),
};
/** Without the measurement: four of five. */
const PARTIAL = {
  javascript: RIGHT.javascript.replace(/^(?:export )?function measureRounds[\s\S]*?^}\n/m, ""),
  python: RIGHT.python.replace(/^def measure_rounds[\s\S]*/m, ""),
};

const code = (inner) => inner.locator("cp-challenge").evaluate((one) => one.shadowRoot.querySelector("cp-editor").code);

async function challenge({ inner }, language) {
  await expect(inner.locator("cp-challenge .cm-editor")).toBeVisible();
  if (language) await inner.locator("cp-challenge").getByLabel("Language").selectOption(language);
}

async function writes({ tab, inner }, text) {
  await inner.getByRole("textbox", { name: /^Your code in/ }).click();
  await tab.keyboard.press("ControlOrMeta+a");
  await tab.keyboard.press("Delete");
  await tab.keyboard.insertText(text);
}

async function checks({ inner }) {
  const check = inner.locator("cp-challenge").getByRole("button", { name: "Check", exact: true });
  await check.click();
  await expect(inner.locator(".checks > li")).toHaveCount(5, { timeout: 60_000 });
  await expect(check).toBeEnabled();
}

for (const [version, language] of Object.entries({ 1.2: "javascript", 2004: "python" }))
  test(`SCORM ${version}: the challenge in ${language} counts a wrong, a partial and a right solution, and goes on where it was left`, async () => {
    let kept = await launch("restaurant-challenge", version, "challenge.html", async (platform) => {
      await challenge(platform, language);
      await reports(platform, version, 0, 5);
      await checks(platform);
      await reports(platform, version, 0, 5);
      await writes(platform, PARTIAL[language]);
      await checks(platform);
      await reports(platform, version, 4, 5);
      await expect(platform.standing).toContainText("4 of 5 tasks solved. Your course has your score and your work.");
      return platform.leave();
    });
    // What the platform keeps can be checked as it is.
    assert.equal(kept["cmi.suspend_data"].split("\n").slice(1).join("\n"), PARTIAL[language]);
    kept = await launch(
      "restaurant-challenge",
      version,
      "challenge.html",
      async (platform) => {
        await challenge(platform);
        expect(await code(platform.inner)).toBe(PARTIAL[language]);
        await expect(platform.inner.getByText("4 of 5 tasks done")).toBeVisible();
        await reports(platform, version, 4, 5);
        await writes(platform, RIGHT[language]);
        await checks(platform);
        await reports(platform, version, 5, 5);
        return platform.leave();
      },
      kept,
    );
    await launch(
      "restaurant-challenge",
      version,
      "challenge.html",
      async (platform) => {
        await challenge(platform);
        expect(await code(platform.inner)).toBe(RIGHT[language]);
        // What is worse later takes nothing away.
        await writes(platform, "nothing");
        await platform.inner.locator("cp-challenge").getByRole("button", { name: "Check", exact: true }).click();
        await expect(platform.inner.locator(".problems > li")).toHaveCount(1, { timeout: 20_000 });
        await expect.poll(async () => (await platform.seen()).work.split("\n")[1]).toBe("nothing");
        await reports(platform, version, 5, 5);
        await platform.leave();
      },
      kept,
    );
  });

test("SCORM 1.2: work that has no room as it is, is packed; what has none then either, is told to the person", async () => {
  const long = `${RIGHT.javascript}\n${"// the same words over and over again\n".repeat(200)}`;
  let number = 1;
  const noise = Array.from({ length: 20_000 }, () => {
    number = (number * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (number % 90));
  }).join("");
  const kept = await launch("restaurant-challenge", "1.2", "challenge.html", async (platform) => {
    await challenge(platform, "javascript");
    await writes(platform, long);
    await expect.poll(async () => (await platform.seen()).work).toContain("packed:");
    await expect(platform.standing).toContainText("Your course has your score and your work.");
    return platform.leave();
  });
  assert.ok(kept["cmi.suspend_data"].length <= 4_096);
  const bare = await launch(
    "restaurant-challenge",
    "1.2",
    "challenge.html",
    async (platform) => {
      await challenge(platform);
      expect(await code(platform.inner)).toBe(long);
      await writes(platform, `${RIGHT.javascript}\n// ${noise}`);
      await checks(platform);
      await reports(platform, "1.2", 5, 5);
      await expect(platform.standing).toContainText("does not have your work");
      await expect(platform.standing).toContainText("your course keeps 4,096");
      return platform.leave();
    },
    kept,
  );
  await launch(
    "restaurant-challenge",
    "1.2",
    "challenge.html",
    async (platform) => {
      await challenge(platform);
      await expect(platform.inner.getByText("5 of 5 tasks done")).toBeVisible();
      await expect(platform.standing).toContainText("not your work, which was too long");
      await reports(platform, "1.2", 5, 5);
      await platform.leave();
    },
    bare,
  );
});

// --- a lesson --------------------------------------------------------------------------------------------------

const hand = hands.mouse();
const chapter = (inner) =>
  lesson(inner).evaluate((one) => one.shadowRoot.querySelector("[aria-current=step] .name").textContent);

/** Goes on to the next task, or to the end; answers what is asked on the way. */
async function goesOn(inner, questions) {
  for (;;) {
    const kind = await chapter(inner);
    if (kind === "Your turn" || kind === "End") return;
    if (kind === "Guess") {
      questions.shift();
      await button(inner, "I don't know").click();
      await button(inner, "Skip to the end").click();
    }
    if (kind === "Question") {
      const { answers } = questions.shift();
      const right = answers.find((one) => one.right);
      await inner.getByRole("radio", { name: right.text, exact: true }).click();
      await button(inner, "Check").click();
    }
    if (kind === "Your words") await button(inner, "Compare").click();
    await button(inner, "Continue").click();
  }
}

async function attempts(inner, acts) {
  const solved = card(inner).getByText(/^Solved, /);
  for (const line of acts) if (!(await solved.isVisible())) await does(inner, hand, line);
}

for (const version of Object.keys(VERSIONS))
  test(`SCORM ${version}: a lesson counts its tasks, keeps its receipt, and goes on where it was left`, async () => {
    const name = "02-blocked";
    const { questions, tasks } = await readLesson(name);
    assert.equal(tasks.length, 2);
    const kept = await launch("lessons-en", version, `${name}.html`, async (platform) => {
      const { inner } = platform;
      await ready(inner);
      await reports(platform, version, 0, 2);
      await goesOn(inner, questions);
      await attempts(inner, tasks[0].wrong[0].acts);
      await button(inner, "Check").click();
      await expect(card(inner)).toContainText("Not yet. Still missing:");
      await reports(platform, version, 0, 2);
      await button(inner, "Start over").click();
      await attempts(inner, tasks[0].solution);
      await expect(card(inner).getByText(/^Solved, /)).toBeVisible();
      await reports(platform, version, 1, 2);
      await button(inner, "Continue").click();
      await goesOn(inner, questions);
      return platform.leave();
    });
    const work = kept["cmi.suspend_data"];
    assert.match(work, /^task 1 solved$/m);
    assert.match(work, /^task 2 open$/m);
    const end = await launch(
      "lessons-en",
      version,
      `${name}.html`,
      async (platform) => {
        const { inner } = platform;
        await ready(inner);
        expect(await chapter(inner)).toBe("Your turn");
        await reports(platform, version, 1, 2);
        await attempts(inner, tasks[1].solution);
        await reports(platform, version, 2, 2);
        await button(inner, "Continue").click();
        await goesOn(inner, questions);
        expect(await chapter(inner)).toBe("End");
        return platform.leave();
      },
      kept,
    );
    // All that was done is in it, the first session's acts as well.
    const acts = (text, task) =>
      new RegExp(`^task ${task} solved\n([^]*?)(?=^task|^answer|$(?![^]))`, "m").exec(text)?.[1];
    assert.equal(acts(end["cmi.suspend_data"], 1), acts(work, 1));
    assert.match(end["cmi.suspend_data"], /^task 2 solved\n./m);
    writeFileSync(join(unpacked, `receipt-${version}.txt`), end["cmi.suspend_data"]);
  });

// --- elsewhere -------------------------------------------------------------------------------------------------

test("without a platform the pages run as they are, say so, and keep work in the browser", async () => {
  const { folder } = open("restaurant-challenge", "1.2");
  const site = await serve(folder);
  const tab = await browser.newPage();
  const troubles = watch(tab);
  try {
    await tab.goto(`${site.address}challenge.html`);
    const here = { tab, inner: tab };
    await challenge(here, "javascript");
    await expect(tab.locator("#standing")).toContainText("nothing is reported");
    await writes(here, PARTIAL.javascript);
    await checks(here);
    await expect(tab.locator("#standing")).toContainText("4 of 5 tasks solved.");
    await tab.reload();
    await challenge(here);
    expect(await code(tab)).toBe(PARTIAL.javascript);
    await expect(tab.locator("#standing")).toContainText("4 of 5 tasks solved.");
    assert.deepEqual(troubles, []);
  } finally {
    await tab.close();
    site.close();
  }
});

test("with a platform nothing is left in the browser for the next person", async () => {
  await launch("restaurant-challenge", "1.2", "challenge.html", async (platform) => {
    await challenge(platform, "javascript");
    await writes(platform, PARTIAL.javascript);
    await expect.poll(async () => (await platform.seen()).work).toContain("voteOn");
    const left = await platform.tab.evaluate(() =>
      Object.keys(localStorage).filter((one) => /challenge|lessons/.test(one)),
    );
    assert.deepEqual(left, []);
    await platform.leave();
  });
});

test("a platform that refuses is told of", async () => {
  await launch("restaurant-challenge", "1.2", "challenge.html", async (platform) => {
    await challenge(platform, "javascript");
    await reports(platform, "1.2", 0, 5);
    await platform.tab.evaluate(() => (window.API.LMSCommit = () => "false"));
    await writes(platform, PARTIAL.javascript);
    await expect(platform.standing).toContainText("Your course did not take what you did");
  });
});
