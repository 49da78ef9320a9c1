import { css } from "lit";

export const challengeStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 10px;
    padding: 12px 16px;
    min-width: 0;
    position: relative;
  }
  :host > *,
  .panel > *,
  .part > * {
    flex: none;
  }
  .head {
    display: flex;
    gap: 4px 12px;
    align-items: baseline;
    flex-wrap: wrap;
  }
  .head h2 {
    margin: 0;
    font-size: 16px;
    letter-spacing: -0.01em;
    text-transform: none;
    color: var(--ink);
  }
  .count {
    color: var(--soft);
  }
  a {
    color: var(--accent);
  }
  .head a {
    margin-left: auto;
    padding: 4px 0;
  }
  .tasks {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr));
    gap: 6px;
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .tasks button {
    position: relative;
    width: 100%;
    height: 100%;
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 4px 6px;
    text-align: left;
    line-height: 1.2;
    font-size: 13px;
  }
  .tasks button[aria-pressed="true"] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .tasks i,
  .checks i,
  .solved i {
    font-style: normal;
    font-weight: 700;
  }
  .tasks i {
    flex: none;
    display: grid;
    place-items: center;
    width: 22px;
    height: 22px;
    border-radius: 50%;
    border: 1.5px solid var(--edge);
    font-size: 12px;
  }
  .tasks .done i {
    background: var(--good);
    border-color: var(--good);
    color: var(--paper);
  }
  .what {
    margin: 0;
    min-height: 4.3em;
  }
  code {
    font:
      0.92em ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
    overflow-wrap: anywhere;
  }
  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    border-bottom: 1px solid var(--line);
  }
  .tabs button {
    border: 0;
    border-radius: 8px 8px 0 0;
    background: none;
    color: var(--soft);
    border-bottom: 3px solid transparent;
    padding: 4px 9px;
  }
  .tabs button[aria-selected="true"] {
    color: var(--ink);
    font-weight: 600;
    border-bottom-color: var(--accent);
  }
  .panel,
  .part {
    display: flex;
    flex-direction: column;
    gap: 10px;
    min-width: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  cp-editor {
    height: clamp(260px, 46vh, 560px);
    resize: vertical;
    overflow: hidden;
  }
  .note,
  .solved {
    display: flex;
    gap: 10px;
    align-items: center;
    flex-wrap: wrap;
    margin: 0;
    padding: 8px 12px;
    border: 1px solid var(--line);
    border-left: 4px solid var(--accent);
    border-radius: 10px;
    background: var(--card);
  }
  .note span {
    flex: 1 1 100%;
  }
  .earlier {
    display: flex;
    gap: 6px 10px;
    align-items: center;
    flex-wrap: wrap;
    margin: 0;
    color: var(--soft);
  }
  .earlier label {
    display: flex;
    gap: 6px 10px;
    align-items: center;
    flex-wrap: wrap;
  }
  .solved {
    border-left-color: var(--good);
    flex-wrap: nowrap;
  }
  .solved i {
    font-size: 30px;
    line-height: 1;
    color: var(--good);
    animation: rise 0.6s ease-out;
  }
  .solved p {
    margin: 0;
    flex: 1;
  }
  @keyframes rise {
    from {
      transform: scale(0.2) rotate(-140deg);
    }
  }
  .next {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    margin: 0;
    padding: 8px 12px;
    border: 1px solid var(--accent);
    border-radius: 8px;
  }
  .next span {
    flex: 1 1 20em;
  }
  .home {
    display: grid;
    gap: 6px;
  }
  .home p {
    margin: 0;
  }
  .command {
    display: flex;
    gap: 8px;
    align-items: start;
  }
  .command code {
    flex: 1;
    min-width: 0;
    padding: 6px 10px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--card);
    overflow-wrap: anywhere;
  }
  .loading {
    display: grid;
    gap: 4px;
  }
  progress {
    width: 100%;
    height: 10px;
    accent-color: var(--accent);
  }
  .setting {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 16px;
    margin: 0;
    padding: 6px 12px 8px;
    border: 1px solid var(--line);
    border-radius: 8px;
    min-width: 0;
  }
  .setting legend {
    color: var(--soft);
    padding: 0 4px;
  }
  .setting input {
    width: 4.6em;
  }
  .said {
    margin: 0;
    min-height: 1.45em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .said.soft {
    font-weight: 400;
  }
  .problems {
    margin: 0;
    padding: 8px 12px;
    list-style: none;
    border: 1px solid var(--warn);
    border-left-width: 5px;
    border-radius: 8px;
    background: color-mix(in srgb, var(--warn) 8%, var(--card));
    overflow-wrap: anywhere;
  }
  .problems li {
    white-space: pre-wrap;
  }
  .problems button,
  .checks button {
    min-height: 24px;
    padding: 0 8px;
  }
  .checks {
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 8px;
  }
  .checks li {
    padding: 8px 12px;
    border: 1px solid var(--line);
    border-left: 5px solid var(--edge);
    border-radius: 8px;
    background: var(--card);
  }
  .checks .passed {
    border-left-color: var(--good);
  }
  .checks .failed {
    border-left-color: var(--warn);
  }
  .checks h3 {
    margin: 0;
    text-transform: none;
    letter-spacing: 0;
    font-size: 14px;
    color: var(--ink);
  }
  .checks .passed i {
    color: var(--good);
  }
  .checks .failed i {
    color: var(--warn);
  }
  .checks small {
    font-weight: 400;
    color: var(--soft);
  }
  .checks dl {
    display: grid;
    grid-template-columns: 5.5em minmax(0, 1fr);
    gap: 2px 8px;
    margin: 4px 0 0;
  }
  dt {
    color: var(--soft);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  pre {
    margin: 0;
    padding: 8px 12px;
    max-height: 14em;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--card);
    font:
      12.5px/1.5 ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  h3 {
    margin: 6px 0 0;
  }
  .sandboxes {
    position: absolute;
    width: 0;
    height: 0;
    overflow: hidden;
  }
  @container playground (max-width: 620px) {
    :host {
      padding: 10px;
    }
    .tasks button {
      justify-content: center;
      padding: 4px;
    }
    .tasks .short {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .head a {
      margin-left: 0;
    }
  }
`;
