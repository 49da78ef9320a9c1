/**
 * Where each rule stands in the Rust source: found by reading the handlers when the page is built, so that a link to the
 * line costs the wasm nothing and can't be out of date.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const MODULE = "virtual:rule-sources";
/** Where handlers are not: the table that declares the rules, and tests. */
const ASIDE = ["rules.rs", "tests.rs"];

/** By protocol, file and rule: the lines, from 1, in which a handler says that it carries the rule out. */
export interface RuleSources {
  /** What an address of the sources begins with; empty where nobody has said. */
  base: string;
  lines: { [protocol: string]: { [file: string]: { [rule: string]: number[] } } };
}

export function ruleSources(root: string): RuleSources {
  const folder = join(root, "src/protocols");
  const lines: RuleSources["lines"] = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) lines[entry.name.replaceAll("_", "-")] = ofProtocol(join(folder, entry.name), entry.name);
  }
  const repository = /^repository\s*=\s*"([^"]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  return { base: repository ? `${repository.replace(/\/+$/, "")}/blob/main/` : "", lines };
}

function ofProtocol(folder: string, name: string): RuleSources["lines"][string] {
  const files: RuleSources["lines"][string] = {};
  const names = declared(readFileSync(join(folder, "rules.rs"), "utf8"));
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".rs") || ASIDE.includes(file)) continue;
    const found: { [rule: string]: number[] } = {};
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .forEach((line, at) => {
        for (const [, variant = ""] of line.matchAll(/\bRule::([A-Z]\w*)/g)) {
          const rule = names.get(variant) ?? kebab(variant);
          if (found[rule]?.at(-1) !== at + 1) (found[rule] ??= []).push(at + 1);
        }
      });
    if (Object.keys(found).length > 0) files[`src/protocols/${name}/${file}`] = found;
  }
  return files;
}

/** What the table calls each rule: `GrantVote { … } "grant-vote"`. */
function declared(table: string): Map<string, string> {
  const rows = table.matchAll(/\b([A-Z]\w*)\s*(?:\{[^}]*\}|\([^)]*\))?\s*"([a-z0-9-]+)"/g);
  return new Map([...rows].map(([, variant = "", name = ""]) => [variant, name]));
}

function kebab(variant: string): string {
  return variant.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

/** Lets the page import what is found as `virtual:rule-sources`. */
export function sources(root: string): Plugin {
  return {
    name: "rule-sources",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) => (id === `\0${MODULE}` ? `export default ${JSON.stringify(ruleSources(root))};` : null),
  };
}
