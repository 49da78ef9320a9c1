import { css } from "lit";

/** Colours and measures. They live on the element alone; a host page's own style sheet stays untouched. */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --paper: light-dark(#fbfaf7, #14171d);
    --card: light-dark(#ffffff, #1b1f27);
    --ink: light-dark(#1c2330, #e7eaf0);
    --soft: light-dark(#566070, #a2adbd);
    --line: light-dark(#e0dbd1, #303744);
    --edge: light-dark(#8b8f98, #6d7787);
    --accent: light-dark(#0b63a5, #6db7f0);
    --bad: light-dark(#b23c00, #ff8b57);
    --good: light-dark(#00704f, #3fc79a);
    /* Okabe and Ito's hues, their lightness fitted to the paper so that every line keeps a contrast of 3 : 1. */
    --e0: light-dark(#6f7682, #9aa5b5);
    --e1: light-dark(#0072b2, #56a8e0);
    --e2: light-dark(#c8541c, #ee7d3c);
    --e3: light-dark(#00856a, #1fbf94);
    --e4: light-dark(#b0578a, #d992b9);
    --e5: light-dark(#a87400, #e6a91f);
    --e6: light-dark(#2f86b8, #7cc8f0);
    --e7: light-dark(#857a00, #ded544);
    --on-epoch: light-dark(#ffffff, #10141a);
    font:
      14px/1.45 system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      sans-serif;
    color: var(--ink);
  }
  /* In forced colours we paint with the system's colours ourselves, for a browser would take away the fills that replicas,
     cells and the scrubber are made of. */
  @media (forced-colors: active) {
    :host {
      forced-color-adjust: none;
      --paper: Canvas;
      --card: Canvas;
      --ink: CanvasText;
      --soft: CanvasText;
      --line: CanvasText;
      --edge: CanvasText;
      --accent: LinkText;
      --bad: CanvasText;
      --good: CanvasText;
      --e0: CanvasText;
      --e1: CanvasText;
      --e2: CanvasText;
      --e3: CanvasText;
      --e4: CanvasText;
      --e5: CanvasText;
      --e6: CanvasText;
      --e7: CanvasText;
      --on-epoch: Canvas;
      background: Canvas;
    }
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
`;

/** How many colours there are for epochs; after the last, they begin again. What belongs to no epoch is grey. */
export const EPOCH_COLOURS = 7;

/** The class of an epoch's colour, the same wherever the epoch is shown. */
export function epochIndex(epoch: number): number {
  return epoch < 0 ? 0 : (epoch % EPOCH_COLOURS) + 1;
}

/** Sets `--c` to the colour of an epoch, by class `e0` to `e7`. */
export const epochs = css`
  .e0 {
    --c: var(--e0);
  }
  .e1 {
    --c: var(--e1);
  }
  .e2 {
    --c: var(--e2);
  }
  .e3 {
    --c: var(--e3);
  }
  .e4 {
    --c: var(--e4);
  }
  .e5 {
    --c: var(--e5);
  }
  .e6 {
    --c: var(--e6);
  }
  .e7 {
    --c: var(--e7);
  }
`;
