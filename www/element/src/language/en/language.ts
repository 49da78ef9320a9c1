export const language = {
  "language.name": "English",
  "language.of-protocols": "The protocols' own sentences are in English.",
};
