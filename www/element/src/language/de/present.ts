import type { present as english } from "../en/present.ts";

export const present: typeof english = {
  "present.name": "Vorführen",
  "present.by-key": "Vorführen (F)",
  "present.leave": "Verlassen",
  "present.by-escape": "Verlassen (Escape)",
  "present.in-frame": "Die Seite um diesen Rahmen herum lässt ihn nicht den ganzen Bildschirm füllen.",
};
