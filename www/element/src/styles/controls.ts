import { css } from "lit";

/** Buttons, fields and headings, alike in every room. */
export const controls = css`
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  button,
  select,
  input,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  select,
  input[type="text"],
  input[type="number"],
  textarea {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 8px;
    padding: 4px 10px;
    min-height: 32px;
    min-width: 0;
  }
  input[type="text"],
  input[type="number"],
  select,
  textarea {
    border-color: var(--edge);
  }
  button {
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--edge);
  }
  button:disabled {
    cursor: default;
    color: var(--soft);
    border-style: dashed;
  }
  button.quiet {
    background: none;
    border-color: transparent;
    color: var(--soft);
  }
  button.strong {
    background: var(--ink);
    color: var(--paper);
    border-color: var(--ink);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  /* The transport at the bottom edge must not hide what has the focus. */
  @container playground (max-width: 760px) {
    :focus-visible {
      scroll-margin-block: 12px 176px;
    }
  }
  input[type="range"] {
    width: 100%;
    min-height: 24px;
    margin: 0;
    accent-color: var(--accent);
  }
  input[type="checkbox"] {
    width: 18px;
    height: 18px;
    margin: 3px;
    accent-color: var(--accent);
  }
  h2,
  h3 {
    font-size: 11px;
    font-weight: 600;
    letter-spacing: 0.07em;
    text-transform: uppercase;
    color: var(--soft);
    margin: 16px 0 8px;
  }
  h2:first-child {
    margin-top: 0;
  }
  p {
    margin: 0 0 8px;
  }
  .soft {
    color: var(--soft);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
