/** The lessons as pages: what can be read of them without JavaScript, with their scenes as drawings. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { carriedOut, core, type LessonView, type TextPart } from "./core.ts";
import { drawing, escaped } from "./drawing.ts";

export interface LessonFile {
  /** Its file's name without the endings: `06-figure-8`. */
  id: string;
  /** `en`, or the language of a translation: `de`. */
  language: string;
  title: string;
  text: string;
}

/** All lessons in their order, each before its translations. */
export function lessonFiles(root: string): LessonFile[] {
  const folder = join(root, "lessons");
  return readdirSync(folder)
    .filter((name) => /^\d\d-[\w-]+(?:\.[a-z]{2})?\.md$/.test(name))
    .map((name) => {
      const [id = "", language] = name.slice(0, -".md".length).split(".");
      const text = readFileSync(join(folder, name), "utf8");
      return { id, language: language ?? "en", title: /^# (.+)$/m.exec(text)?.[1] ?? id, text };
    })
    .sort((a, b) => a.id.localeCompare(b.id) || Number(a.language !== "en") - Number(b.language !== "en"));
}

type Block = LessonView["blocks"][number];

/** What the core tells apart in a text, as marks; whatever a lesson says, it is escaped. */
async function marked(text: string): Promise<string> {
  return (await core()).textParts(text).map(markedPart).join("");
}

function markedPart(part: TextPart): string {
  switch (part.mark) {
    case "text":
      return escaped(part.text);
    case "code":
      return `<code>${escaped(part.text)}</code>`;
    case "emphasis":
      return `<em>${part.parts.map(markedPart).join("")}</em>`;
    case "strong":
      return `<strong>${part.parts.map(markedPart).join("")}</strong>`;
    case "link":
      return `<a href="${escaped(part.to)}">${part.parts.map(markedPart).join("")}</a>`;
  }
}

/** A lesson for reading: its sentences, questions and tasks, each scene drawn as it stands when the question is asked. */
export async function readable({ id, text }: LessonFile): Promise<string> {
  const { lesson, mistakes } = (await core()).readLesson(text);
  const [first] = mistakes;
  if (!lesson) throw new Error(`${id}, line ${first?.line}, column ${first?.column}: ${first?.message}`);
  return (await Promise.all(lesson.blocks.map(shown))).join("\n");
}

/** Replies, plays and solutions would give the answers away: they are left out. */
async function shown(block: Block): Promise<string> {
  switch (block.kind) {
    case "scene":
      return scene(block.text);
    case "task":
      return `<p class="task">${await marked(block.statement)}</p>`;
    case "prediction":
    case "recall":
      return listed(
        "ul",
        block.answers.map(({ text }) => text),
      );
    case "own-words":
      return "";
    case "prose":
      if (block.shape === "bullets" || block.shape === "numbers")
        return listed(block.shape === "bullets" ? "ul" : "ol", block.items);
      return `<p>${await marked(block.items.join(" "))}</p>`;
  }
}

async function listed(element: "ul" | "ol", texts: readonly string[]): Promise<string> {
  const items = await Promise.all(texts.map(async (text) => `<li>${await marked(text)}</li>`));
  return `<${element}>${items.join("")}</${element}>`;
}

async function scene(text: string): Promise<string> {
  const id = /^protocol (\S+)/m.exec(text)?.[1];
  const about = (await core()).protocols().find((one) => one.id === id);
  if (!about) throw new Error(`a scene is of the unknown protocol ${id}`);
  const name = /^# (.+)$/m.exec(text)?.[1] ?? about.name;
  const { state } = await carriedOut(text);
  return `<figure>${drawing(state, about)}<figcaption>${escaped(name)}</figcaption></figure>`;
}
