import type { editor as english } from "../en/editor.ts";

export const editor: typeof english = {
  "editor.none": "Keine Fehler",
  "editor.mistakes": { one: "{count} Fehler", other: "{count} Fehler" },
  "editor.at": "Zeile {line}, Spalte {column}:",
  "editor.next": "Nächster Fehler",
  "editor.expected": "Hier wird erwartet:",
  "editor.offers": "Was hier stehen kann",
  "editor.keys":
    "Strg + Leertaste zeigt, was hier stehen kann. F8 springt zum nächsten Fehler. Strg + Eingabe (auf dem Mac Cmd + Eingabe) öffnet den Text und spielt ihn ab. Tab verlässt den Editor.",
};
