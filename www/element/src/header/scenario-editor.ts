/** The editor of scenarios. What is wrong, what each word is and what may stand where is for the core to say. */
import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { forEachDiagnostic, lintGutter, lintKeymap, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, StateEffect, StateField, type Extension, type Text } from "@codemirror/state";
import {
  Decoration,
  type Rect,
  EditorView,
  drawSelection,
  keymap,
  lineNumbers,
  tooltips,
  type DecorationSet,
} from "@codemirror/view";
import type { ScenarioOffers, ScenarioReading } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";
import { look } from "./scenario-look.ts";
import { columnAt, marksOf, messagesOf, mistakesOf, placeAt } from "./scenario-marks.ts";
import "../language/en/editor.ts";

/** What the core is asked; nothing comes back where it can't be had. */
export interface Core {
  read: (text: string) => Promise<ScenarioReading | undefined>;
  offers: (text: string, line: number, column: number) => Promise<ScenarioOffers | undefined>;
}

export interface Options extends Core {
  parent: HTMLElement;
  root: ShadowRoot;
  text: string;
  /** The id of what tells of the keys. */
  described: string;
  /** The text is to be opened and played. */
  run: () => void;
  /** Something that is told beside the editor may have changed. */
  changed: () => void;
}

/** What stands under the cursor, in words. */
export interface Told {
  mistakes: number;
  /** The mistake in the line of the cursor. */
  here: { line: number; column: number; message: string } | undefined;
  /** What is expected where nothing stands yet. */
  expected: string;
}

const drawn = StateEffect.define<DecorationSet>();

/** What was drawn of the last reading; it moves along while the next is under way. */
const drawing = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(drawn));
    return fresh ? fresh.value : set.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class ScenarioEditor {
  private readonly view: EditorView;
  private reading = false;
  private gone = false;
  private expected = "";

  constructor(private readonly options: Options) {
    const { parent, root, text } = options;
    this.view = new EditorView({
      parent,
      root,
      state: EditorState.create({ doc: text, extensions: this.extensions() }),
    });
    void this.read();
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Puts another text in the place of this one; what stood here comes back by undoing. */
  show(text: string): void {
    if (text === this.text) return;
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: text },
      userEvent: "input.paste",
    });
  }

  /** Goes to a place with the focus, and marks the word there. */
  goTo(line: number, column: number): void {
    const { from, to } = placeAt(this.view.state.doc, line, column);
    this.view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
    this.view.focus();
  }

  goToNextMistake(): void {
    this.view.focus();
    nextDiagnostic(this.view);
  }

  /** Marks the whole text, ready to be copied by hand. */
  selectAll(): void {
    this.view.dispatch({ selection: { anchor: 0, head: this.view.state.doc.length } });
    this.view.focus();
  }

  get told(): Told {
    const { state } = this.view;
    const line = state.doc.lineAt(state.selection.main.head);
    let mistakes = 0;
    let here: Told["here"];
    forEachDiagnostic(state, ({ message }, from) => {
      mistakes += 1;
      if (from >= line.from && from <= line.to) here ??= { line: line.number, column: columnAt(line, from), message };
    });
    return { mistakes, here, expected: this.expected };
  }

  destroy(): void {
    this.gone = true;
    this.view.destroy();
  }

  private extensions(): Extension {
    const run = () => {
      this.options.run();
      return true;
    };
    return [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      EditorView.lineWrapping,
      drawing,
      look,
      autocompletion({ override: [(context) => this.complete(context)], icons: false, positionInfo: besideOrBelow }),
      tooltips({ tooltipSpace: (view) => room(view) }),
      keymap.of([{ key: "Mod-Enter", run }, ...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorState.phrases.of({ Completions: say("editor.offers") }),
      EditorView.contentAttributes.of({
        "aria-label": say("page.scenario"),
        "aria-describedby": this.options.described,
        autocapitalize: "off",
        tabindex: "0",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) void this.read();
        if (!update.docChanged && !update.selectionSet) return;
        this.expected = "";
        this.options.changed();
      }),
    ];
  }

  /** Has the text read, and once more where it was changed meanwhile. */
  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    for (let read: Text | undefined; read !== this.view.state.doc;) {
      read = this.view.state.doc;
      const reading = await this.options.read(read.toString());
      if (this.gone) return;
      if (reading && read === this.view.state.doc) this.draw(reading);
    }
    this.reading = false;
  }

  private draw(reading: ScenarioReading): void {
    const { state } = this.view;
    const mistakes = mistakesOf(state.doc, reading);
    const decorations = Decoration.set([...marksOf(state.doc, reading), ...messagesOf(state.doc, mistakes)], true);
    this.view.dispatch({ effects: drawn.of(decorations) }, setDiagnostics(state, mistakes));
    this.options.changed();
  }

  private async complete({ state, pos, explicit }: CompletionContext): Promise<CompletionResult | null> {
    const line = state.doc.lineAt(pos);
    const found = await this.options.offers(state.doc.toString(), line.number, columnAt(line, pos));
    if (!found) return null;
    const { from } = placeAt(state.doc, line.number, found.from);
    const begun = state.sliceDoc(from, pos);
    this.expected = begun || found.words.length > 0 ? "" : found.expected;
    this.options.changed();
    // Who has written a whole word wants no other; and nothing is pressed on whoever may end the line here.
    const whole = found.words.some(({ word }) => word === begun);
    if (!explicit && (whole || (!begun && !found.needed))) return null;
    const options = found.words.map(({ word, about }, place) => ({
      label: word,
      // The core's order is kept among those that fit alike.
      boost: -place / found.words.length,
      ...(about ? { info: () => english(about) } : {}),
    }));
    return { from, options };
  }
}

/** What the core says is English in every language of the page. */
function english(words: string): HTMLElement {
  const told = document.createElement("div");
  told.lang = "en";
  told.textContent = words;
  return told;
}

/** What is told of a word of the list stands beside it, or where that is too narrow, below it or above it. */
function besideOrBelow(_: EditorView, list: Rect, __: Rect, info: Rect, space: Rect): { style: string } {
  const beside = space.right - list.right;
  if (beside >= 180) return { style: `left: 100%; top: 0; max-width: ${beside}px` };
  const height = info.bottom - info.top;
  const below = list.bottom + height <= space.bottom || list.top - height < space.top;
  return { style: `left: 0; ${below ? "top" : "bottom"}: 100%; max-width: ${space.right - list.left}px` };
}

/** Where lists may open: in the panel, whose edges would cut them off. */
function room(view: EditorView): { left: number; right: number; top: number; bottom: number } {
  const { left, right } = view.dom.getBoundingClientRect();
  return { left, right, top: 0, bottom: innerHeight };
}
