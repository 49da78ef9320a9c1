import type { news as english } from "../en/news.ts";

export const news: typeof english = {
  "news.more": { one: "Und {count} weitere Sache.", other: "Und {count} weitere Dinge." },
  "news.broken": "Verletzt: {property}. {text}",
  "news.role": "{name} ist {role}.",
  "news.role-in": "{name} ist {role} in {epoch}.",
  "news.decided": "Beschlossen: {value} (Platz {slot}).",
  "news.more-decided": { one: "{count} weiterer Beschluss.", other: "{count} weitere Beschlüsse." },
};
