import type { film as english } from "../en/film.ts";

export const film: typeof english = {
  "film.title": "Ein Video aufnehmen",
  "film.onward": "Von hier an",
  "film.window": "Was zu sehen ist",
  "film.whole": "Den ganzen Lauf",
  "film.record": "Aufnehmen",
  "film.recording": "Der Lauf geht im eingestellten Tempo weiter und wird aufgenommen.",
  "film.progress": "Aufnahme: {seconds} s, bei {time}",
  "film.stop": "Beenden und speichern",
  "film.cancel": "Abbrechen",
  "film.cancelled": "Es wurde nichts gespeichert.",
  "film.longest": "Es endet nach {minutes} Minuten, länger kann ein Video nicht sein.",
  "film.none":
    "Dieser Browser kann kein Video aufnehmen. Speichern Sie das Diagramm, oder nehmen Sie den Bildschirm auf.",
};
