import type { page as english } from "../en/page.ts";

export const page: typeof english = {
  "page.working": "Es wird noch gerechnet …",
  "page.working-at": "Es wird noch gerechnet, bei Ereignis {event} …",
  "page.stop": "Abbrechen",
  "page.kept": "Das Szenario und alles, was Sie getan haben, bleibt erhalten.",
  "page.reopen": "Den Lauf wieder öffnen",
  "page.reopen-start": "Den Lauf von Anfang an wieder öffnen",
  "page.retry": "Noch einmal versuchen",
  "page.elsewhere": "Auf einer eigenen Seite öffnen",
  "page.close": "Schließen",
  "page.limit": "Der Lauf geht nicht weiter: {limit} Sie können in ihm zurückgehen oder einen anderen öffnen.",
  "page.dropped": {
    one: "Die Clients kommen nicht nach: {count} Anfrage wurde ausgelassen.",
    other: "Die Clients kommen nicht nach: {count} Anfragen wurden ausgelassen.",
  },
  "page.too-long": "{file} wäre größer als 1 GiB: Der Lauf ist zu lang, um ihn hier herunterzuladen.",
  "page.no-room": "{file} konnte nicht erstellt werden: Der Speicher reicht nicht.",
  "page.acts": "Was Sie tun können",
  "page.break": "Eingreifen",
  "page.inspect": "Hineinsehen",
  "page.picture": "Das Bild",
  "page.stage":
    "Bühne. Die Leertaste spielt ab und hält an, die Pfeile links und rechts gehen einen Schritt, auf und ab von Knoten zu Knoten.",
  "page.state": "Zustand",
  "page.challenge": "Nehmen Sie die Herausforderung an: Schreiben Sie diese Agenten selbst",
  "page.help": "Hilfe",
  "page.share": "Teilen",
  "page.search": "Nach einem Fehlerfall suchen",
  "page.scenario": "Text des Szenarios",
};
