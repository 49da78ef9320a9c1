/** What all measurements of the lab look like: a plot with its table. */
import { css } from "lit";

export const labStyles = css`
  :host {
    display: block;
  }
  p {
    font-size: 12px;
    margin: 4px 0;
  }
  figure {
    margin: 8px 0 0;
    min-width: 0;
  }
  figcaption {
    font-size: 12px;
    color: var(--soft);
  }
  i {
    display: inline-block;
    width: 12px;
    height: 3px;
    margin-right: 4px;
    vertical-align: middle;
  }
  .plot {
    height: 150px;
  }
  progress {
    width: 100%;
    accent-color: var(--accent);
  }
  .table {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 11px;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    text-align: right;
    padding: 2px 3px;
    border-bottom: 1px solid var(--line);
  }
  th[scope="row"] {
    text-align: left;
    font-weight: 400;
  }
  td.said {
    text-align: left;
    color: var(--soft);
  }
`;
