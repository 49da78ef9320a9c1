import type { shelf as english } from "../en/shelf.ts";

export const shelf: typeof english = {
  "shelf.title": "Ihre Läufe",
  "shelf.about": "In diesem Browser aufbewahrt. Niemand sonst sieht sie.",
  "shelf.name": "Name",
  "shelf.keep": "Diesen Lauf behalten",
  "shelf.kept": "Aufbewahrt als „{name}“.",
  "shelf.manage": "Ihre Läufe umbenennen, löschen oder herunterladen",
  "shelf.unnamed": "Lauf ohne Namen",
  "shelf.full": "Sie haben schon {count} Läufe aufbewahrt, mehr passen nicht. Löschen Sie zuerst einen.",
  "shelf.no-room":
    "In diesem Browser ist kein Platz mehr für Ihre Läufe. Löschen Sie zuerst einen, oder laden Sie diesen stattdessen herunter.",
  "shelf.refused":
    "Dieser Browser speichert für diese Seite nichts: vielleicht ein privates Fenster oder eine Seite in einer anderen. Laden Sie das Szenario stattdessen herunter.",
  "shelf.rename": "Umbenennen",
  "shelf.rename-one": "„{name}“ umbenennen",
  "shelf.save": "Speichern",
  "shelf.cancel": "Abbrechen",
  "shelf.delete": "Löschen",
  "shelf.delete-one": "„{name}“ löschen",
  "shelf.deleted": "„{name}“ ist gelöscht.",
  "shelf.undo": "Rückgängig",
  "shelf.back": "„{name}“ ist wieder da.",
  "shelf.download": "Herunterladen",
  "shelf.download-one": "„{name}“ herunterladen",
  "shelf.open-file": "Datei öffnen",
  "shelf.opened": "„{name}“ ist jetzt bei Ihren Läufen.",
  "shelf.only-play": "Abspielen lässt es sich trotzdem:",
  "shelf.event": "Ereignis {event}",
};
