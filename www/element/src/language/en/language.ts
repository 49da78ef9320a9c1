import { room } from "../english.ts";

export const language = room({
  "language.name": "English",
  "language.of-protocols": "The protocols' own sentences are in English.",
});
