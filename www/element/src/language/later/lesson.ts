/** Brings the English strings of a part that is loaded later. Whoever says one of them imports this. */
import { lesson } from "../en/lesson.ts";
import { bring } from "../language.ts";

bring(lesson);
