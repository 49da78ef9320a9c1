import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { EventView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { moment } from "@consensus-playground/engine/format.ts";
import { Roving, rove } from "../page/roving.ts";
import { controls } from "../styles/controls.ts";
import { listStyles } from "./list-styles.ts";

const MOST = 25;

/** What of the record is listed. */
const FILTERS = {
  "all-events": () => true,
  milestones: (event: EventView) => event.milestone || event.violation,
  decisions: (event: EventView) => event.decided > 0,
};
type Filter = keyof typeof FILTERS;

/** The last events as a list, the latest first; choosing one goes there, and the narrator says how it came about. */
@customElement("cp-events")
export class EventList extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private filter: Filter = "all-events";

  static override styles = [
    controls,
    listStyles,
    css`
      select {
        font-size: 12px;
        min-height: 28px;
        padding: 2px 6px;
        margin-bottom: 4px;
      }
      .milestone {
        font-weight: 600;
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private readonly roving = new Roving(() => this.requestUpdate());

  protected override render(): TemplateResult {
    const { run } = this;
    const at = run?.event ?? 0;
    const keep = FILTERS[this.filter];
    const events = (run?.record.events ?? [])
      .filter((event) => event.id <= at && keep(event))
      .slice(-MOST)
      .reverse();
    const names = events.map((event) => String(event.id));
    return html`<select
        aria-label=${say("inspector.which")}
        @change=${(event: Event) => (this.filter = (event.target as HTMLSelectElement).value as Filter)}
      >
        ${(Object.keys(FILTERS) as Filter[]).map((name) => html`<option value=${name} ?selected=${name === this.filter}>${say(`inspector.${name}`)}</option>`)}
      </select>
      ${
        events.length === 0
          ? html`<p class="soft">${say("inspector.none-yet")}</p>`
          : html`<ul
              class="list"
              aria-label=${say("inspector.recent")}
              @keydown=${(event: KeyboardEvent) => rove(event, "[data-event]")}
            >
              ${repeat(
                events,
                (event) => event.id,
                (event) => this.event(event, event.id === at, names),
              )}
            </ul>`
      }`;
  }

  private event(event: EventView, here: boolean, names: readonly string[]): TemplateResult {
    const name = String(event.id);
    const mark = event.violation ? "✕ " : event.milestone ? "◆ " : "";
    return html`<li>
      <button
        aria-current=${here}
        data-event=${name}
        tabindex=${this.roving.tabindex(name, names)}
        @focus=${() => this.roving.focused(name)}
        @click=${() => this.run?.seek(event.id)}
      >
        <span class="text ${mark ? "milestone" : ""}" lang="en">${mark}${event.title}</span>
        <span class="when"
          >${event.decided > 0 ? `${say("inspector.decided")} · ` : ""}#${event.id} · ${moment(event.at)}</span
        >
      </button>
    </li>`;
  }
}
