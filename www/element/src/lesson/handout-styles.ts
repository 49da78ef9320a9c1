import { css } from "lit";

/** On paper there is the handout and nothing else. */
export const handoutStyles = css`
  .handout {
    display: none;
  }
  @media print {
    :host {
      color-scheme: light;
      background: none;
      container: none;
    }
    .lesson {
      display: none !important;
    }
    .handout {
      display: block;
      color: #000;
      font-size: 11pt;
      line-height: 1.4;
    }
    .handout h1 {
      font-size: 18pt;
      margin: 0 0 8pt;
    }
    .handout p {
      margin: 0 0 6pt;
    }
    .handout .box {
      display: block;
      border: 1pt solid #555;
      border-radius: 4pt;
      padding: 6pt 10pt;
      margin: 8pt 0;
      box-shadow: none;
      background: none;
      break-inside: avoid;
    }
    .handout figure {
      margin: 6pt 0;
      break-inside: avoid;
    }
    .handout figcaption {
      font-size: 9pt;
      color: #444;
    }
    /* What happened is part of the answer: whoever looks only before they guess keeps it folded down. */
    .handout .drawing {
      width: 100%;
      max-height: 6.4cm;
      fill: none;
      stroke: #000;
      stroke-width: 1.2;
    }
    .handout .drawing text {
      stroke: none;
      fill: #000;
      font-size: 11px;
    }
    .handout .drawing .id {
      font-size: 17px;
      font-weight: 600;
    }
    .handout .drawing .kind {
      font-size: 9px;
      fill: #555;
    }
    .handout .drawing circle {
      fill: #fff;
    }
    .handout .drawing .down {
      stroke-dasharray: 4 3;
      fill: #ddd;
    }
    .handout .drawing .way {
      stroke: #777;
    }
    .handout .drawing path {
      fill: #777;
      stroke: none;
    }
    .handout .drawing .cut line {
      stroke-dasharray: 2 5;
    }
    .handout .lines hr {
      border: 0;
      border-bottom: 0.7pt solid #888;
      height: 20pt;
      margin: 0;
    }
    .handout .page {
      break-before: page;
    }
    .handout pre {
      font-size: 9pt;
      white-space: pre-wrap;
    }
  }
`;
