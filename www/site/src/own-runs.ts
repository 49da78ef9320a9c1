/** The gallery's first shelf: a person's own runs, kept in their browser, from the playground or from a file. */
import { say } from "@consensus-playground/element/language/language.ts";
import {
  NAME_LETTERS,
  keepRun,
  keptRuns,
  removeRun,
  renameRun,
  whenRunsChange,
  type KeptRun,
} from "@consensus-playground/element/page/shelf.ts";
import { saveFile } from "@consensus-playground/element/page/download.ts";
import { unpack } from "@consensus-playground/engine/link.ts";
import { titleOf } from "@consensus-playground/engine/scenario-text.ts";
import "@consensus-playground/element/language/en/shelf.ts";
import "@consensus-playground/element/language/en/share.ts";

const shelf = document.querySelector<HTMLElement>("#own-runs");
const list = shelf?.querySelector("ul");
const told = shelf?.querySelector<HTMLElement>(".told");

/** Shows the shelf from now on. `changed` is called when it holds others than before. */
export function ownRuns(changed: () => void): void {
  if (!shelf || !list) return;
  const show = () => {
    list.replaceChildren(...keptRuns().map((run) => card(run, show)));
    changed();
  };
  shelf.hidden = false;
  offerFile(shelf, show);
  whenRunsChange(show);
  show();
  if (location.hash === "#own-runs") shelf.scrollIntoView();
}

function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  fields: Partial<HTMLElementTagNameMap[Name]>,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...content);
  return element;
}

function button(text: string, label: string, act: (event: Event) => void): HTMLButtonElement {
  const one = made("button", { type: "button", ariaLabel: label }, text);
  one.addEventListener("click", act);
  return one;
}

function card(run: KeptRun, show: () => void): HTMLElement {
  const { name, protocol, event, kept, link } = run;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(kept);
  const tags = [made("span", { lang: "en" }, protocol), made("span", {}, say("shelf.event", { event })), day];
  const item = made(
    "li",
    { className: "card" },
    made("a", { href: `play.html${link}` }, made("strong", {}, name)),
    made("p", { className: "tags" }, ...tags),
    made(
      "div",
      { className: "keys" },
      button(say("shelf.rename"), say("shelf.rename-one", { name }), () => rename(item, run, show)),
      button(say("shelf.download"), say("shelf.download-one", { name }), () => void download(run)),
      button(say("shelf.delete"), say("shelf.delete-one", { name }), () => remove(run, show)),
    ),
  );
  item.dataset.protocol = protocol;
  item.dataset.run = String(run.id);
  return item;
}

/** Says a sentence beside the shelf. */
function tell(text: string, ...more: Node[]): void {
  told?.replaceChildren(text, ...more);
}

/** Does what the storage may refuse; says so where it does. */
function tries(work: () => void): void {
  try {
    work();
  } catch (error) {
    tell(sentence(error));
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Puts the focus onto a card's first button of a kind, where the card still is. */
function focusCard(id: number, which: string): void {
  list?.querySelector<HTMLElement>(`[data-run="${id}"] ${which}`)?.focus();
}

function rename(item: HTMLElement, { id, name }: KeptRun, show: () => void): void {
  const field = made("input", { type: "text", value: name, maxLength: NAME_LETTERS, ariaLabel: say("shelf.name") });
  const leave = () => {
    show();
    focusCard(id, "button");
  };
  const cancel = button(say("shelf.cancel"), say("shelf.cancel"), leave);
  const keys = made("div", { className: "keys" }, made("button", {}, say("shelf.save")), cancel);
  const form = made("form", {}, field, keys);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tries(() => renameRun(id, field.value));
    leave();
  });
  form.addEventListener("keydown", ({ key }) => key === "Escape" && leave());
  item.replaceChildren(form);
  field.select();
  field.focus();
}

function remove({ id, name }: KeptRun, show: () => void): void {
  tries(() => {
    const putBack = removeRun(id);
    const undo = button(say("shelf.undo"), say("shelf.undo"), () =>
      tries(() => {
        putBack();
        show();
        tell(say("shelf.back", { name }));
        focusCard(id, "a");
      }),
    );
    show();
    tell(say("shelf.deleted", { name }), undo);
    undo.focus();
  });
}

/** The run as a scenario, under the name that the person gave it. */
async function download({ name, link }: KeptRun): Promise<void> {
  try {
    const { s } = await unpack(link);
    const text = titleOf(s) === name ? s : `# ${name}\n${s}`;
    const file = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "run";
    saveFile(new Blob([text], { type: "text/plain" }), `${file}.scenario`);
    tell(say("share.saved", { file: `${file}.scenario` }));
  } catch (error) {
    tell(sentence(error));
  }
}

function offerFile(shelf: HTMLElement, show: () => void): void {
  const input = shelf.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  shelf.querySelector(":scope > .keys button")?.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file) void open(file, show).catch((error: unknown) => tell(sentence(error)));
    // The same file may be chosen again after it was changed.
    input.value = "";
  });
}

/** Reads a file as a scenario, by the engine, which says where it is mistaken; and keeps it. */
async function open(file: File, show: () => void): Promise<void> {
  const [{ Run }, { LINK_BYTES }] = await Promise.all([
    import("@consensus-playground/engine/run.ts"),
    import("@consensus-playground/engine/limits.ts"),
  ]);
  if (file.size > LINK_BYTES) return tell(say("share.too-long"));
  const run = new Run();
  try {
    if (!(await run.open(await file.text()))) return tell(`${file.name}: ${run.problem?.message ?? ""}`);
    const link = await run.link();
    const name = run.info?.title || file.name.replace(/\.\w+$/, "");
    keep({ name, protocol: run.descriptor?.name ?? "", event: run.event, link }, show);
  } finally {
    run.close();
  }
}

/** Where nothing can be kept, the run can still be played. */
function keep(run: Omit<KeptRun, "id" | "kept">, show: () => void): void {
  try {
    const { id, name } = keepRun(run);
    show();
    tell(say("shelf.opened", { name }));
    focusCard(id, "a");
  } catch (error) {
    const link = made("a", { href: `play.html${run.link}` }, run.name);
    tell(`${sentence(error)} ${say("shelf.only-play")} `, link);
  }
}
