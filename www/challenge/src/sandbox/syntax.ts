/** Reads a person's JavaScript: mistakes with their place, and the lines of loops and returns. */
import { parse, type Node } from "acorn";
import type { Problem } from "../types.ts";

const read = (source: string) => parse(source, { ecmaVersion: 2022, locations: true });

/** What is wrong with the code's syntax, if anything. */
export function syntaxProblem(source: string): Problem | undefined {
  try {
    read(source);
    return undefined;
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc?: { line: number; column: number } };
    const text = `SyntaxError: ${message.replace(/ \(\d+:\d+\)$/, "")}`;
    return { message: text, kind: "syntax", ...(loc ? { line: loc.line, column: loc.column + 1 } : {}) };
  }
}

type Parsed = Node & Record<string, unknown>;
const isNode = (value: unknown): value is Parsed => typeof (value as Parsed | null)?.type === "string";

/** Calls `visit` with every node. */
function walk(node: Parsed, visit: (node: Parsed) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(inner)) walk(inner, visit);
  }
}

/**
 * The code with each `return X` as `return __at(LINE, X)`, and the same for functions that end without one, and with
 * `__on(LINE)` in each loop; no line moves. Both (in `harness/probe.js`) note the line; `__at` gives X back.
 */
export function noteLines(source: string): string {
  const { put, written } = notes(source);
  const around = (start: number, end: number, line: number) => {
    put(start, `__at(${line}, (`);
    put(end, "))", true);
  };
  const one = (node: Parsed) => {
    const line = node.loc?.start.line ?? 0;
    if (node.type === "ReturnStatement") {
      const value = node.argument as Parsed | null;
      if (value) around(value.start, value.end, line);
      else put(node.start + "return".length, ` __at(${line}, undefined)`);
    }
    if (/^(While|DoWhile|For|ForIn|ForOf)Statement$/.test(node.type)) {
      const body = node.body as Parsed;
      put(body.start, `{__on(${line});`);
      put(body.end, "}", true);
    }
    if (!/Function/.test(node.type) || !isNode(node.body) || node.generator) return;
    const { body } = node;
    if (body.type === "BlockStatement") put(body.end - 1, `;__at(${body.loc?.end.line ?? line}, undefined);`);
    else around(body.start, body.end, body.loc?.start.line ?? line);
  };
  walk(read(source) as unknown as Parsed, one);
  return written();
}

/** The code with `__step(LINE)` before each statement, and before the value of each short arrow function. */
export function noteSteps(source: string): string {
  const { put, written } = notes(source);
  const lineOf = (node: Parsed) => node.loc?.start.line ?? 0;
  const one = (node: Parsed) => {
    const inside: unknown = /^(Program|BlockStatement|StaticBlock)$/.test(node.type) ? node.body : node.consequent;
    for (const statement of Array.isArray(inside) ? (inside as Parsed[]) : []) {
      // A directive, as "use strict", is one only in the first place.
      if (!("directive" in statement)) put(statement.start, `__step(${lineOf(statement)});`);
    }
    for (const part of [node.body, node.consequent, node.alternate]) {
      if (!isNode(part) || !/^(If|While|DoWhile|For|ForIn|ForOf)Statement$/.test(node.type)) continue;
      if (part.type === "BlockStatement") continue;
      put(part.start, `{__step(${lineOf(part)});`);
      put(part.end, "}", true);
    }
    if (node.type !== "ArrowFunctionExpression" || !isNode(node.body) || node.body.type === "BlockStatement") return;
    put(node.body.start, `(__step(${lineOf(node.body)}), (`);
    put(node.body.end, "))", true);
  };
  walk(read(source) as unknown as Parsed, one);
  return written();
}

/** Takes what is to be put into a text, and writes it there. */
function notes(source: string) {
  const marks: { at: number; text: string; closing: boolean }[] = [];
  const put = (at: number, text: string, closing = false) => marks.push({ at, text, closing });
  const written = () => {
    // At one place, what closes comes before what opens; of two that close the inner one's text is the same.
    marks.sort((a, b) => b.at - a.at || Number(a.closing) - Number(b.closing));
    return marks.reduce((text, { at, text: mark }) => text.slice(0, at) + mark + text.slice(at), source);
  };
  return { put, written };
}

/** The line on which each of these classes, functions or methods begins. */
export function linesOf(source: string, names: string[]): Record<string, number | null> {
  const found: Record<string, number> = {};
  try {
    walk(read(source) as unknown as Parsed, (node) => {
      if (!/^(ClassDeclaration|FunctionDeclaration|MethodDefinition)$/.test(node.type)) return;
      const own = (node.id ?? node.key) as (Parsed & { name?: string }) | undefined;
      if (own?.name && node.loc) found[own.name] ??= node.loc.start.line;
    });
  } catch {
    // Code that can't be read has no lines to name.
  }
  return Object.fromEntries(names.map((name) => [name, found[name] ?? null]));
}
