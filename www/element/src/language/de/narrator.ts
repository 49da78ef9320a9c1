import type { Words } from "../words.ts";
import type { narrator as english } from "../en/narrator.ts";

export const narrator: Pick<Words, keyof typeof english> = {
  "narrator.region": "Was geschehen ist und warum",
  "narrator.nothing": "Noch ist nichts geschehen.",
  "narrator.now": "Jetzt:",
  "narrator.before": "Davor:",
  "narrator.how": "Wie kam es dazu?",
  "narrator.times": "{count}-mal: {what}",
  "narrator.earlier": { one: "ein Schritt davor", other: "{count} Schritte davor" },
  "narrator.closed": "Kein Lauf ist geöffnet.",
  "narrator.opening": "Der Lauf wird geöffnet…",
  "narrator.loading": "Das Programm wird geladen…",
  "narrator.broken": "{name} ist seit Ereignis {event} verletzt: {text}",
  "narrator.more-broken": {
    one: "Eine weitere Eigenschaft auch: siehe die Abzeichen.",
    other: "{count} weitere auch: siehe die Abzeichen.",
  },
  "terms.what": "{word}: Was bedeutet das?",
  "page.skips": "Abkürzungen",
  "page.skip": "Zum Bild springen",
  "page.play-here": "Von hier abspielen",
  "page.pause-here": "Hier anhalten",
};
