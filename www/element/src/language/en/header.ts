export const header = {
  "header.protocol": "Protocol",
  "header.scenario": "Scenario",
  "header.changed": "{title} (changed)",
  "header.own": "Your own",
  "header.seed": "Seed",
  "header.panels": "Panels",
  "header.challenge": "Challenge",
  "header.learn": "Learn",
  "header.theme": "Theme",
};
