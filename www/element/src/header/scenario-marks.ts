/** What the core says of a text, at its places in the editor. The core counts characters, the editor UTF-16 units. */
import type { Diagnostic } from "@codemirror/lint";
import type { Line, Range, Text } from "@codemirror/state";
import { Decoration } from "@codemirror/view";
import type { ScenarioReading } from "@consensus-playground/engine/types.ts";

const PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/;

/** Where a column of a line (from 1) is in the text. */
function offset(line: Line, column: number): number {
  const before = PAIRS.test(line.text) ? [...line.text].slice(0, column - 1).join("").length : column - 1;
  return Math.min(line.from + before, line.to);
}

/** The column of a place in its line, from 1. */
export function columnAt(line: Line, place: number): number {
  const before = line.text.slice(0, place - line.from);
  return (PAIRS.test(before) ? [...before].length : before.length) + 1;
}

/** The word at a line and a column; nothing behind the end of the line. */
export function placeAt(doc: Text, number: number, column: number): { from: number; to: number } {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const from = offset(line, column);
  return { from, to: from + (/^\S*/.exec(line.text.slice(from - line.from))?.[0].length ?? 0) };
}

/** A decoration for each word whose role is known. */
export function marksOf(doc: Text, { marks, roles }: ScenarioReading): Range<Decoration>[] {
  const looks = roles.map((role) => Decoration.mark({ class: `cm-role-${role}` }));
  const ranges: Range<Decoration>[] = [];
  for (let place = 0; place < marks.length; place += 4) {
    const [number = 0, column = 0, length = 0, role = 0] = marks.slice(place, place + 4);
    if (number > doc.lines) break;
    const line = doc.line(number);
    const [from, to] = [offset(line, column), offset(line, column + length)];
    const mark = looks[role];
    if (mark && from < to) ranges.push(mark.range(from, to));
  }
  return ranges;
}

/** The mistakes as the editor keeps them. */
export function mistakesOf(doc: Text, { errors }: ScenarioReading): Diagnostic[] {
  return errors.map(({ line, column, message }) => ({ ...placeAt(doc, line, column), severity: "error", message }));
}

/**
 * Each mistake in words, behind its line. They are drawn by the style sheet out of an attribute: text of our own within
 * the field is taken for the person's where the browser edits more than a word at once.
 */
export function messagesOf(doc: Text, mistakes: readonly Diagnostic[]): Range<Decoration>[] {
  const lines = new Map<number, string[]>();
  for (const { from, message } of mistakes) {
    const line = doc.lineAt(from);
    const words = `${line.number}:${columnAt(line, from)} ${message}`;
    lines.set(line.from, [...(lines.get(line.from) ?? []), words]);
  }
  return [...lines].map(([from, words]) =>
    Decoration.line({ class: "cm-wrong", attributes: { "data-message": words.join("; "), lang: "en" } }).range(from),
  );
}
