/** The parts of a long panel by name, always in sight above them: choosing one goes to its heading. */
import { css, html, type TemplateResult } from "lit";
import { say } from "../language/language.ts";

/** A part of the panel, by the id of its heading. */
export interface Part {
  id: string;
  name: string;
}

export const jumpStyles = css`
  nav.jumps {
    position: sticky;
    top: var(--jumps-top, 0px);
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    /* As wide as the drawer, over its padding. */
    margin: -12px calc(-1 * var(--jumps-side, 0px)) 0;
    padding: 10px var(--jumps-side, 0px);
    background: var(--paper);
    border-bottom: 1px solid var(--line);
  }
  .jumps button {
    min-height: 26px;
    padding: 2px 8px;
    font-size: 12px;
  }
  [data-part] {
    scroll-margin-top: 88px;
  }
  [data-part]:focus {
    outline: none;
  }
`;

/** The names as buttons. The heading gets the focus, so that the keys go on from there. */
export function jumps(parts: readonly Part[], root: () => ParentNode | undefined): TemplateResult {
  const go = (id: string) => {
    const heading = root()?.querySelector<HTMLElement>(`[data-part="${id}"]`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  };
  return html`<nav class="jumps" aria-label=${say("inspector.parts")}>
    ${parts.map(({ id, name }) => html`<button @click=${() => go(id)}>${name}</button>`)}
  </nav>`;
}
