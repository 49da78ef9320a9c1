import type { stage as english } from "../en/stage.ts";

export const stage: typeof english = {
  "stage.decided": "hat {value} beschlossen",
  "stage.holds": "hat {cells}",
  "stage.earlier": { one: "{count} früherer", other: "{count} frühere" },
  "stage.committed": "{cell} festgeschrieben",
  "stage.prepared": "{cell} vorbereitet",
  "stage.pending": "{cell} nicht festgeschrieben",
  "stage.chosen": "{cell} beschlossen",
  "stage.accepted": "{cell} angenommen",
  "stage.open": "{cell} vorgeschlagen",
};
