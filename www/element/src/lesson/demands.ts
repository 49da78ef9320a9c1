/** A task's goals and budgets in words. What has no words here is shown as it is written. */
import { capital, nodeWords, plain } from "@consensus-playground/engine/format.ts";
import type { Descriptor } from "@consensus-playground/engine/types.ts";
import { say, type Key } from "../language/language.ts";
import type { Budget, Goal } from "./model.ts";
import "../language/en/lesson.ts";

type About = Pick<Descriptor, "agent" | "firstAgent"> | undefined;

/** A goal as its author calls it, or as a sentence: `never 5.role = leader` is "Server 5 never becomes leader". */
export function goalWords({ condition, words }: Goal, about: About): string {
  return words || conditionWords(condition, about);
}

function conditionWords(goal: string, about: About): string {
  const words = goal.trim().split(/\s+/);
  const mode = words[0] === "ever" || words[0] === "never" ? words.shift() : undefined;
  let [lasting, within, negated] = ["", "", false];
  if (words[0] === "always" && words[1] === "for") lasting = spaced(words.splice(0, 3)[2] ?? "");
  if (words[0] === "not") negated = Boolean(words.shift());
  const end = words.indexOf("within");
  if (end >= 0) within = spaced(words.splice(end)[1] ?? "");
  const claim = claimWords(words, about);
  if (claim === undefined) return goal;
  let text = negated ? say("lesson.goal.not", { claim }) : claim;
  if (mode === "ever") text = say("lesson.goal.ever", { claim: text });
  else if (mode === "never") text = say("lesson.goal.never", { claim: text });
  else if (lasting) text = say("lesson.goal.always", { claim: text, time: lasting });
  if (within) text = say("lesson.goal.within", { claim: text, time: within });
  return capital(text);
}

/** A condition within a sentence: `1.commit-index >= 2` is "the commit index of server 1 is at least 2". */
function claimWords(words: readonly string[], about: About): string | undefined {
  const [first = "", second = ""] = words;
  const count = Number(second);
  switch (first) {
    case "all":
      return words.length === 1 ? say("lesson.goal.all") : undefined;
    case "leader":
    case "primary":
      return words.length === 1 ? say(`lesson.goal.${first}`) : undefined;
    case "decided":
    case "committed":
    case "completed":
      return say(`lesson.goal.${first}`, { count });
    case "violation":
      return say("lesson.goal.violation", { property: plain(second) });
    case "now":
      return say("lesson.goal.now", { compared: compared(second, spaced(words[2] ?? "")) });
  }
  if (second === "of") {
    const [, field] = dotted(words[2] ?? "");
    return say("lesson.goal.several", { count: Number(first), field, compared: compared(words[3], words[4]) });
  }
  if (first.includes(".")) return fieldWords(first, words[1], words[2], about);
  return words.length === 1 ? say("lesson.goal.property", { property: plain(first) }) : undefined;
}

function fieldWords(name: string, operator: string | undefined, value: string | undefined, about: About): string {
  const [who, field, key] = dotted(name);
  const every: Record<string, Key> = {
    all: "lesson.goal.each",
    any: "lesson.goal.any",
    leader: "lesson.goal.of-leader",
    followers: "lesson.goal.of-followers",
  };
  const group = every[who];
  const what = key ? `${field} (${key})` : field;
  const values = { field: what, compared: compared(operator, value) };
  if (group) return say(group, values);
  const node = nodeWords(who, about);
  // A role is something one is, not something one has.
  if ((field === "role" || field === "status") && operator === "=")
    return say("lesson.goal.is", { node, value: plain(value ?? "") });
  return say("lesson.goal.field", { node, ...values });
}

/** `all.commit-index` as whom, what and which: `all`, `commit index`, and no key. */
function dotted(name: string): [who: string, field: string, key: string] {
  const [who = "", field = "", ...key] = name.split(".");
  return [who, plain(field), key.join(".")];
}

const OPERATORS: Readonly<Record<string, Key>> = {
  "=": "lesson.compare.is",
  "!=": "lesson.compare.not",
  ">=": "lesson.compare.least",
  "<=": "lesson.compare.most",
  ">": "lesson.compare.above",
  "<": "lesson.compare.below",
};

function compared(operator = "", value = ""): string {
  const key = OPERATORS[operator];
  return key ? say(key, { value: plain(value) }) : `${operator} ${value}`;
}

/** `35ms` as people write it: `35 ms`. */
function spaced(time: string): string {
  return time.replace(/(\d)([a-zµ])/, "$1 $2");
}

export function budgetWords({ least, count, act, words }: Budget): string {
  return words || say(least ? "lesson.budget.least" : "lesson.budget.most", { count, act: actName(act) });
}

/** What an act is called: its word, if there is no better name. */
export function actName(act: string): string {
  const key = `lesson.act.${act}`;
  return key in named ? say(named[key as keyof typeof named]) : plain(act);
}

const named = {
  "lesson.act.crash": "lesson.act.crash",
  "lesson.act.request": "lesson.act.request",
  "lesson.act.run": "lesson.act.run",
  "lesson.act.fire": "lesson.act.fire",
  "lesson.act.cut": "lesson.act.cut",
  "lesson.act.partition": "lesson.act.partition",
  "lesson.act.heal": "lesson.act.heal",
  "lesson.act.delay": "lesson.act.delay",
  "lesson.act.drop": "lesson.act.drop",
  "lesson.act.deliver": "lesson.act.deliver",
  "lesson.act.duplicate": "lesson.act.duplicate",
  "lesson.act.restart": "lesson.act.restart",
  "lesson.act.pause": "lesson.act.pause",
  "lesson.act.resume": "lesson.act.resume",
  "lesson.act.byzantine": "lesson.act.byzantine",
  "lesson.act.honest": "lesson.act.honest",
  "lesson.act.set": "lesson.act.set",
  "lesson.act.network": "lesson.act.network",
  "lesson.act.settle": "lesson.act.settle",
} as const satisfies Record<string, Key>;
