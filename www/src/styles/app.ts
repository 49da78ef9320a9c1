import { css } from "lit";

/** Where the rooms stand: side by side where there is room, else below each other with the transport at the bottom edge. */
export const appStyles = css`
  :host {
    display: block;
    container: playground / inline-size;
    background: var(--paper);
  }
  .app {
    height: var(--consensus-playground-height, 46rem);
    min-height: 560px;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    grid-template-areas: "head" "problem" "rooms" "foot";
    position: relative;
    background: var(--paper);
  }
  cp-header {
    grid-area: head;
  }
  .problem {
    grid-area: problem;
    display: flex;
    gap: 10px;
    align-items: center;
    padding: 8px 16px;
    border-bottom: 1px solid var(--bad);
    border-left: 5px solid var(--bad);
    background: color-mix(in srgb, var(--bad) 8%, var(--card));
    overflow-wrap: anywhere;
  }
  .problem span {
    flex: 1;
    min-width: 0;
  }
  .rooms {
    grid-area: rooms;
    position: relative;
    display: grid;
    grid-template-columns: 232px minmax(0, 1fr) 330px;
    grid-template-rows: minmax(0, 1fr);
    min-height: 0;
  }
  .left,
  .right {
    padding: 14px 16px;
    overflow: auto;
    min-width: 0;
  }
  .left {
    border-right: 1px solid var(--line);
  }
  .right {
    border-left: 1px solid var(--line);
  }
  .mid {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .view {
    position: relative;
    flex: 1 1 0;
    min-height: 200px;
    display: grid;
  }
  .view:focus-visible {
    outline-offset: -3px;
  }
  .welcome {
    position: absolute;
    left: 50%;
    top: 54%;
    transform: translate(-50%, -50%);
    width: min(300px, 62%);
    padding: 12px 16px;
    text-align: center;
    background: color-mix(in srgb, var(--card) 94%, transparent);
    border: 1px solid var(--edge);
    border-radius: 12px;
    font-size: 13px;
  }
  .welcome strong {
    display: block;
    font-size: 14px;
  }
  .foot {
    min-width: 0;
    border-top: 1px solid var(--line);
    padding: 8px 16px 8px;
    background: var(--paper);
    grid-area: foot;
  }
  .panel {
    position: absolute;
    z-index: 5;
    inset: 0 0 0 auto;
    width: min(640px, 100%);
    padding: 14px 18px;
    overflow: auto;
    background: var(--paper);
    border-left: 1px solid var(--edge);
    box-shadow: 0 8px 40px rgb(0 0 0 / 0.18);
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    gap: 10px;
    align-content: start;
  }
  .title {
    display: flex;
    justify-content: space-between;
    align-items: center;
  }
  .title h2 {
    margin: 0;
  }
  @container playground (max-width: 1080px) {
    .rooms {
      grid-template-columns: 212px minmax(0, 1fr) 270px;
    }
  }
  @container playground (min-width: 2200px) {
    .rooms {
      grid-template-columns: 320px minmax(0, 1fr) 520px;
    }
  }
  @container playground (max-width: 760px) {
    .app {
      height: auto;
      min-height: 0;
      grid-template-rows: auto;
    }
    .rooms {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto;
    }
    .left,
    .right {
      border: 0;
      padding: 12px 10px;
      overflow: visible;
    }
    .left {
      order: 3;
    }
    .view {
      flex: none;
      height: min(92cqw, 420px);
    }
    .foot {
      position: sticky;
      bottom: 0;
      z-index: 4;
      padding: 6px 10px;
    }
    .welcome {
      width: 66%;
      padding: 8px 10px;
    }
  }
`;
