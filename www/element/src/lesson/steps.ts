/** A lesson as the chapters that a student goes through, one picture and one thing to do in each. */
import type { Block, Lesson, OwnWords, Prediction, Prose, Recall, Scene, Task } from "./model.ts";

/** Where the picture stands: at the end of a scene, with what is still to come, or after that. */
export interface Setting {
  scene: string;
  /** What follows the guess; empty where nothing does. */
  play: string;
  /** Whether it has been played. */
  after: boolean;
}

interface Chapter {
  /** Paragraphs that stand over it. */
  caption: readonly string[];
  /** What the picture shows; without it, what it shows already. */
  setting?: Setting;
}

export type Step = Chapter &
  (
    | { kind: "prose" }
    | { kind: "guess"; question: Prediction }
    | { kind: "watch"; question: Prediction; guess: number }
    | { kind: "task"; task: Task }
    | { kind: "recall"; question: Recall }
    | { kind: "words"; words: OwnWords }
    | { kind: "end" }
  );

/** The chapters of a lesson. `watch.guess` is the place of the chapter in which the guess is made. */
export function stepsOf({ blocks }: Lesson): readonly Step[] {
  const steps: Step[] = [];
  const waiting: string[] = [];
  let setting: Setting | undefined;
  const shown = () => (setting ? { setting } : {});
  const caption = () => waiting.splice(0);
  /** The last paragraph is the question's own; what stands before it is read first. */
  const asked = () => {
    const all = caption();
    if (all.length > 1) steps.push({ kind: "prose", caption: all.slice(0, -1), ...shown() });
    return all.slice(-1);
  };
  for (const [place, block] of blocks.entries()) {
    switch (block.kind) {
      case "prose":
        waiting.push(...texts(block));
        break;
      case "scene":
        setting = settingOf(block, blocks.slice(place + 1));
        if (waiting.length > 0) steps.push({ kind: "prose", caption: caption(), setting });
        break;
      case "prediction": {
        const guess = steps.push({ kind: "guess", caption: asked(), question: block, ...shown() }) - 1;
        // `asked` may have put a chapter before it.
        if (setting) setting = { ...setting, after: true };
        steps.push({ kind: "watch", caption: [], question: block, guess, ...shown() });
        break;
      }
      case "task":
        if (waiting.length > 0) steps.push({ kind: "prose", caption: caption(), ...shown() });
        setting = undefined;
        steps.push({ kind: "task", caption: [], task: block });
        break;
      case "recall":
        steps.push({ kind: "recall", caption: asked(), question: block, ...shown() });
        break;
      case "own-words":
        steps.push({ kind: "words", caption: asked(), words: block, ...shown() });
        break;
    }
  }
  const sources = waiting.filter(isSource);
  const last = waiting.filter((text) => !isSource(text));
  if (last.length > 0) steps.push({ kind: "prose", caption: last, ...shown() });
  steps.push({ kind: "end", caption: sources });
  return steps;
}

/** The items of a list with their marks. */
function texts({ shape, items }: Prose): readonly string[] {
  if (shape === "bullets") return items.map((item) => `• ${item}`);
  if (shape === "numbers") return items.map((item, place) => `${place + 1}. ${item}`);
  return shape === "heading" ? items.map((item) => `**${item}**`) : items;
}

/** Where a lesson's claims come from, told on its last card. */
function isSource(text: string): boolean {
  return /^(Sources?|Quellen?):/.test(text);
}

/** A scene, with what is played in it if the next question asks about it. */
function settingOf(scene: Scene, rest: readonly Block[]): Setting {
  const next = rest.find(({ kind }) => kind === "scene" || kind === "prediction");
  return { scene: scene.text, play: next?.kind === "prediction" ? next.play : "", after: false };
}

/** Bold, emphasis and code of a text. Whatever else stands in it is text, tags and addresses too. */
export type Inline = { mark: "text" | "strong" | "em" | "code"; text: string };

const MARKS = /\*\*([^*\n]+)\*\*|`([^`\n]+)`|\*([^*\s][^*\n]*)\*/g;

export function inline(text: string): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    const [whole, strong, code, em] = found;
    if (found.index > end) parts.push({ mark: "text", text: text.slice(end, found.index) });
    if (strong !== undefined) parts.push({ mark: "strong", text: strong });
    else if (code !== undefined) parts.push({ mark: "code", text: code });
    else parts.push({ mark: "em", text: em ?? "" });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ mark: "text", text: text.slice(end) });
  return parts;
}
