import { css } from "lit";
import { alertStyles } from "../page/alert-styles.ts";

/** The rooms below each other, with the transport at the bottom edge. */
const stacked = css`
  .app {
    height: auto;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  /* Where a host page says how high it is to be, what does not fit is scrolled to. */
  @container style(--consensus-playground-height) {
    .app.full {
      height: var(--consensus-playground-height);
      overflow: hidden auto;
    }
  }
  .rooms,
  .foot {
    display: contents;
  }
  .mid {
    order: 1;
    overflow: visible;
  }
  cp-space-time {
    order: 1;
    margin: 0 10px 8px;
  }
  cp-charts {
    order: 2;
    margin: 0 10px 8px;
  }
  .left,
  .right {
    order: 3;
    border: 0;
    padding: 12px 10px;
    overflow: visible;
  }
  .right {
    --jumps-top: 0px;
    --jumps-side: 10px;
    order: 4;
  }
  .bar {
    padding: 6px 10px 0;
  }
  .view {
    flex: none;
    height: min(78cqw, 460px);
  }
  /* Hundreds of buttons, each as large as a finger needs. */
  .view.crowd {
    height: min(94cqw, 460px);
  }
  .view.many {
    height: min(88cqw, 460px);
  }
  cp-transport {
    order: 6;
    position: sticky;
    bottom: 0;
    z-index: 4;
    padding: 6px 10px;
    border-top: 1px solid var(--line);
    background: var(--paper);
  }
  .said,
  .said.tall {
    height: auto;
    overflow: visible;
  }
  /* Room for most of what is said, so that what stands below seldom moves; and never too little. */
  .said cp-narrator {
    flex: none;
    height: auto;
    min-height: 168px;
  }
  .said.fresh {
    height: auto;
    margin: 0 10px 8px;
    padding: 5px 12px;
  }
  /* The invitation is to be seen at once; the transport, always in reach, plays. */
  .welcome button {
    display: none;
  }
  .welcome span {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .asks .welcome p {
    -webkit-line-clamp: 3;
  }
  .asks .welcome span {
    display: inline;
  }
  .panel {
    position: static;
    order: 0;
    width: auto;
    padding: 10px;
    border: 0;
    border-bottom: 1px solid var(--edge);
    box-shadow: none;
  }
  .alerts {
    position: sticky;
    left: auto;
    transform: none;
    margin: 4px auto;
  }
`;

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
    grid-template-rows: auto minmax(0, 1fr) auto;
    grid-template-areas: "head" "rooms" "foot";
    position: relative;
    background: var(--paper);
  }
  cp-header {
    grid-area: head;
  }
  ${alertStyles}
  .rooms {
    grid-area: rooms;
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    min-height: 0;
  }
  .rooms.break {
    grid-template-columns: 248px minmax(0, 1fr);
  }
  .rooms.inspect {
    grid-template-columns: minmax(0, 1fr) 326px;
  }
  .rooms.break.inspect {
    grid-template-columns: 248px minmax(0, 1fr) 326px;
  }
  .bar {
    position: relative;
    flex: none;
    display: flex;
    gap: 8px;
    align-items: start;
    padding: 10px 16px 0;
  }
  .bar cp-badges {
    flex: 1;
    min-width: 0;
  }
  .handle[aria-expanded="true"] {
    background: color-mix(in srgb, var(--accent) 12%, var(--paper));
    border-color: var(--accent);
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
    /* What sticks there begins above the drawer's padding. */
    --jumps-top: -14px;
    --jumps-side: 16px;
    border-left: 1px solid var(--line);
  }
  .mid {
    container: middle / inline-size;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    overflow: hidden auto;
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
  /* As high before the first step as after it, and whatever is said: the picture above must not jump. */
  .said {
    flex: none;
    height: 150px;
    overflow: hidden auto;
    display: flex;
    flex-direction: column;
  }
  .said.tall {
    height: 190px;
  }
  .said cp-narrator {
    flex: 1 1 66px;
    min-height: 66px;
    display: grid;
  }
  .said.fresh {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 14px;
    align-items: center;
    align-content: safe center;
    height: 138px;
    margin: 0 16px 12px;
    padding: 4px 14px;
    background: var(--card);
    border: 1px solid var(--line);
    border-left: 4px solid var(--accent);
    border-radius: 10px;
  }
  .fresh cp-actions,
  .fresh cp-evidence,
  .fresh cp-results,
  .fresh cp-prediction {
    grid-column: 1 / -1;
  }
  .welcome {
    display: contents;
  }
  .welcome p {
    margin: 0;
  }
  .asks cp-prediction {
    margin-top: 4px;
  }
  .asks .welcome p {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .welcome a {
    color: var(--accent);
  }
  .welcome button {
    padding: 6px 18px;
  }
  .foot {
    min-width: 0;
    border-top: 1px solid var(--line);
    padding: 8px 16px 8px;
    background: var(--paper);
    grid-area: foot;
    display: flex;
    flex-direction: column-reverse;
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
    grid-template-rows: auto;
    grid-auto-rows: auto;
    gap: 10px;
    align-content: start;
  }
  .panel .alerts {
    position: static;
    transform: none;
    width: auto;
  }
  .panel .box {
    box-shadow: none;
  }
  .title {
    display: flex;
    justify-content: space-between;
    align-items: center;
  }
  .title h2 {
    margin: 0;
  }
  /* Longer lines are fewer. */
  @container middle (min-width: 900px) {
    .said {
      height: 124px;
    }
    .said.fresh {
      height: 112px;
    }
  }
  @container playground (max-width: 1080px) {
    .rooms.break,
    .rooms.inspect {
      grid-template-columns: minmax(0, 1fr) 290px;
    }
    .rooms.break.inspect {
      grid-template-columns: minmax(0, 1fr) 290px;
      grid-template-rows: minmax(0, 1fr) minmax(0, 1fr);
    }
    .mid {
      grid-area: 1 / 1 / -1 / 2;
    }
    .left {
      border: 0;
      border-left: 1px solid var(--line);
      border-bottom: 1px solid var(--line);
    }
  }
  @container playground (min-width: 2200px) {
    .rooms.break {
      grid-template-columns: 320px minmax(0, 1fr);
    }
    .rooms.inspect {
      grid-template-columns: minmax(0, 1fr) 520px;
    }
    .rooms.break.inspect {
      grid-template-columns: 320px minmax(0, 1fr) 520px;
    }
  }
  @container playground (max-width: 760px) {
    ${stacked}
  }
  /* A phone on its side: the picture as high as the screen allows, and what is said beside it. */
  @media (max-height: 480px) and (orientation: landscape) {
    ${stacked}
    .mid {
      display: grid;
      grid-template: "view bar" auto "view said" minmax(0, 1fr) / minmax(0, 1.4fr) minmax(0, 1fr);
    }
    .mid > .bar {
      grid-area: bar;
      min-width: 0;
    }
    .mid > cp-manual {
      grid-column: 1 / -1;
      grid-row: 3;
    }
    .mid > .view {
      grid-area: view;
      height: max(180px, 100dvh - 106px);
    }
    .mid > .said,
    .mid > .said.tall,
    .mid > .said.fresh {
      grid-area: said;
      height: auto;
      max-height: max(140px, 100dvh - 146px);
      overflow: hidden auto;
    }
    .mid > .said.fresh {
      display: block;
    }
  }
`;
