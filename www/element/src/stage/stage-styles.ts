import { css } from "lit";

export const stageStyles = css`
  :host {
    display: block;
    position: relative;
    min-height: 0;
    overflow: hidden;
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .node {
    position: absolute;
    transform: translate(-50%, -50%);
    padding: 0;
    border: 0;
    background: none;
    border-radius: 50%;
    min-height: 0;
    display: grid;
    place-items: center;
  }
  .node[aria-pressed="true"]::before {
    content: "";
    position: absolute;
    inset: -13px;
    border-radius: 50%;
    border: 2px dashed var(--accent);
  }
  .node:focus-visible {
    outline-offset: 9px;
  }
  .node.small .face b {
    font-size: 9px;
    font-weight: 600;
  }
  .node.small:focus-visible {
    outline-offset: 1px;
  }
  .node.small[aria-pressed="true"]::before,
  .node.small.concerned::after {
    inset: -2px;
  }
  .crowd {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .crowd:focus-visible {
    outline: none;
  }
  .crowd > div {
    position: absolute;
    width: calc(2 * var(--r) + 8px);
    height: calc(2 * var(--r) + 8px);
    transform: translate(-50%, -50%);
    border-radius: 50%;
  }
  .crowd:focus-visible > div {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .node.crashed {
    --c: var(--edge);
  }
  .node.paused .disc {
    opacity: 0.7;
  }
  .disc {
    position: absolute;
    left: 50%;
    top: 50%;
    transform: translate(-50%, -50%);
    pointer-events: none;
    overflow: visible;
  }
  .face {
    position: relative;
    display: grid;
    justify-items: center;
    line-height: 1.1;
  }
  .face b {
    font-size: clamp(10px, calc(var(--r) * 0.56), 17px);
    font-weight: 650;
  }
  .face i {
    font-style: normal;
    font-size: 11px;
    color: var(--soft);
    max-width: calc(var(--r) * 1.8);
    overflow: hidden;
    white-space: nowrap;
  }
  .lead.up .face,
  .lead.up .face i,
  .lead.paused .face,
  .lead.paused .face i {
    color: var(--on-epoch);
  }
  .crashed .face {
    color: var(--on-dead);
  }
  .disc :is(circle, path) {
    transition: fill 500ms;
  }
  .ring {
    position: absolute;
    inset: -7px;
    border-radius: 50%;
    border: 3px solid var(--c, var(--accent));
    opacity: 0;
    pointer-events: none;
  }
  @media (prefers-reduced-motion: reduce) {
    .disc :is(circle, path) {
      transition: none;
    }
  }
  .crashed .face i {
    display: none;
  }
  .client {
    border-radius: 9px;
    border: 1.5px solid var(--edge);
    background: var(--card);
  }
  .client[aria-pressed="true"]::before {
    border-radius: 14px;
    inset: -8px;
  }
  .client .face b {
    font-size: 12px;
  }
  .caption {
    position: absolute;
    display: grid;
    font-size: 12px;
    line-height: 1.3;
    color: var(--soft);
    white-space: nowrap;
    pointer-events: none;
    text-shadow:
      0 0 3px var(--paper),
      0 0 3px var(--paper),
      0 0 3px var(--paper);
  }
  .right .caption {
    left: calc(50% + var(--reach));
    top: 50%;
    transform: translateY(-50%);
    text-align: left;
  }
  .left .caption {
    right: calc(50% + var(--reach));
    top: 50%;
    transform: translateY(-50%);
    text-align: right;
  }
  .low:is(.left, .right) .caption {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .low.left .caption {
    flex-direction: row-reverse;
  }
  .low:is(.left, .right) .votes i {
    display: none;
  }
  .above .caption,
  .below .caption {
    left: 50%;
    transform: translateX(-50%);
    justify-items: center;
    text-align: center;
  }
  .above .caption {
    bottom: calc(50% + var(--reach));
  }
  .above.lead:not(.crashed) .caption {
    bottom: calc(50% + var(--reach) + 12px);
  }
  .below .caption {
    top: calc(50% + var(--reach));
  }
  .below:has(.decided) .caption {
    top: calc(50% + var(--reach) + 4px);
  }
  .client.below .caption {
    top: calc(50% + var(--reach) - 8px);
  }
  .client .caption {
    max-width: 100px;
    white-space: normal;
    width: max-content;
    font-size: 11px;
    line-height: 1.2;
  }
  .votes {
    display: inline-flex;
    gap: 3px;
    align-items: center;
    font-size: 11px;
    justify-self: inherit;
  }
  .left .votes {
    justify-content: flex-end;
  }
  .votes i {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    border: 1.5px solid var(--c);
  }
  .votes i.coming {
    border-style: dashed;
    background: color-mix(in srgb, var(--c) 35%, transparent);
  }
  canvas.walling {
    touch-action: none;
    cursor: crosshair;
  }
  .twin {
    position: absolute;
    right: -10px;
    top: -8px;
    padding: 0 5px;
    border-radius: 9px;
    border: 1.5px solid var(--ink);
    background: var(--card);
    color: var(--ink);
    font-size: 11px;
    font-weight: 650;
    line-height: 16px;
  }
  .votes i.have {
    background: var(--c);
  }
  .votes.numbered i {
    width: 14px;
    height: 14px;
    font:
      600 10px/11px system-ui,
      sans-serif;
    text-align: center;
    text-shadow: none;
    color: var(--on-epoch);
  }
  @container playground (max-width: 760px) {
    .votes.numbered i {
      width: 8px;
      height: 8px;
      font-size: 0;
    }
  }
  .concerned::after {
    content: "";
    position: absolute;
    inset: -10px;
    border-radius: 50%;
    border: 3px double var(--bad);
    pointer-events: none;
  }
  .tip {
    position: absolute;
    transform: translateX(-50%);
    max-width: 220px;
    width: max-content;
    padding: 6px 10px;
    font-size: 12px;
    background: var(--card);
    border: 1px solid var(--edge);
    border-radius: 8px;
    pointer-events: none;
    z-index: 3;
    overflow-wrap: anywhere;
  }
`;
