import type { Words } from "../words.ts";
import type { transport as english } from "../en/transport.ts";

export const transport: Pick<Words, keyof typeof english> = {
  "transport.pace": "Tempo",
  "transport.by-meaning": "Nach Bedeutung",
  "transport.true-time": "Wahre Zeit",
  "transport.about-meaning": "Neues bekommt jeweils etwa eine Sekunde; was sich nur wiederholt, läuft schnell vorbei.",
  "transport.about-time": "Alles in wahren Verhältnissen, so viel langsamer oder schneller als in Wirklichkeit.",
  "transport.speed": "Geschwindigkeit",
  "transport.of-usual": "{factor} × das übliche Tempo",
  "transport.of-real-time": "{factor} der wirklichen Zeit",
  "transport.repeats": "… {count} × {name}",
  "transport.restart": "Von vorn",
  "transport.previous": "Voriger Meilenstein",
  "transport.back": "Ein Schritt zurück",
  "transport.play": "Abspielen",
  "transport.pause": "Anhalten",
  "transport.by-space": "{act} (Leertaste)",
  "transport.step": "Ein Schritt",
  "transport.next": "Nächster Meilenstein",
  "transport.undo": "Rückgängig",
  "transport.redo": "Wiederholen",
  "transport.where": "Zeit und Ereignis",
};
