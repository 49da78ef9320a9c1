/** The library behind the editor; loaded when the editor is shown. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, type Text } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Language, Problem } from "../types.ts";

/** Colours come from the element's own variables, so that they follow its theme without a word. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.definition(tags.className), tags.className, tags.typeName], color: "var(--code-type)" },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.function(tags.propertyName)],
    color: "var(--code-name)",
  },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "13px", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--good) 24%, transparent)",
    outline: "1px solid var(--good)",
  },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)" },
  ".cm-gutter-lint": { width: "1.1em" },
});

const LANGUAGES = {
  python: () => [python(), indentUnit.of("    ")],
  javascript: () => [javascript(), indentUnit.of("  ")],
};

export interface Options {
  parent: HTMLElement;
  root: ShadowRoot;
  language: Language;
  code: string;
  /** What the editor is called, and the id of what describes it. */
  label: string;
  described: string;
  changed: (code: string) => void;
}

/** An editor in the page. Tab leaves it, for it binds no such key. */
export class CodeMirror {
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly named = new Compartment();
  private quiet = false;

  constructor({ parent, root, language, code, label, described, changed }: Options) {
    this.view = new EditorView({
      parent,
      root,
      state: EditorState.create({
        doc: code,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          EditorView.lineWrapping,
          EditorState.allowMultipleSelections.of(false),
          syntaxHighlighting(colours),
          look,
          this.language.of(LANGUAGES[language]()),
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          this.named.of(name(label)),
          EditorView.contentAttributes.of({ "aria-describedby": described, autocapitalize: "off", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !this.quiet) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  get code(): string {
    return this.view.state.doc.toString();
  }

  /** Another text, or another language. Nobody is told: it comes from outside. */
  show(language: Language, code: string, label: string): void {
    const changes = code === this.code ? [] : [{ from: 0, to: this.view.state.doc.length, insert: code }];
    this.quiet = true;
    const effects = [this.language.reconfigure(LANGUAGES[language]()), this.named.reconfigure(name(label))];
    this.view.dispatch({ changes, effects });
    this.quiet = false;
  }

  /** Marks the lines of these mistakes; those without a line are told elsewhere. */
  mark(problems: readonly Problem[]): void {
    const { doc } = this.view.state;
    const marks = problems.filter(({ line }) => line !== undefined).map((problem) => diagnostic(doc, problem));
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  /** Goes to a line (from 1) with the focus. */
  goTo(line: number, column = 1): void {
    const { doc } = this.view.state;
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.view.dispatch({ selection: { anchor: Math.min(from + Math.max(column, 1) - 1, to) }, scrollIntoView: true });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}

function name(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label });
}

function diagnostic(doc: Text, { line, column, message }: Problem): Diagnostic {
  const { from, to, text } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const indent = text.length - text.trimStart().length;
  const start = Math.min(from + (column === undefined ? indent : Math.max(column, 1) - 1), to);
  return { from: start, to, severity: "error", message };
}
