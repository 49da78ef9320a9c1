/** The pages that are made when the site is built: the gallery and the home have their pictures, each lesson has a page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { catalogue, LEVELS, TOPIC_NAMES, type Entry } from "./catalogue.ts";
import { carriedOut, core } from "./core.ts";
import { drawing, escaped, moving } from "./drawing.ts";
import { lessonFiles, readable, type LessonFile } from "./lessons.ts";
import { header, WITH_HEADER } from "./header.ts";
import { en } from "../../element/src/language/en/index.ts";
import { HOME_SCENE } from "../src/home-scene.ts";

/** The pictures of the home page's questions: a scenario, and up to which virtual microsecond its messages fly. */
const CARDS: Readonly<Record<string, { scenario: string; until: number }>> = {
  "card-charge": { scenario: "raft", until: 450_000 },
  "card-lies": { scenario: "pbft-equivocating-primary", until: 400_000 },
  "card-waits": { scenario: "two-phase-commit-blocked", until: 300_000 },
  "card-eat": { scenario: "restaurant-vote", until: 200_000 },
};

/** Where a lesson's page is, from the site's top. */
export function pageOf({ id, language }: LessonFile): string {
  return `learn/${id}${language === "en" ? "" : `.${language}`}.html`;
}

/** The lessons' pages, relative to the site's folder: files that are nowhere but in the build. */
export function lessonPages(root: string): string[] {
  return lessonFiles(root).map(pageOf);
}

export function pages({ root, site, offline }: { root: string; site: string; offline: boolean }): Plugin {
  const lessons = lessonFiles(root);
  const paths = new Map(lessons.map((lesson) => [join(site, pageOf(lesson)), lesson]));
  let entries: Promise<Entry[]> | undefined;
  return {
    name: "pages",
    resolveId: (id) => (paths.has(id) ? id : null),
    async load(id) {
      const lesson = paths.get(id);
      return lesson ? lessonPage(lesson, lessons, join(site, "learn/index.html")) : null;
    },
    transformIndexHtml: {
      order: "pre",
      async handler(html) {
        if (offline || !/<!-- \w[\w-]* -->/.test(html)) return html;
        return fill(html, lessons, () => (entries ??= catalogue(root)));
      },
    },
    generateBundle() {
      if (offline) return;
      for (const { id, language, text } of lessons) {
        const name = `lessons/${id}${language === "en" ? "" : `.${language}`}.md`;
        this.emitFile({ type: "asset", fileName: name, source: text });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const lesson = paths.get(join(site, (request.url ?? "").replace(/[?#].*$/, "")));
        if (!lesson) return next();
        const html = lessonPage(lesson, lessons, join(site, "learn/index.html"));
        void html
          .then((text) => server.transformIndexHtml(request.url ?? "", text))
          .then((text) => response.end(text), next);
      });
    },
  };
}

/** Fills the places that a page leaves: `<!-- lessons -->`. */
async function fill(html: string, lessons: readonly LessonFile[], entries: () => Promise<Entry[]>): Promise<string> {
  const top = html.includes('data-top="../"') ? "../" : "./";
  const makers: Readonly<Record<string, () => string | Promise<string>>> = {
    lessons: () => path(lessons, top === "../" ? "" : "learn/"),
    ...Object.fromEntries(WITH_HEADER.map((page) => [`header-${page}`, () => header(page, top)])),
    scene: homeScene,
    protocols: async () =>
      options(
        [...new Set((await entries()).map(({ protocol }) => protocol.name))],
        (name) => `<option lang="en" value="${escaped(name)}">${escaped(name)}</option>`,
      ),
    topics: () => options(TOPIC_NAMES, (topic) => `<option value="${topic}"${spoken("topic", topic)}</option>`),
    levels: () => options(LEVELS, (level) => `<option value="${level}"${spoken("level", level)}</option>`),
    gallery: async () =>
      (await entries())
        .filter(({ bug }) => !bug)
        .map(card)
        .join("\n"),
    bugs: async () =>
      (await entries())
        .filter(({ bug }) => bug)
        .map(card)
        .join("\n"),
    count: async () => String((await entries()).length),
    ...Object.fromEntries(
      Object.entries(CARDS).map(([name, { scenario, until }]) => [name, () => thumbnail(name, scenario, until)]),
    ),
  };
  let filled = html;
  for (const [place, name = ""] of html.matchAll(/<!-- (\w[\w-]*) -->/g)) {
    const made = await makers[name]?.();
    if (made === undefined) throw new Error(`nothing is known of the place ${place}`);
    filled = filled.replace(place, () => made);
  }
  return filled;
}

const options = <Name>(names: readonly Name[], option: (name: Name) => string) => names.map(option).join("");

/** The end of a tag whose word is said in the person's language: in English here, for those without JavaScript. */
function spoken(group: "topic" | "level", name: string): string {
  const key = `site.${group}.${name.replaceAll(" ", "-")}`;
  return ` data-say="${key}">${escaped(en[key as keyof typeof en] as string)}`;
}

function path(lessons: readonly LessonFile[], folder: string): string {
  const own = lessons.filter(({ language }) => language === "en");
  return own
    .map(({ id, title }, place) => {
      const others = lessons.filter((one) => one.id === id && one.language !== "en");
      const translated = others
        .map(
          (one) =>
            ` <a class="other" href="${folder}${id}.${one.language}.html" hreflang="${one.language}" lang="${one.language}">Deutsch</a>`,
        )
        .join("");
      return `<li data-lesson="${id}"><a href="${folder}${id}.html"><span class="number">${place + 1}</span> <span>${escaped(title)}</span></a>${translated}</li>`;
    })
    .join("\n");
}

async function homeScene(): Promise<string> {
  const raft = (await core()).protocols().find(({ id }) => id === "raft");
  if (!raft) return "";
  return drawing((await carriedOut(HOME_SCENE.replace(/^run .*$/m, "run 1ms"))).state, raft);
}

async function thumbnail(name: string, scenario: string, until: number): Promise<string> {
  const { protocols } = await core();
  const about = protocols().find(({ id }) => `${scenario}-`.startsWith(`${id}-`));
  if (!about) throw new Error(`${scenario} is of no protocol`);
  const folder = new URL("../../../tests/scenarios/", import.meta.url);
  const text =
    scenario === about.id ? about.firstScenario : readFileSync(new URL(`${scenario}.scenario`, folder), "utf8");
  const { state, messages } = await carriedOut(text);
  return moving(state, messages, about, name, until);
}

function card({ name, title, sentence, protocol, topics, level, breaks, picture }: Entry): string {
  const words = [protocol.name, ...topics, level].join(" ");
  return `<li class="card" data-protocol="${escaped(protocol.name)}" data-topics="${topics.join("|")}" data-level="${level}"${breaks ? " data-breaks" : ""} data-words="${escaped(words.toLowerCase())}">
<a href="play.html#${name}">${picture}<strong>${escaped(title)}</strong></a>
<p>${escaped(sentence)}</p>
<p class="tags"><span>${escaped(protocol.name)}</span><span class="level"${spoken("level", level)}</span>${topics
    .slice(0, 3)
    .map((topic) => `<span${spoken("topic", topic)}</span>`)
    .join("")}${breaks ? `<span class="breaks" data-say="site.card.breaks">${en["site.card.breaks"]}</span>` : ""}</p>
</li>`;
}

/** A lesson's page, in the frame of the folder's own. The text is there without JavaScript; the lesson takes its place. */
async function lessonPage(lesson: LessonFile, all: readonly LessonFile[], frame: string): Promise<string> {
  const { id, language, title } = lesson;
  const same = all.filter((one) => one.language === language);
  const next = same[same.findIndex((one) => one.id === id) + 1];
  const suffix = language === "en" ? "" : `.${language}`;
  const onward = next ? ` next="./${next.id}${suffix}.html" next-title="${escaped(next.title)}"` : "";
  const others = all.filter((one) => one.id === id && one.language !== language);
  const alternate = others.map(
    (one) => `<link rel="alternate" hreflang="${one.language}" href="./${pageOf(one).slice("learn/".length)}" />`,
  );
  const main = `<main id="main">
      <h1 class="hidden">${escaped(title)}</h1>
      <consensus-lesson src="../lessons/${id}${suffix}.md" name="${id}" sandbox="../play.html"${onward}>
        <article class="readable">
          <p class="lesson-title">${escaped(title)}</p>
          ${await readable(lesson)}
          <noscript><p>The lesson itself runs in the page and needs JavaScript.</p></noscript>
        </article>
      </consensus-lesson>
    </main>`;
  return readFileSync(frame, "utf8")
    .replace(
      '<html lang="en"',
      language === "en" ? '<html lang="en"' : `<html lang="${language}" data-written="${language}"`,
    )
    .replace(
      /<title>.*<\/title>/,
      () => `<title>${escaped(title)} – Consensus Playground</title>\n    ${alternate.join("")}`,
    )
    .replace(
      /<meta\s+name="description"\s+content="[^"]*"/,
      () => `<meta name="description" content="${escaped(title)}: a lesson in which you guess, try and see."`,
    )
    .replace("src/learn.ts", "src/lesson.ts")
    .replace(/<main[\s\S]*<\/main>/, () => main);
}
