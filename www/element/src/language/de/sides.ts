import type { sides as english } from "../en/sides.ts";

export const sides: typeof english = {
  "sides.runs": "Läufe mit einer Uhr",
  "sides.run": "Lauf {number}",
  "sides.change": "Eines ändern …",
  "sides.bugs": "Fehler",
  "sides.switches": "Optionen",
  "sides.as-first": "Wie Lauf 1",
  "sides.differs": "Nur hier",
  "sides.add": "Noch ein Lauf",
  "sides.remove": "Lauf {number} entfernen",
  "sides.size": "Replikate in jedem Lauf",
  "sides.copy": "Link kopieren",
  "sides.copied": "Der Link ist in der Zwischenablage. Er öffnet diese Läufe zu dieser Zeit.",
  "sides.not-copied": "Der Link steht in der Adresszeile.",
  "sides.damaged":
    "Dieser Link ist beschädigt, vielleicht wurde er unterwegs abgeschnitten. Lassen Sie ihn sich noch einmal geben.",
  "sides.unknown": "Ein Szenario namens {name} gibt es nicht.",
  "sides.time": "Zeit",
  "sides.cost": "Was es bis jetzt gekostet hat",
  "sides.messages": "Nachrichten zwischen Replikaten",
  "sides.decided": "Beschlossen",
  "sides.last": "Nachrichten für den letzten Beschluss",
  "sides.delays": "Nachrichtenlaufzeiten bis zum letzten Beschluss",
};
