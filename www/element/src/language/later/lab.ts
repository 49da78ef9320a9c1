/** Brings the English strings of a part that is loaded later. Whoever says one of them imports this. */
import { lab } from "../en/lab.ts";
import { bring } from "../language.ts";

bring(lab);
