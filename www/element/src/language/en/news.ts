import { room } from "../english.ts";

export const news = room({
  "news.more": { one: "And {count} things more.", other: "And {count} things more." },
  "news.broken": "Broken: {property}. {text}",
  "news.role": "{name} is {role}.",
  "news.role-in": "{name} is {role} in {epoch}.",
  "news.decided": "Decided: {value} (slot {slot}).",
  "news.more-decided": { one: "{count} more decided.", other: "{count} more decided." },
});
