/** Where a rule stands in the Rust source, as a link or, where nobody said where the source is, as text to be copied. */
import { css, html, nothing, type TemplateResult } from "lit";
import found from "virtual:rule-sources";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";

export interface Place {
  file: string;
  line: number;
}

/** The lines in which handlers carry a rule out. */
export function placesOf(protocol: string, rule: string): Place[] {
  const files = Object.entries(found.lines[protocol] ?? {});
  return files.flatMap(([file, rules]) => (rules[rule] ?? []).map((line) => ({ file, line })));
}

export const sourceStyles = css`
  .source {
    font:
      11px ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
    overflow-wrap: anywhere;
  }
  code.source {
    color: var(--soft);
    user-select: all;
  }
`;

/** The lines of a rule (its place in the descriptor's list), at most three of them. */
export function sourceOf(run: Run, rule: number): TemplateResult | typeof nothing {
  const { descriptor } = run;
  const name = descriptor?.rules[rule]?.name;
  const places = descriptor && name ? placesOf(descriptor.id, name).slice(0, 3) : [];
  if (places.length === 0) return nothing;
  return html`${places.map((place) => one(run.sourceBase ?? found.base, place))}`;
}

function one(base: string, { file, line }: Place): TemplateResult {
  const text = `${file}:${line}`;
  // Only what a browser goes to over the network or beside the page; an address is foreign text where a page sets it.
  if (!/^(https?:\/\/|\.{0,2}\/)/.test(base))
    return html` <code class="source" title=${say("narrator.source")}>${text}</code>`;
  const address = `${base}${base.endsWith("/") ? "" : "/"}${file}#L${line}`;
  const short = text.replace(/^.*\//, "");
  return html` <a class="source" href=${address} title=${text} target="_blank" rel="noopener">${short}</a>`;
}
