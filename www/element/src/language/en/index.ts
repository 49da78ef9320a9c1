/** All of the interface's strings in English: those of the first load, and those that come with the parts that say them. */
import { editor } from "./editor.ts";
import { first } from "./first.ts";
import { lab } from "./lab.ts";
import { lesson } from "./lesson.ts";

export const en = { ...first, ...editor, ...lab, ...lesson };
