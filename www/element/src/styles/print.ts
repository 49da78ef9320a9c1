import { css } from "lit";

/** On paper there is the picture and what is said about it, dark on white: nothing that only works when it is pressed. */
export const printStyles = css`
  @media print {
    :host {
      color-scheme: light;
      break-inside: avoid;
      /* Firefox 153 prints an empty page of a container that it may not break. */
      container-type: normal;
    }
    cp-header,
    cp-prediction,
    .welcome button,
    .bar,
    .alerts,
    .panel,
    .left,
    .right,
    cp-transport,
    cp-controls,
    cp-present {
      display: none !important;
    }
    .app.full,
    .app.compact,
    .app.lesson {
      display: block;
      height: auto;
      min-height: 0;
      overflow: visible;
    }
    .app .view {
      height: auto;
    }
  }
`;
