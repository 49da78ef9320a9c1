import { room } from "../english.ts";

export const header = room({
  "header.protocol": "Protocol",
  "header.scenario": "Scenario",
  "header.changed": "{title} (changed)",
  "header.own": "Your own",
  "header.seed": "Seed",
  "header.panels": "Panels",
  "header.challenge": "Challenge",
  "header.learn": "Learn",
  "header.theme": "Theme",
  "header.compare": "Compare…",
  "header.too-long": "These runs are too long for a link: together they pass 1 MiB.",
});
