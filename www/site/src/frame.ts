/** What all of the site's pages have round their content: the words in the person's language, the switch, one's progress. */
import { language, languages, say, type Key } from "@consensus-playground/element/language/language.ts";
import { progress } from "@consensus-playground/element/lesson/progress.ts";
import { begin, choose } from "./tongue.ts";
import "@consensus-playground/element/language/en/site.ts";

/** Says the page in the person's language, where it is not the one that it was written in. */
export async function frame(): Promise<void> {
  await begin();
  for (const one of document.querySelectorAll<HTMLElement>("[data-say]")) {
    one.textContent = say(one.dataset.say as Key);
    if (one.closest("[lang]")?.getAttribute("lang") !== language()) one.lang = language();
  }
  offerLanguages();
  showProgress();
  if (!__OFFLINE__) await import("./app.ts");
}

function offerLanguages(): void {
  const place = document.querySelector<HTMLElement>("[data-languages]");
  if (!place) return;
  const names: Readonly<Record<string, string>> = { en: "English", de: "Deutsch" };
  place.setAttribute("aria-label", say("site.language"));
  place.replaceChildren(
    ...languages.map((code) => {
      const button = document.createElement("button");
      button.type = "button";
      button.lang = code;
      button.textContent = names[code] ?? code;
      button.setAttribute("aria-pressed", String(code === language()));
      button.addEventListener("click", () => {
        choose(code);
        const there = document.querySelector<HTMLLinkElement>(`link[rel="alternate"][hreflang="${code}"]`)?.href;
        if (there) location.assign(there);
        else location.reload();
      });
      return button;
    }),
  );
}

/** Which lessons of the path are done, and where one was begun. */
function showProgress(): void {
  const kept = progress();
  for (const one of document.querySelectorAll<HTMLElement>("[data-lesson]")) {
    const own = kept[one.dataset.lesson ?? ""];
    const word = own?.done ? say("site.path.done") : own && own.at > 0 ? say("site.path.begun") : "";
    if (!word) continue;
    one.dataset.state = own?.done ? "done" : "begun";
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = own?.done ? `✓ ${word}` : word;
    one.firstElementChild?.append(" ", mark);
  }
}
