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
  "lab.growth.about":
    "Eine Anfrage in einem Netz, in dem nichts ausfällt und jede Nachricht gleich lange braucht. Ringe sind im Lauf gezählt; gestrichelte Linien sind die Formeln der Veröffentlichungen.",
  "lab.growth.protocols": "Protokolle",
  "lab.growth.proof": "Replikate beweisen, wer was gesagt hat, durch",
  "lab.growth.done": "Erledigte Läufe",
  "lab.growth.messages": "Nachrichten zwischen Replikaten",
  "lab.growth.proofs": "Bytes für Beweise in diesen Nachrichten",
  "lab.growth.delays": "Nachrichtenlaufzeiten, bis das letzte Replikat entschieden hat",
  "lab.growth.share": "Anteil der Nachrichten, die das am stärksten belastete Replikat sendet oder empfängt",
  "lab.growth.table": "Als Tabelle",
  "lab.growth.replicas": "Replikate",
  "lab.growth.counted": "gezählt",
  "lab.growth.formula": "Formel",
  "lab.proof.signatures": "Signaturen, je 64 Byte (Ed25519)",
  "lab.proof.codes": "einen Code für jeden Empfänger, je 10 Byte (Castro, Liskov 1999)",
  "lab.proof.combined": "Signaturen, die ein Quorum zu einer von 48 Byte vereint (Boneh, Lynn, Shacham 2001)",
};
