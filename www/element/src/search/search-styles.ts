/** What the search looks like: a form, numbers that grow, and a list of steps. */
import { css } from "lit";

export const searchStyles = css`
  :host {
    display: grid;
    gap: 10px;
    min-width: 0;
  }
  p,
  h3,
  dl,
  fieldset {
    margin: 0;
  }
  h3:focus-visible {
    outline-offset: 4px;
  }
  form {
    display: grid;
    gap: 10px;
  }
  label {
    display: grid;
    gap: 2px;
  }
  label > span {
    font-size: 13px;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 32px;
    margin-top: 8px;
  }
  .note {
    font-size: 12px;
  }
  select,
  input:not([type="checkbox"]) {
    width: 100%;
  }
  fieldset {
    border: 1px solid var(--line);
    border-radius: 8px;
    padding: 6px 12px 12px;
    min-width: 0;
  }
  legend {
    font-size: 13px;
    padding: 0 4px;
  }
  .numbers {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
    gap: 8px 12px;
    align-items: end;
  }
  summary {
    cursor: pointer;
    min-height: 28px;
    margin-top: 8px;
    color: var(--soft);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .wrong {
    color: var(--warn);
  }
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(140px, 1fr));
    gap: 10px 14px;
    font-variant-numeric: tabular-nums;
  }
  dt {
    font-size: 12px;
    color: var(--soft);
  }
  dd {
    margin: 0;
    font-size: 17px;
  }
  ol {
    margin: 0;
    padding-left: 2.2em;
    display: grid;
    gap: 8px;
  }
  li::marker {
    color: var(--soft);
  }
  code {
    display: block;
    color: var(--soft);
    overflow-wrap: anywhere;
    font:
      12px/1.5 ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
  }
  textarea {
    width: 100%;
    height: 8em;
    font:
      12px/1.5 ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
  }
`;
