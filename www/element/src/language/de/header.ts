import type { header as english } from "../en/header.ts";

export const header: typeof english = {
  "header.protocol": "Protokoll",
  "header.scenario": "Szenario",
  "header.changed": "{title} (geändert)",
  "header.own": "Ihr eigenes",
  "header.seed": "Seed",
  "header.panels": "Tafeln",
  "header.challenge": "Herausforderung",
  "header.learn": "Lernen",
  "header.theme": "Farben",
  "header.compare": "Vergleichen …",
  "header.too-long": "Diese Läufe sind zu lang für einen Link: Zusammen sind sie größer als 1 MiB.",
};
