import type { lab as english } from "../en/lab.ts";

export const lab: typeof english = {
  "lab.about":
    "Der Anführer stürzt direkt nach seinen Heartbeats ab. Wie lange dauert es, bis es einen neuen gibt? {trials} simulierte Abstürze für jeden Bereich von Wahl-Timeouts (Ongaro, Ousterhout 2014, Abbildung 16).",
  "lab.done": "Erledigte Versuche",
  "lab.cancel": "Abbrechen",
  "lab.measure": "Messen",
  "lab.again": "Noch einmal messen",
  "lab.share": "{group}: Anteil der Wahlen, die bis zu einem Zeitpunkt beendet sind, in Prozent",
  "lab.table": "{group}, als Tabelle",
  "lab.timeouts": "Timeouts",
  "lab.median": "Median",
  "lab.mean": "Mittel",
  "lab.worst": "höchster Wert, ms",
  "lab.paper": "Veröffentlichung",
};
