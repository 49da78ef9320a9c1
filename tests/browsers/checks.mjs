// What is checked in each browser. A check gets a tab and the site's address; what runs in the page knows the words of drivers.mjs.
// Where a check can't be made, it gives why.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { offlinePage, path } from "../browser/playground.mjs";

export const checks = [];
const check = (name, work, options) => checks.push({ name, work, options });

/** Pages that are not of the site: an empty one, and a course's page with the playground in frames. */
export const pages = {
  "/nothing.html": "<!doctype html><html lang=en><meta charset=utf-8><link rel=icon href=data:,><title>Nothing</title>",
  "/course.html": `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><title>A course</title>
    <script>window.heard = []; addEventListener("message", ({ data }) => heard.push(data));</script>
    <iframe title="Playground" src="embed.html?view=compact&scenario=raft-minority" style="width:600px;height:420px"></iframe>`,
  "/boxed.html": `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><title>A course</title>
    <iframe title="Playground" sandbox="allow-scripts" src="embed.html?view=compact&scenario=raft-minority" style="width:600px;height:420px"></iframe>`,
};

const ready = (tab) => tab.until(() => element()?.dataset.engine === "ready" && find("[data-node]") !== undefined);
const plays = async (tab, site, hash = "") => {
  await tab.goto(`${site}play.html${hash}`);
  await ready(tab);
};
const event = (tab) => tab.ask(() => element().event);
const hash = (tab) => tab.ask(() => element().traceHash());
const script = (tab) => tab.ask(() => element().script());
const says = (tab, words) => tab.until((text) => deep().some((one) => one.textContent.includes(text)), words);
const button = (tab, name) => tab.click("button", name);
const scripted = (tab, line) => tab.until(async (text) => new RegExp(text, "m").test(await element().script()), line);

// --- pages -----------------------------------------------------------------------------------------------------

check("the home opens, and its cluster elects a leader and loses it", async (tab, site) => {
  await tab.goto(site);
  await tab.until(() => find('home-cluster button.node.up[data-look="lead"], button.node.up[data-look="lead"]'));
  await button(tab, "Crash the leader");
  await tab.until(() => all("button.node.crashed").length === 1);
});
check("the gallery shows its cards, and a word narrows them", async (tab, site) => {
  await tab.goto(`${site}scenarios.html`);
  const before = await tab.until(() => all("li.card").length);
  assert.ok(before > 20);
  await tab.click('input[type="search"]');
  await tab.type("paxos");
  await tab.until((count) => all("li.card").length > 0 && all("li.card").length < count, before);
});
check("a card of the gallery opens its scenario", async (tab, site) => {
  await tab.goto(`${site}scenarios.html`);
  await tab.click("li.card a");
  await tab.until(() => location.pathname.endsWith("play.html"));
  await ready(tab);
});
check("the path of lessons leads to a lesson", async (tab, site) => {
  await tab.goto(`${site}learn/index.html`);
  await tab.click(".path a");
  await tab.until(() => document.querySelector('consensus-lesson[data-lesson="ready"]') !== null);
});
check("the lab draws its elections", async (tab, site) => {
  await tab.goto(`${site}lab.html`);
  await tab.until(() =>
    deep().some(
      (one) => one.matches("canvas, svg") && one.checkVisibility() && one.getBoundingClientRect().width > 100,
    ),
  );
});
check("two runs stand side by side", async (tab, site) => {
  await tab.goto(`${site}compare.html`);
  await tab.until(() => all("cp-stage").length === 2 && all("[data-node]").length >= 4);
});
check("the offline page runs from a file", async (tab) => {
  await tab.goto(offlinePage);
  await ready(tab);
  await tab.ask(() => element().step());
  assert.ok((await event(tab)) > 0);
});
// --- the engine ------------------------------------------------------------------------------------------------

check("a step goes on by one event, and back by one", async (tab, site) => {
  await plays(tab, site);
  const before = await event(tab);
  await tab.ask(() => element().step());
  assert.equal(await event(tab), before + 1);
  const there = await hash(tab);
  await tab.ask(() => element().step());
  await tab.ask((place) => element().seek(place), before + 1);
  assert.equal(await hash(tab), there);
});
check("the buttons play, pause, step and step back", async (tab, site) => {
  await plays(tab, site);
  await button(tab, "Play");
  await tab.until(() => element().playing && element().event > 0);
  await tab.ask(() => element().pause());
  await tab.until(() => !element().playing);
  const stands = await event(tab);
  await new Promise((later) => setTimeout(later, 200));
  assert.equal(await event(tab), stands);
});
check("it plays to its end", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.ask(() => {
    element().speed = 10;
    element().play();
  });
  await tab.until(async () => (await element().state()).finished);
});
check("it goes to any event that was, to the beginning, and on from there", async (tab, site) => {
  await plays(tab, site, "#raft");
  for (let steps = 0; steps < 12; steps += 1) await tab.ask(() => element().step());
  const [last, end] = [await event(tab), await hash(tab)];
  assert.ok(last >= 12);
  await tab.ask(() => element().seek(5));
  assert.equal(await event(tab), 5);
  await tab.ask(() => element().seek(0));
  assert.equal(await event(tab), 0);
  await tab.ask((place) => element().seek(place), last);
  assert.equal(await hash(tab), end);
});
check("the same seed gives the same run, and another seed another", async (tab, site) => {
  await plays(tab, site);
  const at = (seed) =>
    tab.ask(async (number) => {
      await element().open(`protocol raft\nreplicas 5\nseed ${number}\n`);
      for (let steps = 0; steps < 15; steps += 1) await element().step();
      return element().traceHash();
    }, seed);
  const [one, again, other] = [await at(7), await at(7), await at(8)];
  assert.equal(one, again);
  assert.notEqual(one, other);
});
check("a scenario with a mistake is refused with its line", async (tab, site) => {
  await plays(tab, site);
  const told = await tab.ask(async () => {
    const heard = new Promise((tell) =>
      element().addEventListener("error", ({ detail }) => tell(detail), { once: true }),
    );
    const opened = await element().open("protocol raft\nreplicas five\n");
    return { opened, ...(await heard) };
  });
  assert.equal(told.opened, false);
  assert.equal(told.line, 2);
});

const HASHES = new Map(
  readFileSync(path("tests/scenario-hashes.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")),
);
const PROTOCOLS = [
  ...new Set(
    readdirSync(path("tests/scenarios"))
      .filter((name) => name.endsWith(".scenario"))
      .map((name) => /^protocol (\S+)/m.exec(readFileSync(path(`tests/scenarios/${name}`), "utf8"))[1]),
  ),
];
for (const protocol of PROTOCOLS)
  check(`${protocol}: the first scenario leaves the trace that it leaves natively`, async (tab, site) => {
    await plays(tab, site, `#protocol=${protocol}`);
    const found = await tab.ask(async (id) => {
      const { client, library } = element().run;
      // The engine alone: nothing is drawn on the way.
      let { frame } = await client.call("open", library.protocols.find((one) => one.id === id).firstScenario);
      while (!frame.finished) ({ frame } = await client.call("step"));
      return client.call("traceHash");
    }, protocol);
    assert.equal(found, HASHES.get(protocol));
  });

// --- by hand ---------------------------------------------------------------------------------------------------

check("a click chooses a replica, and a button crashes and restarts it", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.click('button[data-node="2"]');
  await tab.until(() => find('button[data-node="2"]').ariaPressed === "true");
  await tab.ask(() => element().act("crash 2"));
  await tab.until(() => find('button[data-node="2"]').classList.contains("crashed"));
  await tab.ask(() => element().act("restart 2"));
  await tab.until(() => find('button[data-node="2"]').classList.contains("up"));
});
check("the drawer crashes a replica", async (tab, site) => {
  await tab.goto(`${site}nothing.html`);
  await tab.ask(() => localStorage.setItem("consensus-playground.drawers", "break inspect"));
  await plays(tab, site, "#raft");
  await tab.choose("Whom", "2");
  await button(tab, "Crash");
  await scripted(tab, "crash 2");
});
check("the drawer parts the network, and heals it", async (tab, site) => {
  await tab.goto(`${site}nothing.html`);
  await tab.ask(() => localStorage.setItem("consensus-playground.drawers", "break inspect"));
  await plays(tab, site, "#raft");
  const group = await tab.until(() => {
    const one = all("button").find((at) => /\b1 ?: group [A-H]$/.test(nameOf(at)));
    return one && nameOf(one);
  });
  await button(tab, group);
  await button(tab, "Partition");
  await tab.until(async () => (await element().state()).groups.length === 2);
  await button(tab, "Heal");
  await tab.until(async () => (await element().state()).groups.length === 0);
});
check("a replica lies, and it is said", async (tab, site) => {
  await plays(tab, site, "#protocol=pbft");
  assert.equal(await tab.ask(() => element().act("byzantine 2 equivocate")), true);
  await scripted(tab, "byzantine 2");
  await tab.until(() => find('button[data-node="2"]')?.className.match(/byzantine|liar|lies/));
});
check("an act that can't be is refused, and the run goes on", async (tab, site) => {
  await plays(tab, site);
  assert.equal(await tab.ask(() => element().act("crash 99")), false);
  await tab.ask(() => element().step());
});
check("what was done is taken back and done again by keys", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.ask(() => element().act("crash 2"));
  await scripted(tab, "crash 2");
  await tab.ask(() => element().run.undo());
  await tab.until(async () => !/crash 2/.test(await element().script()));
  await tab.ask(() => element().run.redo());
  await scripted(tab, "crash 2");
});

// --- links, storage, reload ------------------------------------------------------------------------------------

check("a link leads to the same event of the same run", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.ask(async () => {
    for (let steps = 0; steps < 10; steps += 1) await element().step();
    await element().act("crash 3");
  });
  const [link, there] = [await tab.ask(() => element().link()), await hash(tab)];
  await tab.goto(`${site}nothing.html`);
  await plays(tab, site, link);
  await tab.until(async (wanted) => (await element().traceHash()) === wanted, there);
});
check("a damaged link is told of, and the page lives", async (tab, site) => {
  await plays(tab, site, "#s1=nothing");
  await tab.until(() => find('[role="alert"]')?.textContent.trim());
});
check("a link of the corpus opens", async (tab, site) => {
  const link = readFileSync(path("tests/links/s1-pbft-checkpoints.link"), "utf8").trim();
  await plays(tab, site, link);
  await tab.until(async () => /^protocol pbft/m.test(await element().script()));
});
check("a reload finds the scenario of the address again", async (tab, site) => {
  await plays(tab, site, "#raft-minority");
  const before = await script(tab);
  await tab.reload();
  await ready(tab);
  assert.equal(await script(tab), before);
});
check("drawers stay as they were left", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.until(() => all("cp-palette").length === 0);
  await button(tab, "Break");
  await tab.until(
    () => all("cp-palette").length === 1 && /break/.test(localStorage.getItem("consensus-playground.drawers")),
  );
  await tab.reload();
  await ready(tab);
  await tab.until(() => all("cp-palette").length === 1);
});
check("where nothing may be stored, in a sandboxed frame, it runs", async (tab, site) => {
  await tab.goto(`${site}boxed.html`);
  tab.frame = 1;
  await ready(tab);
  assert.equal(
    await tab.ask(() => {
      try {
        return localStorage.length;
      } catch {
        return "closed";
      }
    }),
    "closed",
  );
  await button(tab, "Play").catch(() => undefined);
  await tab.ask(() => element().step());
});

// --- guests ----------------------------------------------------------------------------------------------------

check("in a frame it shows the compact view, and tells its height", async (tab, site) => {
  await tab.goto(`${site}course.html`);
  await tab.until(() => heard.some(({ type, height }) => type === "consensus-playground:height" && height > 100));
  tab.frame = 1;
  await ready(tab);
  assert.match(await script(tab), /^protocol raft$/m);
});
check("in a frame it steps", async (tab, site) => {
  await tab.goto(`${site}course.html`);
  await tab.until(() => heard.length > 0);
  tab.frame = 1;
  await ready(tab);
  const before = await event(tab);
  await tab.ask(() => element().step());
  assert.equal(await event(tab), before + 1);
});

// --- keys, paper, motion, size, language -----------------------------------------------------------------------

const focuses = (tab) => tab.ask(() => find('button[data-node="1"]').focus());
check("the arrows step and step back", async (tab, site) => {
  await plays(tab, site, "#raft");
  await focuses(tab);
  const before = await event(tab);
  await tab.press("ArrowRight");
  await tab.until((was) => element().event === was + 1, before);
  await tab.press("ArrowLeft");
  await tab.until((was) => element().event === was, before);
});
check("the space bar plays and pauses", async (tab, site) => {
  await plays(tab, site, "#raft");
  await focuses(tab);
  await tab.press("Space");
  await tab.until(() => element().playing);
  await tab.press("Space");
  await tab.until(() => !element().playing);
});
check("a digit chooses a replica, c crashes it, Escape leaves it", async (tab, site) => {
  await plays(tab, site, "#raft");
  await focuses(tab);
  await tab.press("2");
  await tab.until(() => find('button[data-node="2"]').ariaPressed === "true");
  await tab.press("c");
  await tab.until(() => find('button[data-node="2"]').classList.contains("crashed"));
  await tab.press("Escape");
  await tab.until(() => find('button[data-node="2"]').ariaPressed === "false");
});
check("a question mark opens help, and Escape closes it", async (tab, site) => {
  await plays(tab, site, "#raft");
  await focuses(tab);
  await tab.press("?");
  await tab.until(() => find("dialog[open], [role=dialog]"));
  await tab.press("Escape");
  await tab.until(() => !find("dialog[open], [role=dialog]"));
});
check("the tabulator reaches the replicas", async (tab, site) => {
  await plays(tab, site, "#raft");
  for (let presses = 0; presses < 60; presses += 1) {
    await tab.press("Tab");
    if (await tab.ask(() => focused()?.matches("[data-node], .view") ?? false)) return;
  }
  assert.fail("60 presses do not lead to the picture");
});
check("f presents, and Escape leaves", async (tab, site) => {
  await plays(tab, site, "#raft");
  await focuses(tab);
  await tab.press("f");
  await tab.until(() => find("dialog[open], [role=dialog]"));
  // WebKit hears nobody until the screen is filled, and tells nobody when it is.
  await new Promise((later) => setTimeout(later, 1_000));
  await tab.press("Escape");
  await tab.until(() => !find("dialog[open], [role=dialog]"));
});
check("on paper there is a picture", async (tab, site) => {
  await plays(tab, site, "#raft");
  if (!tab.pdf) return "this browser's driver can't print";
  assert.ok((await tab.pdf()) > 5_000);
  return undefined;
});
check(
  "whoever wants no motion is moved nothing",
  async (tab, site) => {
    await tab.goto(site);
    assert.equal(await tab.ask(() => matchMedia("(prefers-reduced-motion: reduce)").matches), true);
    await tab.until(() => find("button", "Play"));
    assert.equal(await tab.ask(() => all(".fly").filter((one) => one.getAnimations().length > 0).length), 0);
  },
  { reducedMotion: true },
);
check("a phone scrolls nothing sideways", async (tab, site) => {
  await tab.resize(375, 812);
  await plays(tab, site, "#raft");
  await tab.until(() => document.documentElement.scrollWidth <= innerWidth);
});
check("it speaks German to whoever chose it", async (tab, site) => {
  await tab.goto(`${site}nothing.html`);
  await tab.ask(() => localStorage.setItem("consensus-playground.language", "de"));
  await plays(tab, site, "#raft");
  await tab.until(() => find("button", "Abspielen") && document.documentElement.lang === "de");
});
check("another protocol is chosen from the list", async (tab, site) => {
  await plays(tab, site, "#raft");
  await tab.choose("Protocol", "pbft");
  await scripted(tab, "protocol pbft");
});
check("another scenario is chosen from the list", async (tab, site) => {
  await plays(tab, site, "#protocol=raft");
  const wanted = await tab.until(() => {
    const list = find("select", "Scenario");
    return list && list.options.length > 2 && list.options[list.options.length - 1].value;
  });
  const before = await script(tab);
  await tab.choose("Scenario", wanted);
  await tab.until(async (was) => (await element().script()) !== was, before);
});
check("the text of the scenario opens in its editor", async (tab, site) => {
  await plays(tab, site, "#raft");
  await button(tab, "Scenario text");
  await tab.until(() => find("cp-scenario .cm-content, .cm-content")?.textContent.includes("protocol"));
});
check("Share copies a link, or shows it", async (tab, site) => {
  await plays(tab, site, "#raft");
  await button(tab, "Share");
  await button(tab, "Copy link");
  // Where the clipboard is closed, the link is there to be copied by hand.
  await tab.until(
    () =>
      all('cp-share [role="status"], [role="status"]').some((one) => /link/i.test(one.textContent)) ||
      all("textarea, input").some((one) => /play\.html.*#/.test(one.value)),
  );
});

// --- lessons and the challenge ---------------------------------------------------------------------------------

const LESSON = "03-majorities";
const chapter = (tab) =>
  tab.ask(() => find("[aria-current=step] .name, [aria-current=step]")?.textContent.replace(/\s+/g, " ").trim() ?? "");
check("a lesson's guess is played and answered", async (tab, site) => {
  await tab.goto(`${site}learn/${LESSON}.html`);
  await tab.until(() => document.querySelector('consensus-lesson[data-lesson="ready"]') !== null);
  while (!/Guess/.test(await chapter(tab))) await button(tab, "Continue");
  await button(tab, "I don't know");
  await button(tab, "Skip to the end");
  await says(tab, "Here is what happened.");
});
check("a lesson's task is solved by its buttons", async (tab, site) => {
  await tab.goto(`${site}learn/01-three-promises.html`);
  await tab.until(() => document.querySelector('consensus-lesson[data-lesson="ready"]') !== null);
  for (let cards = 0; cards < 10 && !/Your turn/.test(await chapter(tab)); cards += 1) {
    if (/Guess/.test(await chapter(tab))) {
      await button(tab, "I don't know");
      await button(tab, "Skip to the end");
    }
    await button(tab, "Continue");
    await new Promise((later) => setTimeout(later, 100));
  }
  await tab.click('[data-act="set rule unanimous"]');
  await tab.ask(() => document.querySelector("consensus-lesson").run.setSpeed(2));
  await button(tab, "Play");
  await says(tab, "Solved, ");
});
const solves = async (tab, site, language, file) => {
  await tab.goto(`${site}challenge.html`);
  await tab.until(() => find("cp-challenge .cm-editor, .cm-editor"));
  await tab.choose("Language", language);
  await tab.ask(
    (detail) => find("cp-editor").dispatchEvent(new CustomEvent("edited", { detail })),
    readFileSync(path(`tests/challenge/${file}`), "utf8"),
  );
  await button(tab, "Check");
  await tab.until(() => all(".checks > li").length === 5 && all(".checks > li.passed").length === 5);
  await tab.until(() => deep().some((one) => one.matches(".solved")));
};
check("the challenge is solved in JavaScript", (tab, site) => solves(tab, site, "javascript", "right.js"));
check("the challenge is solved in Python", (tab, site) => solves(tab, site, "python", "right.py"));
check("the challenge says what is wrong with code, and keeps it over a reload", async (tab, site) => {
  await tab.goto(`${site}challenge.html`);
  await tab.until(() => find(".cm-editor"));
  await tab.choose("Language", "javascript");
  await tab.ask(() => find("cp-editor").dispatchEvent(new CustomEvent("edited", { detail: "class {" })));
  await button(tab, "Check");
  await tab.until(() => all(".problems > li").length === 1);
  await tab.reload();
  await tab.until(() => find("cp-editor")?.code === "class {");
});
check("letters go into the challenge's editor", async (tab, site) => {
  await tab.goto(`${site}challenge.html`);
  await tab.click(".cm-content");
  await tab.type("xyz");
  await tab.until(() => find("cp-editor").code.includes("xyz"));
});
