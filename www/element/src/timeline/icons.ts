/** The transport's signs. */
import { html, type TemplateResult } from "lit";

export const ICONS = {
  previous: "M2 3h2v10H2zM14 3v10L5 8z",
  back: "M12 3v10L4 8z",
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  step: "M3 3l7 5-7 5zM11 3h2v10h-2z",
  next: "M12 3h2v10h-2zM2 3l9 5-9 5z",
  undo: "M6 2v3h3a4.5 4.5 0 0 1 0 9H5v-2h4a2.5 2.5 0 0 0 0-5H6v3L1 6z",
  redo: "M10 2v3H7a4.5 4.5 0 0 0 0 9h4v-2H7a2.5 2.5 0 0 1 0-5h3v3l5-4z",
  present: "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z",
  restart: "M8 3V0L3.5 4.2 8 8.2V5a4 4 0 1 1-4 4H2a6 6 0 1 0 6-6z",
};

export function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">
    <path d=${path} />
  </svg>`;
}
