import { room } from "../english.ts";

export const editor = room({
  "editor.none": "No mistakes",
  "editor.mistakes": { one: "{count} mistake", other: "{count} mistakes" },
  "editor.at": "Line {line}, column {column}:",
  "editor.next": "Next mistake",
  "editor.expected": "Expected here:",
  "editor.offers": "What can stand here",
  "editor.keys":
    "Ctrl + Space shows what you can write here. F8 goes to the next mistake. Ctrl + Enter (on a Mac, Cmd + Enter) opens the text and plays it. Tab leaves the editor.",
});
