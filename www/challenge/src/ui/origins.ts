/** Whose the code in the editor is, and the way back to what it took the place of. */
import { html, nothing, type TemplateResult } from "lit";
import type { Aside, Reason, Store } from "./store.ts";

/** Says that the code is somebody else's, and has the person's own code one press away; or the other way round. */
export function lentCode(store: Store, busy: boolean): TemplateResult | typeof nothing {
  if (!store.lent) return nothing;
  if (!store.showsLent)
    return html`<p class="note">
      The link brought code along. Your own code is shown.
      <button ?disabled=${busy} @click=${() => store.show(true)}>Show the code of the link</button>
    </p>`;
  const empty = store.lent.code.trim() === "" ? " It is empty." : "";
  return html`<p class="note">
    <span
      ><strong>Somebody else's code.</strong> This code came with the link.${empty} It runs only when you say so, and
      what it passes doesn't count as yours. Your own code is kept.</span
    >
    <button ?disabled=${busy} @click=${() => store.show(false)}>Back to my own code</button>
    <button ?disabled=${busy} @click=${() => store.adopt()}>Make this code mine</button>
  </p>`;
}

/** Before what a version was set aside. */
const BEFORE: Readonly<Record<Reason, string>> = {
  link: "before a link's code",
  tab: "from another tab",
  restart: "before starting again",
  solution: "before the solution",
  exchange: "before going back",
};

/** The versions that were set aside, and a button that brings one back. */
export function earlier(
  store: Store,
  busy: boolean,
  bringBack: (version: Aside) => void,
): TemplateResult | typeof nothing {
  const versions = store.aside[store.language].filter(({ code }) => code !== store.codes[store.language]);
  if (versions.length === 0) return nothing;
  const chosen = (event: Event) => {
    const list = (event.target as HTMLElement).closest("p")?.querySelector("select");
    const version = versions[list?.selectedIndex ?? 0];
    if (version) bringBack(version);
    if (list) list.selectedIndex = 0;
  };
  return html`<p class="earlier">
    <label
      >Earlier code of yours
      <select ?disabled=${busy}>
        ${versions.map(({ code, why }) => html`<option>${lines(code)}, ${BEFORE[why]}</option>`)}
      </select></label
    >
    <button ?disabled=${busy} @click=${chosen}>Bring it back</button>
  </p>`;
}

function lines(code: string): string {
  const count = code.trimEnd().split("\n").length;
  return count === 1 ? "1 line" : `${count} lines`;
}
