import { css } from "lit";

/** What a task asks for and what can be done, each act large enough for a finger. */
export const taskStyles = css`
  .demands {
    display: grid;
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .demands li {
    display: grid;
    grid-template-columns: 26px minmax(0, 1fr);
    font-size: 17px;
    line-height: 1.4;
  }
  .demands i {
    font-style: normal;
    font-weight: 700;
    color: var(--soft);
  }
  .demands .met i {
    color: var(--good);
  }
  .demands .lost i {
    color: var(--ink);
  }
  .demands small {
    margin-left: 6px;
    font-size: 14px;
    color: var(--soft);
    white-space: nowrap;
  }
  .acts {
    display: grid;
    gap: 10px;
    padding: 14px 16px;
    border: 1px solid var(--line);
    border-radius: 14px;
    background: var(--card);
  }
  .row {
    display: grid;
    grid-template-columns: 104px minmax(0, 1fr);
    gap: 4px 12px;
    align-items: center;
  }
  .act {
    font-size: 14px;
    color: var(--soft);
    line-height: 1.3;
  }
  .chips,
  .verbs,
  .acts form {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    align-items: center;
    min-width: 0;
  }
  .verbs {
    border-top: 1px solid var(--line);
    padding-top: 10px;
  }
  .verbs legend {
    float: left;
    width: 100%;
    padding: 0 0 2px;
  }
  .chip {
    min-width: 44px;
    min-height: 44px;
    padding: 4px 10px;
    border: 1px solid var(--edge);
    border-radius: 12px;
    background: var(--paper);
    font-size: 15px;
    font-variant-numeric: tabular-nums;
  }
  .chip.wide {
    padding-inline: 14px;
  }
  .chip[aria-pressed="true"],
  label.chip:has(:checked) {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  label.chip {
    display: inline-flex;
    gap: 8px;
    align-items: center;
    cursor: pointer;
  }
  .acts form {
    flex: 1;
    flex-wrap: nowrap;
  }
  .acts input[type="text"] {
    flex: 1 1 72px;
    width: 72px;
    min-width: 0;
    min-height: 44px;
    font-size: 15px;
  }
  .acts select {
    min-height: 44px;
    font-size: 15px;
  }
  .help {
    display: grid;
    gap: 8px;
  }
  @container playground (max-width: 860px) {
    .row {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
