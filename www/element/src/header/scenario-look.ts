/** How the editor of scenarios looks. Colours come from the element's own variables, so that they follow its theme. */
import { EditorView } from "@codemirror/view";

export const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "13px", height: "100%" },
  // What is around it has the outline, for the gutters would cover it.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-gutter-lint": { width: "1.1em" },
  // Red is kept for broken properties.
  ".cm-lint-marker-error": {
    content: '""',
    width: "0.65em",
    height: "0.65em",
    margin: "0.45em 0 0 0.2em",
    background: "var(--warn)",
    transform: "rotate(45deg)",
  },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy 1px var(--warn)" },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--warn)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-role-keyword": { color: "var(--code-keyword)", fontWeight: "600" },
  ".cm-role-name": { color: "var(--code-name)" },
  ".cm-role-number": { color: "var(--code-number)" },
  ".cm-role-time": { color: "var(--code-time)" },
  ".cm-role-comment": { color: "var(--soft)", fontStyle: "italic" },
  ".cm-wrong::after": {
    content: "attr(data-message)",
    color: "var(--warn)",
    fontFamily: "system-ui, sans-serif",
    fontSize: "12px",
    paddingLeft: "1.5em",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { minWidth: "min(190px, 80cqi)", maxWidth: "min(420px, 94cqi)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--ink)", color: "var(--paper)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": {
    padding: "6px 10px",
    maxWidth: "min(300px, 80cqi)",
    font: "12px/1.4 system-ui, sans-serif",
  },
});
