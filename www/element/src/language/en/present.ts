import { room } from "../english.ts";

export const present = room({
  "present.name": "Present",
  "present.by-key": "Present (F)",
  "present.leave": "Leave",
  "present.by-escape": "Leave (Escape)",
  "present.in-frame": "The page around this frame doesn’t let it fill the screen.",
});
