/** Brings the English strings of a part that is loaded later. Whoever says one of them imports this. */
import { editor } from "../en/editor.ts";
import { bring } from "../language.ts";

bring(editor);
