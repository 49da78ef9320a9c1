// Finds what people read that is written into a template of the page, in one language only.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ts = createRequire(new URL("../../../www/package.json", import.meta.url))("typescript");
const SOURCES = fileURLToPath(new URL("../../../www/element/src/", import.meta.url));

/** Attributes that are read out or shown. */
const READ = /([\w-]+)=("[^"]*"|'[^']*'|[^\s>]*)$/;
const LABELS = new Set(["aria-label", "aria-valuetext", "aria-description", "title", "placeholder", "alt"]);
/** Two letters in a row: units such as `s` and marks such as `×` are the same in all languages. */
const WORD = /\p{L}{2,}/u;

/** The hard-coded texts in a room, or a file, of the element: `stage/actions.ts: Deliver now`. */
export function hardCoded(room) {
  const path = join(SOURCES, room);
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true }).map((file) => join(room, file))
    : [room];
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => textsOf(readFileSync(join(SOURCES, file), "utf8")).map((text) => `${file}: ${text}`));
}

/** The texts in the `html` and `svg` templates of a module's source. */
export function textsOf(source) {
  const found = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText())) found.push(...inTemplate(node));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest, true));
  return found.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => WORD.test(text));
}

/** The pieces of a template that stand as text or in a label, and what its expressions put there. */
function inTemplate({ template }) {
  const spans = template.templateSpans ?? [];
  const pieces = [template.head ?? template, ...spans.map(({ literal }) => literal)].map(({ text }) => text);
  const found = [];
  let markup = "";
  pieces.forEach((piece, place) => {
    markup += piece;
    const { expression } = spans[place] ?? {};
    if (!expression) return;
    if (isText(markup) || LABELS.has(attributeAt(markup))) found.push(...literals(expression));
    markup += "\0";
  });
  const texts = markup.replace(/<[^>]*>/g, "\0").split("\0");
  const labels = [...markup.matchAll(/([\w-]+)="([^"]*)"/g)].filter(([, name]) => LABELS.has(name));
  return [...found, ...texts, ...labels.map(([, , value]) => value)];
}

const isText = (markup) => markup.lastIndexOf(">") >= markup.lastIndexOf("<");

function attributeAt(markup) {
  const [, name] = READ.exec(markup.slice(markup.lastIndexOf("<"))) ?? [];
  return name;
}

/** The strings that an expression can come to; and those given to a helper that begin as a sentence or a label does. */
function literals(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...literals(node.left), ...literals(node.right)];
  if (ts.isCallExpression(node)) return node.arguments.flatMap(literals).filter((text) => /^\p{Lu}\p{Ll}/u.test(text));
  return [];
}
