/**
 * What the page reads in a scenario's text, and small edits that leave every other line, comments included, as it is. The text
 * may be a stranger's, and this happens at each drawing: each line is gone through once, by no pattern that could turn back.
 */

/** What stands on a line before its comment, as words. */
function words(line: string): string[] {
  return line.replace(/#.*/, "").trim().split(/\s+/).filter(Boolean);
}

/** The text with one `NAME VALUE` line of the head (such as `seed 7`) set. */
export function withHead(text: string, name: string, value: string): string {
  return replaceOrInsert(text, (line) => line[0] === name, `${name} ${value}`);
}

/** The value of a head line, if there is one. */
export function head(text: string, name: string): string | undefined {
  for (const line of text.split("\n")) {
    const parts = words(line);
    if (parts[0] === name) return parts.slice(1).join(" ");
  }
  return undefined;
}

/**
 * The text with an option set: `set NAME VALUE`, or `set NAME REPLICA VALUE`. Where it takes its default
 * again, the line says so too, so that the text tells what the person chose.
 */
export function withOption(text: string, name: string, value: string, replica?: string): string {
  const own = (line: string[]) =>
    line[0] === "set" && line[1] === name && (replica === undefined ? line.length < 4 : line[2] === replica);
  const prefix = replica === undefined ? `set ${name}` : `set ${name} ${replica}`;
  return replaceOrInsert(text, own, `${prefix} ${value}`);
}

/** The value that an option has in this text, if it is set there. */
export function option(text: string, name: string, replica?: string): string | undefined {
  let found: string | undefined;
  for (const line of text.split("\n")) {
    const [set, option, ...rest] = words(line);
    if (set !== "set" || option !== name) continue;
    if (replica === undefined && rest.length === 1) found = rest[0];
    // A line without a replica holds for all of them.
    else if (replica !== undefined && (rest[0] === replica || rest.length === 1)) found = rest.at(-1);
  }
  return found;
}

function replaceOrInsert(text: string, own: (line: string[]) => boolean, fresh: string): string {
  const lines = text.split("\n");
  const place = lines.findLastIndex((line) => own(words(line)));
  if (place >= 0) {
    const line = lines[place] ?? "";
    const hash = line.indexOf("#");
    const before = hash < 0 ? line : line.slice(0, hash);
    lines[place] = hash < 0 ? fresh : fresh + line.slice(before.trimEnd().length);
  } else lines.splice(endOfHead(lines), 0, fresh);
  return lines.join("\n");
}

/** Just after the last line of the head: options belong before anything happens. */
function endOfHead(lines: string[]): number {
  const heads = new Set(["protocol", "replicas", "clients", "seed", "set", "disk"]);
  return lines.findLastIndex((line) => heads.has(words(line)[0] ?? "")) + 1;
}

/** What a scenario is called: the first comment line above everything else. */
export function titleOf(scenario: string): string {
  for (const line of scenario.split("\n").map((one) => one.trim())) {
    if (line !== "" && !line.startsWith("#")) break;
    const title = line.slice(1).trim();
    if (title) return title;
  }
  return "Untitled";
}

/** A question that a scenario asks before it runs. */
export interface Question {
  /** The line of the text whose `expect` decides. */
  line: number;
  text: string;
  /** What happens where the line holds, and what where it does not. */
  holds: string;
  fails: string;
}

/** The question of a scenario's text: the comment `predict: QUESTION | IF IT HOLDS | IF NOT` after an `expect`. */
export function questionOf(scenario: string): Question | undefined {
  for (const [place, line] of scenario.split("\n").entries()) {
    const hash = line.indexOf("#");
    const comment = hash < 0 ? "" : line.slice(hash + 1).trimStart();
    if (!comment.startsWith(PREDICT) || !/\bexpect\b/.test(line.slice(0, hash))) continue;
    const [text = "", holds = "", fails = "", ...more] = comment
      .slice(PREDICT.length)
      .split("|")
      .map((part) => part.trim());
    if (text && holds && fails && more.length === 0) return { line: place + 1, text, holds, fails };
  }
  return undefined;
}

const PREDICT = "predict:";

/** A lesson's scene, and what is still to be played in it, as one scenario. */
export function joined(scene: string, play: string): string {
  return scene === "" || play === "" ? scene + play : `${scene.replace(/\n*$/, "\n")}${play}`;
}
