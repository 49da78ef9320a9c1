/** Who has voted on what is not decided yet, who may still, and how many are needed. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import { capital } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { pending, type Pending } from "./pending.ts";
import { enough, have } from "./quorum-systems.ts";
import { epochIndex } from "../styles/tokens.ts";

/** How many pending decisions are shown at most, and how many voters of one as dots. */
const MOST = 8;
const MOST_DOTS = 24;

export const quorumStyles = css`
  table.votes {
    width: 100%;
    border-collapse: collapse;
    font-size: 13px;
  }
  .votes th {
    text-align: left;
    font-weight: 500;
    color: var(--soft);
    font-size: 12px;
    padding: 2px 8px 2px 0;
  }
  .votes td {
    padding: 3px 8px 3px 0;
    vertical-align: top;
    border-top: 1px solid var(--line);
  }
  .votes td:last-child,
  .votes th:last-child {
    padding-right: 0;
    white-space: nowrap;
    text-align: right;
  }
  .dots {
    display: flex;
    flex-wrap: wrap;
    gap: 3px;
  }
  .dots i {
    font:
      600 11px/17px system-ui,
      sans-serif;
    font-variant-numeric: tabular-nums;
    min-width: 20px;
    height: 20px;
    padding: 0 4px;
    border-radius: 10px;
    text-align: center;
    border: 1.5px solid var(--c);
    color: var(--ink);
  }
  .dots i.have {
    background: var(--c);
    color: var(--on-epoch);
  }
  .dots i.coming {
    border-style: dashed;
    background: color-mix(in srgb, var(--c) 25%, transparent);
  }
  .dots i.cannot {
    border-style: dotted;
    border-color: var(--edge);
    color: var(--soft);
    text-decoration: line-through;
  }
  .said {
    font-size: 13px;
    margin-bottom: 4px;
  }
  .stuck {
    color: var(--warn);
    font-size: 13px;
  }
`;

/** The table of pending decisions, and a plain sentence where no quorum can be had. */
export function quorums(run: Run): TemplateResult {
  const all = pending(run);
  const sentence = run.frame?.progress.sentence;
  return html`${sentence ? html`<p class="said" lang="en">${capital(sentence)}</p>` : nothing}
  ${all.length === 0 ? html`<p class="soft">${say("inspector.no-vote")}</p>` : table(all)}
  ${all.length > MOST ? html`<p class="soft">${say("faults.more", { count: all.length - MOST })}</p>` : nothing}`;
}

function table(all: readonly Pending[]): TemplateResult {
  return html`<table class="votes">
    <thead>
      <tr>
        <th scope="col">${say("inspector.at")}</th>
        <th scope="col">${say("inspector.for")}</th>
        <th scope="col">${say("inspector.standing")}</th>
        <th scope="col">${say("inspector.of")}</th>
      </tr>
    </thead>
    <tbody>
      ${all.slice(0, MOST).map((one) => row(one))}
    </tbody>
  </table>`;
}

function row({ collector, tally, coming, may, cannot }: Pending): TemplateResult {
  const votes = tally.votes.map(String);
  const open = coming.length + may.length;
  const short = !enough(tally, [...tally.votes, ...[...coming, ...may].map(Number)]);
  return html`<tr class="e${epochIndex(collector.replica?.epoch ?? -1)}">
    <td>${collector.id}</td>
    <td>${tally.about}${short ? html`<br /><span class="stuck">${say("inspector.stuck")}</span>` : nothing}</td>
    <td>
      ${
        votes.length + open + cannot.length <= MOST_DOTS
          ? html`<div class="dots" aria-hidden="true">
              ${votes.map((id) => html`<i class="have">${id}</i>`)}
              ${coming.map((id) => html`<i class="coming" title=${say("inspector.on-its-way")}>${id}</i>`)}
              ${may.map((id) => html`<i>${id}</i>`)} ${cannot.map((id) => html`<i class="cannot">${id}</i>`)}
            </div>`
          : html`<span aria-hidden="true"
              >${say("inspector.in-numbers", { votes: votes.length, coming: coming.length, may: may.length, cannot: cannot.length })}</span
            >`
      }
      <span class="hidden"
        >${say("inspector.in-names", { votes: list(votes), coming: list(coming), may: list(may), cannot: list(cannot) })}</span
      >
    </td>
    <td>${say("inspector.have-of", { have: have(tally, tally.votes), needed: tally.needed })}</td>
  </tr>`;
}

const list = (names: readonly string[]) => (names.length > 0 ? names.join(", ") : say("inspector.none"));
