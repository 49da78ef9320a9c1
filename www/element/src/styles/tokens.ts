import { css } from "lit";

export { EPOCH_COLOURS, epochIndex } from "./colours.ts";

/** Colours and measures. They live on the element alone; a host page's own style sheet stays untouched. */
export const tokens = css`
  /* Light or dark is the host page's choice, which is inherited, unless a theme is set. */
  :host {
    --paper: light-dark(#fbfaf7, #14171d);
    --card: light-dark(#ffffff, #1b1f27);
    --ink: light-dark(#1c2330, #e7eaf0);
    --soft: light-dark(#566070, #a2adbd);
    --line: light-dark(#e0dbd1, #303744);
    --edge: light-dark(#8b8f98, #6d7787);
    --accent: light-dark(#0b63a5, #6db7f0);
    /* Red: a broken property, and nothing else but a value of that name. What was refused or can't be had is brown, and says so. */
    --bad: light-dark(#c0102a, #ff7482);
    --warn: light-dark(#7d5600, #e8b84c);
    /* A crashed replica. */
    --dead: light-dark(#4b5260, #07090d);
    --on-dead: light-dark(#dfe3ea, #8f99a8);
    --good: light-dark(#00704f, #3fc79a);
    /* After Okabe and Ito's hues, without red; their lightness keeps every line at a contrast of 3 : 1 to the paper. */
    --e0: light-dark(#6f7682, #9aa5b5);
    --e1: light-dark(#0072b2, #56a8e0);
    --e2: light-dark(#966700, #e6a91f);
    --e3: light-dark(#007f65, #1fbf94);
    --e4: light-dark(#9c4fa8, #d993e4);
    --e5: light-dark(#6554c0, #a597f7);
    --e6: light-dark(#2a7aa9, #7cc8f0);
    --e7: light-dark(#756b00, #ded544);
    /* Rival values, in the order in which they come up; neighbours differ most. */
    --v0: var(--e1);
    --v1: var(--e2);
    --v2: var(--e3);
    --v3: var(--e4);
    --v4: var(--e7);
    --v5: var(--e5);
    --v6: var(--e6);
    --v7: light-dark(#b3391f, #ff8b6b);
    --on-epoch: light-dark(#ffffff, #10141a);
    font:
      14px/1.45 system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      sans-serif;
    color: var(--ink);
    /* What a slide deck or a centred column would hand down. */
    text-align: start;
    text-indent: 0;
    text-transform: none;
    text-shadow: none;
    letter-spacing: normal;
    word-spacing: normal;
    word-break: normal;
    white-space: normal;
    hyphens: manual;
    cursor: auto;
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
      --v7: CanvasText;
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

/** Sets `--c` to the colour of an epoch, by class `e0` to `e7`, or of a value, by class `v0` to `v7`. */
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
  .v0 {
    --c: var(--v0);
  }
  .v1 {
    --c: var(--v1);
  }
  .v2 {
    --c: var(--v2);
  }
  .v3 {
    --c: var(--v3);
  }
  .v4 {
    --c: var(--v4);
  }
  .v5 {
    --c: var(--v5);
  }
  .v6 {
    --c: var(--v6);
  }
  .v7 {
    --c: var(--v7);
  }
`;
