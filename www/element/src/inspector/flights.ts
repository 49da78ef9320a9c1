import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Fate, type Flights } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { duration, moment, nodeId, plain } from "@consensus-playground/engine/format.ts";
import { Roving, rove } from "../page/roving.ts";
import { messageButtons } from "../stage/actions.ts";
import { messageIcon } from "../stage/glyphs.ts";
import { controls } from "../styles/controls.ts";
import { epochIndex, epochs } from "../styles/tokens.ts";
import { listStyles } from "./list-styles.ts";

const MOST = 30;

/** Messages in flight as a list, the next to arrive first. The chosen one shows itself in full, with what can be done to it. */
@customElement("cp-flights")
export class FlightList extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    epochs,
    listStyles,
    css`
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
        overflow-wrap: anywhere;
      }
      .says {
        color: var(--soft);
        margin-left: 4px;
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
    `,
  ];

  protected readonly watch = new Watch(this);
  private readonly roving = new Roving(() => this.requestUpdate());
  /** Where in the list the focus was, for when its message has gone. */
  private focusedAt = -1;

  protected override render(): TemplateResult {
    const { run } = this;
    const flights = run?.frame?.flights;
    if (!run || !flights) return html``;
    const rows = inOrder(flights);
    const chosen = rows.findIndex((row) => flights.id[row] === run.message);
    const shown = rows.filter((_, place) => place < MOST || place === chosen);
    const names = shown.map((row) => String(flights.id[row]));
    if (shown.length === 0) return html`<p class="soft" tabindex="-1">${say("inspector.no-message")}</p>`;
    return html`<ul
        class="list"
        aria-label=${say("inspector.in-flight-list")}
        @keydown=${(event: KeyboardEvent) => rove(event, "[data-message]")}
      >
        ${repeat(
          shown,
          (row) => flights.id[row],
          (row, place) => this.flight(run, flights, row, names, place),
        )}
      </ul>
      ${rows.length > shown.length ? html`<p class="soft">${say("faults.more", { count: rows.length - shown.length })}</p>` : nothing}`;
  }

  protected override willUpdate(): void {
    const active = this.shadowRoot?.activeElement?.closest("li");
    this.focusedAt = active ? [...(active.parentElement?.children ?? [])].indexOf(active) : -1;
  }

  /** Where the message that had the focus has gone, the next one gets it, so that a keyboard never falls out of the list. */
  protected override updated(): void {
    if (this.focusedAt < 0 || this.shadowRoot?.activeElement) return;
    const left = [...this.renderRoot.querySelectorAll<HTMLElement>("[data-message]")];
    (left[Math.min(this.focusedAt, left.length - 1)] ?? this.renderRoot.querySelector<HTMLElement>("p"))?.focus();
  }

  private flight(run: Run, flights: Flights, row: number, names: readonly string[], place: number): TemplateResult {
    const id = flights.id[row] ?? 0;
    const info = run.messageInfo(flights.kind[row] ?? 0);
    const chosen = id === run.message;
    const due = flights.due[row] ?? Infinity;
    const [from, to] = [nodeId(flights.from[row] ?? 0), nodeId(flights.to[row] ?? 0)];
    const name = names[place] ?? "";
    return html`<li class="e${epochIndex(flights.epoch[row] ?? -1)}">
      <button
        aria-expanded=${chosen}
        data-message=${id}
        tabindex=${this.roving.tabindex(name, names)}
        @focus=${() => this.roving.focused(name)}
        @click=${() => run.selectMessage(chosen ? null : id)}
      >
        ${messageIcon(info?.glyph ?? "box", info?.reply ?? false)}
        <span class="text"
          >${plain(info?.name ?? say("inspector.message"))} ${from} →
          ${to}${flights.twin[row] ? ` (${say("inspector.twin")})` : ""}
          <span class="says">${saysBeyond(info?.name ?? "", run.labels.get(id) ?? "")}</span></span
        >
        <span class="when"
          >${Number.isFinite(due) && !run.frame?.manual ? duration(Math.max(0, due - (run.frame?.now ?? 0))) : say("inspector.waits")}</span
        >
      </button>
      ${chosen ? this.acts(run, id, info?.about ?? "", flights.sent[row] ?? 0) : nothing}
    </li>`;
  }

  private acts(run: Run, id: number, about: string, sent: number): TemplateResult {
    const fields = run.detail?.id === id ? run.detail.fields : [];
    return html`<div class="acts">
      <p>${run.labels.get(id) ?? ""}</p>
      ${
        fields.length > 0
          ? html`<p>
              ${fields.map(({ name, value }) => html`<span class="field"><span class="soft">${plain(name)}</span> ${value}</span> `)}
            </p>`
          : nothing
      }
      <p class="soft"><span lang="en">${about}</span> ${say("inspector.sent", { id, time: moment(sent) })}</p>
      ${messageButtons(run, id)}
    </div>`;
  }
}

/** What a message says, as at the picture, without its kind's name where it begins with that: `1.1 red` of `accept 1.1 red`. */
function saysBeyond(kind: string, label: string): string {
  const name = plain(kind);
  if (label === name) return "";
  return label.startsWith(`${name} `) ? label.slice(name.length + 1) : label;
}

/** The rows of what flies, the next to arrive first; where nobody knows, the oldest first. */
function inOrder(flights: Flights): number[] {
  return [...flights.id.keys()]
    .filter((row) => (flights.fate[row] as Fate) === Fate.Flying)
    .sort((a, b) => {
      const [dueA, dueB] = [flights.due[a] ?? 0, flights.due[b] ?? 0];
      return dueA === dueB ? (flights.id[a] ?? 0) - (flights.id[b] ?? 0) : dueA - dueB;
    });
}
