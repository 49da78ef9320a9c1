/** What the canvas shows, once more as lists: messages in flight, with what can be done to them, and recent events. */
import { css, html, nothing, type TemplateResult } from "lit";
import { Fate } from "../engine/types.ts";
import type { Run } from "../engine/run.ts";
import { duration, moment, nodeId, plain } from "../format.ts";
import { messageIcon } from "../stage/glyphs.ts";
import { epochIndex } from "../styles/tokens.ts";

const MOST_FLIGHTS = 30;
const MOST_EVENTS = 25;
/** By how much `Delay` puts a message off. */
const DELAY = "50ms";

export const listStyles = css`
  ul.list {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 2px;
  }
  .list li > button {
    width: 100%;
    display: flex;
    gap: 8px;
    align-items: center;
    text-align: left;
    min-height: 30px;
    padding: 2px 8px;
    font-size: 13px;
    background: none;
    border-color: transparent;
  }
  .list li > button[aria-expanded="true"],
  .list li > button[aria-current="true"] {
    background: var(--card);
    border-color: var(--edge);
  }
  .list .text {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .list .when {
    color: var(--soft);
    font-size: 12px;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .glyph {
    flex: none;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    padding: 4px 8px 8px;
  }
  .acts p {
    width: 100%;
    margin: 0;
    font-size: 13px;
  }
  .field {
    display: inline-block;
    margin-right: 8px;
  }
  .acts button {
    font-size: 12px;
    min-height: 28px;
    padding: 2px 8px;
  }
  .milestone {
    font-weight: 600;
  }
`;

/** Messages in flight, the next to arrive first. The chosen one shows itself in full. */
export function flightList(run: Run): TemplateResult {
  const flights = run.frame?.flights;
  if (!flights) return html``;
  const rows = [...flights.id.keys()]
    .filter((row) => (flights.fate[row] as Fate) === Fate.Flying || flights.id[row] === run.message)
    .sort((a, b) => (flights.due[a] ?? 0) - (flights.due[b] ?? 0) || (flights.id[a] ?? 0) - (flights.id[b] ?? 0));
  if (rows.length === 0) return html`<p class="soft">No message is on its way.</p>`;
  const chosen = rows.findIndex((row) => flights.id[row] === run.message);
  const shown = rows.filter((_, place) => place < MOST_FLIGHTS || place === chosen);
  return html`<ul class="list" aria-label="Messages in flight">
      ${shown.map((row) => flight(run, row))}
    </ul>
    ${rows.length > shown.length ? html`<p class="soft">and ${rows.length - shown.length} more</p>` : nothing}`;
}

function flight(run: Run, row: number): TemplateResult {
  const flights = run.frame?.flights;
  const id = flights?.id[row] ?? 0;
  const info = run.messageInfo(flights?.kind[row] ?? 0);
  const chosen = id === run.message;
  const due = flights?.due[row] ?? Infinity;
  const [from, to] = [nodeId(flights?.from[row] ?? 0), nodeId(flights?.to[row] ?? 0)];
  return html`<li class="e${epochIndex(flights?.epoch[row] ?? -1)}">
    <button aria-expanded=${chosen} data-message=${id} @click=${() => run.selectMessage(chosen ? null : id)}>
      ${messageIcon(info?.glyph ?? "box", info?.reply ?? false)}
      <span class="text">${plain(info?.name ?? "message")} ${from} → ${to}${flights?.twin[row] ? " (twin)" : ""}</span>
      <span class="when">${Number.isFinite(due) ? duration(Math.max(0, due - (run.frame?.now ?? 0))) : "waits"}</span>
    </button>
    ${chosen ? messageActs(run, id, info?.about ?? "", flights?.sent[row] ?? 0) : nothing}
  </li>`;
}

function messageActs(run: Run, id: number, about: string, sent: number): TemplateResult {
  const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
  return html`<div class="acts">
    <p>${run.labels.get(id) ?? ""}</p>
    ${
      run.detail?.id === id && run.detail.fields.length > 0
        ? html`<p>
            ${run.detail.fields.map(({ name, value }) => html`<span class="field"><span class="soft">${plain(name)}</span> ${value}</span> `)}
          </p>`
        : nothing
    }
    <p class="soft">${about} Message ${id}, sent at ${moment(sent)}.</p>
    ${act("Deliver now", `deliver m${id}`)} ${act("Drop", `drop m${id}`)} ${act("Duplicate", `duplicate m${id}`)}
    ${run.frame?.manual ? nothing : act(`Delay by ${DELAY}`, `delay m${id} by ${DELAY}`)}
  </div>`;
}

/** The last events, the latest first; choosing one goes there. */
export function eventList(run: Run): TemplateResult {
  const at = run.frame?.event ?? 0;
  const events = run.record.events.filter((event) => event.id <= at).slice(-MOST_EVENTS);
  if (events.length === 0) return html`<p class="soft">Nothing has happened yet.</p>`;
  return html`<ul class="list" aria-label="Recent events">
    ${events.reverse().map(
      (event) =>
        html`<li>
          <button aria-current=${event.id === at} @click=${() => run.seek(event.id)}>
            <span class="text ${event.milestone || event.violation ? "milestone" : ""}"
              >${event.violation ? "✕ " : event.milestone ? "◆ " : ""}${event.title}</span
            >
            <span class="when">#${event.id} · ${moment(event.at)}</span>
          </button>
        </li>`,
    )}
  </ul>`;
}
