import { css } from "lit";

/** What all lists of the inspector share. */
export const listStyles = css`
  :host {
    display: block;
  }
  ul.list {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 2px;
  }
  .list li > button {
    width: 100%;
    display: flex;
    gap: 8px;
    align-items: center;
    text-align: left;
    min-height: 30px;
    padding: 2px 8px;
    font-size: 13px;
    background: none;
    border-color: transparent;
  }
  .list li > button[aria-expanded="true"],
  .list li > button[aria-current="true"] {
    background: var(--card);
    border-color: var(--edge);
  }
  .list .text {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .list .when {
    color: var(--soft);
    font-size: 12px;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .glyph {
    flex: none;
  }
`;
