/** The gallery: a search as one types, and filters. What is looked for stands in the address, so that it can be shared. */
import { say } from "@consensus-playground/element/language/language.ts";
import { frame } from "./frame.ts";
import { ownRuns } from "./own-runs.ts";
import "@consensus-playground/element/language/en/site.ts";

const form = document.querySelector<HTMLFormElement>("form[role=search]");
const fields = ["search", "protocol", "topic", "level", "breaks"] as const;

/** A person's own runs come and go. */
const cards = () => [...document.querySelectorAll<HTMLElement>("li.card")];

/** A card's words, for the search: what a person reads on it in their language, and its topics. */
const words = (card: HTMLElement) => `${card.textContent} ${card.dataset.words ?? ""}`.toLowerCase();

function fits(card: HTMLElement, wanted: FormData): boolean {
  const value = (name: (typeof fields)[number]) => {
    const one = wanted.get(name);
    return typeof one === "string" ? one : "";
  };
  const { protocol, topics = "", level, breaks } = card.dataset;
  return (
    value("search")
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words(card).includes(word)) &&
    (!value("protocol") || protocol === value("protocol")) &&
    (!value("topic") || topics.split("|").includes(value("topic"))) &&
    (!value("level") || level === value("level")) &&
    (!value("breaks") || breaks !== undefined)
  );
}

function filter(): void {
  if (!form) return;
  const wanted = new FormData(form);
  for (const card of cards()) card.hidden = !fits(card, wanted);
  const count = cards().filter((card) => !card.hidden).length;
  for (const shelf of document.querySelectorAll<HTMLElement>("[data-shelf]"))
    shelf.hidden = !shelf.querySelector("li.card:not([hidden])");
  const told = document.querySelector("[role=status]");
  if (told) told.textContent = count > 0 ? say("site.found", { count }) : say("site.found.none");
}

/** The filters as a query, without those that ask for nothing. */
function remember(): void {
  if (!form) return;
  const asked = [...new FormData(form)].filter(([, value]) => value !== "") as [string, string][];
  const query = new URLSearchParams(asked).toString();
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
}

/** Fills in what the address asks for. What somebody has typed while the page was still loading stays. */
function recall(): void {
  const asked = new URLSearchParams(location.search);
  for (const name of fields.filter((one) => asked.has(one))) {
    const field = form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = true;
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
      field.value = asked.get(name) ?? "";
  }
}

await frame();
recall();
ownRuns(filter);
filter();
form?.addEventListener("input", () => {
  filter();
  remember();
});
form?.addEventListener("submit", (event) => event.preventDefault());
