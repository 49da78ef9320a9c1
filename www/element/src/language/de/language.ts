import type { language as english } from "../en/language.ts";

export const language: typeof english = {
  "language.name": "Deutsch",
  "language.of-protocols": "Die Sätze der Protokolle selbst sind auf Englisch.",
};
