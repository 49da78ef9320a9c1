import { css } from "lit";

/** Calm: a picture, a sentence, a thing to press. */
export const lessonStyles = css`
  .lesson {
    position: relative;
    display: grid;
    gap: 14px;
    padding: 18px clamp(12px, 3cqw, 36px) 22px;
    background: var(--paper);
  }
  header {
    display: grid;
    gap: 12px;
  }
  h2 {
    font-size: clamp(22px, 2.6cqw, 30px);
    font-weight: 650;
    letter-spacing: -0.01em;
    text-transform: none;
    line-height: 1.2;
    color: var(--ink);
    margin: 0;
    text-wrap: balance;
  }
  h3 {
    margin: 0;
    font-size: 13px;
    color: var(--accent);
  }
  .chapters ol {
    display: grid;
    grid-template-columns: repeat(var(--chapters), minmax(0, 1fr));
    gap: 6px;
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .chapters button {
    display: grid;
    gap: 5px;
    align-content: start;
    width: 100%;
    min-height: 40px;
    padding: 6px 2px 2px;
    border: 0;
    border-radius: 4px;
    background: none;
    font-size: 13px;
    text-align: start;
    color: var(--soft);
  }
  .chapters i {
    height: 6px;
    border-radius: 3px;
    background: var(--line);
  }
  .chapters .open i {
    background: color-mix(in srgb, var(--accent) 55%, var(--paper));
  }
  .chapters .now i {
    background: var(--accent);
  }
  .chapters .now {
    color: var(--ink);
    font-weight: 600;
  }
  .chapters .name {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  .where {
    display: none;
    margin: 4px 0 0;
    font-size: 13px;
    color: var(--soft);
  }
  .room {
    position: static;
    display: grid;
    grid-template-columns: minmax(0, 1.25fr) minmax(340px, 1fr);
    grid-template-rows: auto;
    gap: clamp(16px, 3cqw, 40px);
    align-items: start;
  }
  .room.loading {
    cursor: progress;
  }
  .picture {
    position: sticky;
    top: 8px;
    display: grid;
    gap: 10px;
    min-width: 0;
  }
  .picture .alerts {
    position: static;
    transform: none;
    width: auto;
  }
  .picture .view {
    height: clamp(320px, min(46cqw, 68vh), 620px);
    min-height: 0;
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--card);
    overflow: hidden;
  }
  .broken {
    margin: 0;
    padding: 10px 14px;
    border: 1px solid var(--bad);
    border-left-width: 5px;
    border-radius: 10px;
    color: var(--bad);
    background: color-mix(in srgb, var(--bad) 6%, var(--card));
    font-size: 16px;
    overflow-wrap: anywhere;
  }
  .card {
    display: grid;
    gap: 16px;
    min-width: 0;
    align-content: start;
    overflow-wrap: break-word;
    scroll-margin: 16px;
  }
  .card:focus {
    outline: none;
  }
  .card:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 10px;
    border-radius: 4px;
  }
  .caption {
    margin: 0;
    font-size: 20px;
    line-height: 1.45;
    text-wrap: pretty;
  }
  .caption + .caption {
    margin-top: 10px;
  }
  .told {
    min-height: 5.8em;
  }
  code {
    font-size: 0.88em;
    padding: 1px 5px;
    border-radius: 5px;
    background: color-mix(in srgb, var(--edge) 16%, transparent);
  }
  .do {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 14px;
    align-items: center;
  }
  .primary {
    display: inline-block;
    min-height: 48px;
    padding: 10px 26px;
    border: 1px solid var(--ink);
    border-radius: 24px;
    background: var(--ink);
    color: var(--paper);
    font-size: 17px;
    font-weight: 600;
    text-decoration: none;
  }
  .second {
    min-height: 48px;
    padding: 10px 22px;
    border-color: var(--edge);
    border-radius: 24px;
    font-size: 16px;
  }
  .primary:disabled {
    background: none;
    color: var(--soft);
    border-color: var(--edge);
  }
  .lesson .quiet {
    min-height: 44px;
    font-size: 15px;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  .note {
    margin: 0;
    font-size: 14px;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
    display: grid;
    gap: 8px;
  }
  legend {
    padding: 0 0 14px;
  }
  .answer {
    display: flex;
    gap: 12px;
    align-items: start;
    min-height: 48px;
    padding: 11px 14px;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--card);
    font-size: 17px;
    line-height: 1.4;
    cursor: pointer;
  }
  .answer:hover {
    border-color: var(--edge);
  }
  .answer:has(:checked) {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .answer:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .answer:has(:disabled) {
    cursor: default;
  }
  .answer input {
    flex: none;
    width: 20px;
    height: 20px;
    margin: 2px 0 0;
    accent-color: var(--accent);
  }
  .answer input:focus-visible {
    outline: none;
  }
  .verdict {
    margin: 0;
    font-size: 22px;
  }
  .verdict.hit::before {
    content: "✓ ";
    color: var(--good);
    font-weight: 700;
  }
  .outcome {
    display: grid;
    gap: 14px;
  }
  .reply {
    display: grid;
    gap: 6px;
    padding-left: 16px;
    border-left: 3px solid var(--line);
  }
  .reply p {
    margin: 0;
  }
  .try {
    display: grid;
    gap: 6px;
  }
  .lead {
    font-size: 14px;
    color: var(--soft);
    margin: 0;
  }
  .hints {
    margin: 0;
    padding: 0 0 0 22px;
    display: grid;
    gap: 6px;
    font-size: 17px;
  }
  .missed {
    border-left-color: var(--e5);
  }
  .lesson pre {
    margin: 0;
    padding: 12px 14px;
    border-radius: 12px;
    border: 1px solid var(--line);
    background: var(--card);
    font:
      14px/1.5 ui-monospace,
      SFMono-Regular,
      Menlo,
      monospace;
    white-space: pre-wrap;
  }
  .words {
    display: grid;
    gap: 12px;
  }
  .lesson textarea {
    width: 100%;
    padding: 12px 14px;
    border-radius: 12px;
    font-size: 17px;
    line-height: 1.5;
    resize: vertical;
  }
  .ticks legend {
    font-size: 17px;
    font-weight: 600;
    padding-bottom: 8px;
  }
  .seen ul {
    margin: 6px 0 0;
    padding: 0 0 0 20px;
    display: grid;
    gap: 10px;
  }
  .take {
    display: grid;
    gap: 4px;
    border-top: 1px solid var(--line);
    padding-top: 12px;
  }
  .small {
    gap: 0 4px;
  }
  .lesson .small .quiet {
    padding-inline: 6px;
  }
  .file {
    justify-self: end;
  }
  .lesson .file .quiet {
    font-size: 14px;
    color: var(--soft);
  }
  .faults {
    max-width: 760px;
    padding: 16px 20px;
    border: 1px solid var(--edge);
    border-left-width: 5px;
    border-radius: 12px;
    background: var(--card);
    overflow-wrap: anywhere;
  }
  .faults ol {
    margin: 12px 0 0;
    padding-left: 22px;
    display: grid;
    gap: 8px;
    font-size: 16px;
  }
  .shut {
    min-height: 320px;
    display: grid;
    place-items: center;
  }
  .drop {
    position: absolute;
    inset: 8px;
    z-index: 9;
    display: grid;
    place-items: center;
    margin: 0;
    border: 3px dashed var(--accent);
    border-radius: 18px;
    background: color-mix(in srgb, var(--paper) 88%, transparent);
    font-size: 24px;
    pointer-events: none;
  }
  @container playground (max-width: 860px) {
    .lesson {
      padding: 12px 14px 20px;
      gap: 12px;
    }
    .room {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 14px;
    }
    .picture {
      position: static;
    }
    /* Whoever does something further down sees at once what it did. */
    .acting .picture {
      position: sticky;
      top: 0;
      z-index: 2;
      padding-bottom: 8px;
      background: var(--paper);
    }
    .picture .view {
      height: min(118cqw, 440px, 54vh);
      border-radius: 12px;
    }
    .chapters ol {
      gap: 3px;
    }
    .chapters .name {
      display: none;
    }
    .chapters button {
      min-height: 24px;
      padding: 9px 0;
    }
    .where {
      display: block;
      margin: 0;
    }
    .card h3 {
      display: none;
    }
    .told {
      min-height: 7.2em;
    }
    .do:not(.small) .primary {
      flex: 1 1 auto;
      text-align: center;
    }
  }
  /* A phone on its side: the picture beside the words, as high as the screen. */
  @media (max-height: 480px) and (orientation: landscape) {
    h2 {
      font-size: 1.1rem;
      margin: 0;
    }
    .chapters ol {
      margin-block: 2px;
    }
    .room {
      grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr);
    }
    .picture,
    .acting .picture {
      position: sticky;
      top: 4px;
      padding: 0;
    }
    .picture .view {
      height: calc(100dvh - 12px);
    }
  }
`;
