import type { share as english } from "../en/share.ts";

export const share: typeof english = {
  "share.take": "Mitnehmen",
  "share.copy-link": "Link kopieren",
  "share.copy-scenario": "Szenario kopieren",
  "share.save-scenario": "Szenario herunterladen",
  "share.save-trace": "Ablauf herunterladen",
  "share.save-shiviz": "ShiViz-Log herunterladen",
  "share.link": "Link",
  "share.open": "Öffnen",
  "share.copy-run": "Aus dem aktuellen Lauf übernehmen",
  "share.copied": "Kopiert",
  "share.copy": "Kopieren",
  "share.pasted": "Ein Szenario oder ein Link",
  "share.paste": "Ein Szenario oder einen Link einfügen",
  "share.open-pasted": "Eingefügtes öffnen",
  "share.open-file": "Datei öffnen",
  "share.file": "Szenariodatei",
  "share.about":
    "Ein Link enthält das Szenario, was von Hand getan wurde, wo Sie stehen und wie Sie darauf schauen. Nichts wird irgendwohin gesendet: Der ganze Lauf steckt im Link selbst.",
  "share.link-copied": {
    one: "Der Link ist kopiert: {count} Zeichen.",
    other: "Der Link ist kopiert: {count} Zeichen.",
  },
  "share.scenario-copied": "Das Szenario ist kopiert.",
  "share.closed":
    "Diese Seite darf nicht in die Zwischenablage schreiben. Unten steht der Text, markiert zum Kopieren.",
  "share.progress": "{file}: {from} von {last} Ereignissen.",
  "share.saved": "{file} liegt in Ihren Downloads.",
  "share.too-long": "Diese Datei ist größer als 1 MiB. Mehr darf ein Szenario nicht haben.",
  "share.embed": "Einbetten",
  "share.view": "Ansicht",
  "share.view-compact": "Kompakt: Bild, zwei Zeilen, Abspielen",
  "share.view-lesson": "Lektion: Bild, Begründung, alle Tasten",
  "share.view-full": "Vollständig: alles",
  "share.theme": "Farben",
  "share.theme-host": "Wie die Seite ringsum",
  "share.theme-light": "Hell",
  "share.theme-dark": "Dunkel",
  "share.copy-snippet": "HTML kopieren",
  "share.snippet": "HTML, um diesen Lauf einzubetten",
  "share.snippet-copied": "Das HTML ist kopiert.",
  "share.snippet-marked":
    "Diese Seite darf nicht auf die Zwischenablage zugreifen. Das HTML ist markiert: Kopieren Sie es von Hand.",
  "share.embed-frame":
    "Fügen Sie das in Ihre Seite ein. Der ganze Lauf steckt in der Adresse; unten sehen Sie, wie es dort aussieht.",
  "share.embed-element":
    "Fügen Sie das in eine Seite ein, die das Skript des Playgrounds lädt. Unten sehen Sie, wie es dort aussieht.",
  "share.preview": "Vorschau",
};
