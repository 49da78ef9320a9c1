import { css } from "lit";

export const logAndStateStyles = css`
  :host {
    display: block;
  }
  p,
  .small {
    font-size: 12px;
  }
  p {
    margin: 4px 0;
  }
  .bad {
    color: var(--bad);
    font-weight: 600;
  }
  .scrubber {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  .scrubber input {
    flex: 1 0 100%;
  }
  .scrubber span {
    flex: 1;
  }
  dl {
    display: grid;
    grid-template-columns: fit-content(50%) minmax(0, 1fr);
    gap: 2px 12px;
    margin: 0 0 4px;
  }
  dt {
    color: var(--soft);
  }
  dt,
  dd {
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
  }
  dd.changed {
    font-weight: 650;
  }
  .entries {
    position: relative;
    max-height: 240px;
    overflow: auto;
    border-bottom: 1px solid var(--line);
  }
  .replicas {
    overflow: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 12px;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    text-align: left;
    vertical-align: top;
    padding: 3px 8px 3px 0;
    border-bottom: 1px solid var(--line);
    overflow-wrap: anywhere;
    font-weight: normal;
  }
  thead th {
    color: var(--soft);
    overflow-wrap: normal;
  }
  .entries thead th {
    position: sticky;
    top: 0;
    background: var(--paper);
  }
  .here {
    background: var(--card);
    font-weight: 650;
  }
  .here th,
  .here td {
    font-weight: inherit;
  }
  td button,
  th button {
    font-size: 12px;
    min-height: 28px;
    padding: 2px 8px;
    white-space: nowrap;
  }
  .here th button {
    border-color: var(--ink);
  }
  .replicas th[scope="row"] {
    min-width: 84px;
  }
`;
