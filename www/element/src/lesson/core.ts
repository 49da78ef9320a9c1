/**
 * What a lesson needs of the engine. The reader here stands in for the core's own until that is in the wasm; goals are looked
 * at by carrying the script out aside.
 */
import type { Run } from "@consensus-playground/engine/run.ts";
import { joined } from "@consensus-playground/engine/scenario-text.ts";
import type { Answer, Attempt, Block, Lesson, Mistake, Standing } from "./model.ts";

export interface Core {
  /** Reads a lesson's text; or tells what is wrong with it. */
  read(run: Run, text: string): Promise<{ lesson: Lesson } | { mistakes: readonly Mistake[] } | undefined>;
  /** Sets what the core is to look at after each event of the run at hand, from now on. */
  setGoals(run: Run, goals: readonly string[]): Promise<void>;
  /** How these goals stand; `undefined` where the engine is gone. */
  goals(run: Run): Promise<{ standing: Standing; saw: string }[] | undefined>;
}

let now: readonly string[] = [];

export const core: Core = {
  async read(_run, text) {
    return { lesson: parse(text) };
  },
  async setGoals(_run, goals) {
    now = goals;
  },
  async goals(run) {
    const script = await run.script();
    const at = run.frame?.now ?? 0;
    const lines = now.map((goal) => `at ${at}us expect ${goal}`).join("\n");
    const told = await run.client.call("foretell", joined(script.endsWith("\n") ? script : script + "\n", lines));
    return told.expects.slice(-now.length).map(({ ok, why }) => ({ standing: ok ? "met" : "open", saw: why }));
  },
};

function parse(text: string): Lesson {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let title = "";
  let scene = "";
  let question: { text: string; mark: string; reply: string }[] = [];
  let para: string[] = [];
  const flush = () => {
    if (para.length) blocks.push({ kind: "prose", text: para.join(" ") });
    para = [];
    if (question.length === 0) return;
    const answers: Answer[] = question.map(({ text: said, mark, reply }) => {
      const [, words = said, expect] = /^(.*?)\s*(?:`expect (.*)`)?$/.exec(said) ?? [];
      return { text: words, right: mark === "x", reply, ...(expect ? { expect } : {}) };
    });
    if (question[0]?.mark === "?") blocks.push({ kind: "own-words", ticks: question.map(({ text: t }) => t) });
    else if (answers.some(({ expect }) => expect)) blocks.push({ kind: "prediction", answers, scene, play: "" });
    else blocks.push({ kind: "recall", answers });
    question = [];
  };
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    const item = /^- \[([ x?])\] (.*)/.exec(line);
    if (item) {
      if (para.length) flush();
      question.push({ mark: item[1] ?? "", text: item[2] ?? "", reply: "" });
      continue;
    }
    const reply = /^ {2}> (.*)/.exec(line);
    if (reply) {
      const last = question.at(-1);
      if (last) last.reply = `${last.reply} ${reply[1]}`.trim();
      continue;
    }
    const fence = /^```(\w+)/.exec(line);
    if (!fence) {
      if (line.startsWith("# ")) title = line.slice(2);
      else if (line.trim() === "") flush();
      else para.push(line);
      continue;
    }
    flush();
    const body: string[] = [];
    for (i += 1; lines[i] !== "```"; i += 1) body.push(lines[i] ?? "");
    const content = body.join("\n") + "\n";
    const last = blocks.at(-1);
    if (fence[1] === "scenario") {
      scene = content;
      blocks.push({ kind: "scene", name: (body[0] ?? "").replace(/^#\s*/, ""), text: content });
    } else if (fence[1] === "play" && last?.kind === "prediction") last.play = content;
    else if (fence[1] === "task") {
      const of = (word: string) =>
        body.filter((one) => one.startsWith(`${word} `)).map((one) => one.slice(word.length + 1));
      const [name = "", cut] = (of("from")[0] ?? "").split(", before ");
      const found = blocks.find((one) => one.kind === "scene" && one.name === name);
      let from = found?.kind === "scene" ? found.text : "";
      if (cut) {
        const all = from.split("\n");
        from =
          all
            .slice(
              0,
              all.findIndex((one) => one.startsWith(cut)),
            )
            .join("\n") + "\n";
      }
      blocks.push({
        kind: "task",
        statement: body[0] ?? "",
        scene: from,
        allow: (of("allow")[0] ?? "").split(/,\s*/),
        budgets: of("at").map((one) => {
          const [most = "", count = "", act = ""] = one.split(" ");
          return { least: most === "least", count: Number(count), act };
        }),
        goals: of("goal"),
        hints: of("hint"),
        solutions: [],
        wrong: [],
      });
    } else {
      const task = blocks.findLast((one) => one.kind === "task");
      if (task?.kind !== "task") continue;
      const comment = /^#\s*(.*)/.exec(body[0] ?? "")?.[1] ?? "";
      const attempt: Attempt = { comment, acts: content };
      if (fence[1] === "solution") (task.solutions as Attempt[]).push(attempt);
      else (task.wrong as Attempt[]).push({ ...attempt, fails: { kind: "goal", place: task.wrong.length } });
    }
  }
  flush();
  return { title, blocks };
}
