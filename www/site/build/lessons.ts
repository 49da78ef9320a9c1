/** The lessons as pages: what can be read of them without JavaScript, with their scenes as drawings. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { carriedOut, core } from "./core.ts";
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

/** Emphasis and code, as lessons have them; all else is text. */
function marked(text: string): string {
  return escaped(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\*([^*]+)\*/g, "<em>$1</em>");
}

/** A lesson for reading: its sentences, questions and tasks, each scene drawn as it stands when the question is asked. */
export async function readable({ text }: LessonFile): Promise<string> {
  const parts: string[] = [];
  // Fences and lists are blocks of their own; replies, plays and solutions would give the answers away.
  for (const [, fence, body = "", options, prose = ""] of text.matchAll(
    /^```(\w+)\n([\s\S]*?)^```$|^((?:(?:- \[.\]|[ ]{2}>).*\n?)+)|^((?!# |```|- \[|[ ]{2}>)\S.*(?:\n(?!```|- \[)\S.*)*)/gm,
  )) {
    if (fence === "scenario") parts.push(await scene(body));
    else if (fence === "task") parts.push(`<p class="task">${marked(body.split("\n", 1)[0] ?? "")}</p>`);
    else if (options !== undefined) parts.push(listed(options));
    else if (fence === undefined && prose) parts.push(`<p>${marked(prose.replace(/\n/g, " "))}</p>`);
  }
  return parts.join("\n");
}

function listed(options: string): string {
  const items = [...options.matchAll(/^- \[.\] (.*)$/gm)].map(([, said = ""]) => said.replace(/\s*`expect .*`$/, ""));
  return `<ul>${items.map((item) => `<li>${marked(item)}</li>`).join("")}</ul>`;
}

async function scene(text: string): Promise<string> {
  const id = /^protocol (\S+)/m.exec(text)?.[1];
  const about = (await core()).protocols().find((one) => one.id === id);
  if (!about) throw new Error(`a scene is of the unknown protocol ${id}`);
  const name = /^# (.+)$/m.exec(text)?.[1] ?? about.name;
  const { state } = await carriedOut(text);
  return `<figure>${drawing(state, about)}<figcaption>${escaped(name)}</figcaption></figure>`;
}
