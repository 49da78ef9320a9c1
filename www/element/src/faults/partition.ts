import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { nodeWords } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { partitionLine } from "./groups.ts";

/** Above this many replicas the groups are written, not clicked. */
const MOST_LETTERS = 24;
/** How many groups there can be by clicking. */
const MOST_GROUPS = 8;

/** Parts the network into any number of groups: each replica's button goes on to the next group's letter. */
@customElement("cp-partition")
export class Partition extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** Each replica's group, from 0. */
  @state() private group = new Map<string, number>();

  static override styles = [
    controls,
    css`
      fieldset {
        border: 0;
        padding: 0;
        margin: 0 0 6px;
        min-width: 0;
      }
      legend {
        padding: 0;
        color: var(--soft);
        font-size: 12px;
        margin-bottom: 4px;
      }
      .letters {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
      .letters button {
        padding: 1px 6px;
        min-height: 30px;
        font-variant-numeric: tabular-nums;
      }
      .letters b {
        display: inline-block;
        min-width: 0.8em;
        color: var(--accent);
      }
      .letters button[data-group]:not([data-group="0"]) {
        border-color: var(--accent);
        border-style: dashed;
      }
      input {
        width: 100%;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 6px;
        margin-bottom: 6px;
      }
      .finger {
        display: none;
        width: 100%;
        margin-bottom: 6px;
      }
      @media (any-pointer: coarse) {
        .finger {
          display: block;
        }
      }
      .wall {
        display: none;
        font-size: 12px;
      }
      @media (pointer: fine) {
        .wall {
          display: block;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    if (!run?.frame) return nothing;
    const ids = run.replicas.map((node) => node.id);
    const parted = run.frame.groups.length > 0 || run.frame.cuts.length > 0;
    return ids.length > MOST_LETTERS ? this.written(run, ids, parted) : this.lettered(run, ids, parted);
  }

  private lettered(run: Run, ids: readonly string[], parted: boolean): TemplateResult {
    const groups = this.groups(ids);
    const part = () => run.act(partitionLine(groups));
    return html`<fieldset>
        <legend>${say("faults.press")}</legend>
        <div class="letters">
          ${ids.map((id) => {
            const group = this.group.get(id) ?? 0;
            return html`<button data-group=${group} @click=${() => this.next(id, ids)}>
              <span class="hidden">${nodeWords(id, run.descriptor).replace(/ \d+$/, "")}</span> ${id}<span
                class="hidden"
                >${say("faults.in-group")}</span
              >
              <b>${letter(group)}</b>
            </button>`;
          })}
        </div>
      </fieldset>
      <p class="soft wall">${say("faults.wall")}</p>
      <button class="finger" aria-pressed=${run.walling} @click=${() => run.setWalling(!run.walling)}>
        ${say(run.walling ? "faults.walling" : "faults.finger")}
      </button>
      <div class="pair">
        <button ?disabled=${groups.length < 2} @click=${part}>${say("faults.partition")}</button> ${heal(run, parted)}
      </div>`;
  }

  private written(run: Run, ids: readonly string[], parted: boolean): TemplateResult {
    const half = ids.slice(0, Math.floor(ids.length / 2));
    const part = (event: SubmitEvent) => {
      event.preventDefault();
      const text = new FormData(event.target as HTMLFormElement).get("groups");
      if (typeof text === "string" && text.trim()) void run.act(`partition ${text.replace(/\s+/g, " ").trim()}`);
    };
    return html`<form @submit=${part}>
      <fieldset>
        <legend>${say("faults.written")}</legend>
        <input
          type="text"
          name="groups"
          aria-label=${say("faults.groups")}
          spellcheck="false"
          .defaultValue=${half.join(" ")}
        />
      </fieldset>
      <div class="pair"><button>${say("faults.partition")}</button> ${heal(run, parted)}</div>
    </form>`;
  }

  /** The groups that have somebody in them. */
  private groups(ids: readonly string[]): string[][] {
    const all = Array.from({ length: MOST_GROUPS }, (_, group) =>
      ids.filter((id) => (this.group.get(id) ?? 0) === group),
    );
    return all.filter((group) => group.length > 0);
  }

  /** On to the next letter: one more than those in use, and then to the first again. */
  private next(id: string, ids: readonly string[]): void {
    const highest = Math.max(...ids.filter((other) => other !== id).map((other) => this.group.get(other) ?? 0), 0);
    const last = Math.min(MOST_GROUPS - 1, highest + 1);
    const group = (this.group.get(id) ?? 0) + 1;
    this.group = new Map(this.group).set(id, group > last ? 0 : group);
  }
}

function heal(run: Run, parted: boolean): TemplateResult {
  return html`<button type="button" ?disabled=${!parted} @click=${() => run.act("heal")}>
    ${say("faults.heal")}
  </button>`;
}

function letter(group: number): string {
  return String.fromCharCode(65 + group);
}
