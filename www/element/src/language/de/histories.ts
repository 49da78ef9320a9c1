import type { histories as english } from "../en/histories.ts";

export const histories: typeof english = {
  "histories.nothing": "Noch nichts.",
  "histories.not-asked": "Noch kein Client hat etwas angefragt.",
  "histories.legend":
    "Balken: von der Anfrage bis zur Antwort. Gestrichelt: noch offen. Punkt: wann es geschehen sein kann. Schattiert: Etwas war gestört.",
  "histories.show-all": { one: "Alle {count} zeigen", other: "Alle {count} zeigen" },
  "histories.show-last": { one: "Die letzten {count} alle zeigen", other: "Die letzten {count} alle zeigen" },
  "histories.as-table": "Als Tabelle",
  "histories.table": "Operationen als Tabelle",
  "histories.stuck": "Keine Reihenfolge erklärt {command} von {client}. Die Antwort war: {told}.",
  "histories.told-nothing": "nichts",
  "histories.no-store": "Dieses Protokoll hat keinen Speicher, der sich prüfen ließe.",
  "histories.undecided": "Unentschieden nach der erlaubten Zahl von Schritten: {keys}.",
  "histories.linearizable": "Linearisierbar: Eine Reihenfolge erklärt jede Antwort.",
  "histories.linearizable-but":
    "Linearisierbar: Eine Reihenfolge erklärt jede Antwort; nur Ereignis {event} war der laufenden Prüfung zu viel.",
  "histories.event": "Ereignis {event}",
  "histories.chart": {
    one: "Operationen von {count} Client im Lauf der Zeit; die Tabelle darunter sagt dasselbe",
    other: "Operationen von {count} Clients im Lauf der Zeit; die Tabelle darunter sagt dasselbe",
  },
  "histories.network": "Das Netz",
  "histories.client": "Client",
  "histories.operation": "Operation",
  "histories.from": "Von",
  "histories.to": "Bis",
  "histories.told": "Antwort",
  "histories.no-place": "hat in keiner Reihenfolge einen Platz",
  "histories.pending": "offen",
};
