import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { duration, isClient, nodeName, part, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { epochs } from "../styles/tokens.ts";
import { jumpStyles, jumps } from "./jumps.ts";
import { structures, structureStyles } from "./structures/panels.ts";
import { rulesPane, rulesStyles } from "./rules-pane.ts";
import { difference, differenceStyles } from "./difference.ts";
import { quorums, quorumStyles } from "./quorums.ts";
import { foldStyles } from "../faults/folds.ts";
import { measuresElections } from "../lab/about.ts";
import "./costs.ts";
import "./events.ts";
import "./flights.ts";

/** Structures that show all replicas in one picture: it tells more than any one's state, so it comes first. */
const WHOLE: ReadonlySet<string> = new Set(["population", "points"]);

/** The selected replica's state, the rule at work, all logs, and everything on the stage as lists. */
@customElement("cp-inspector")
export class Inspector extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    epochs,
    structureStyles,
    rulesStyles,
    quorumStyles,
    differenceStyles,
    foldStyles,
    jumpStyles,
    css`
      :host {
        display: block;
      }
      dl {
        display: grid;
        grid-template-columns: fit-content(50%) minmax(0, 1fr);
        gap: 2px 12px;
        margin: 0;
      }
      dt {
        color: var(--soft);
      }
      dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      .changed dd,
      dd.changed {
        font-weight: 650;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const { run } = this;
    if (!run?.frame) return html``;
    const node = run.nodes.get(run.selected ?? "") ?? this.shownByItself(run);
    const [kind] = run.descriptor?.structures ?? [];
    const part = (id: "votes" | "rule" | "in-flight" | "recent" | "costs") =>
      html`<h2 data-part=${id} tabindex="-1">${say(`inspector.${id}`)}</h2>`;
    const built = html`<span data-part="built" tabindex="-1"></span>${structures(run)}`;
    const whole = kind !== undefined && WHOLE.has(kind.kind);
    const jump = kind ? [{ id: "built", name: say(`inspector.kind-${kind.kind}`) }] : [];
    return html`
      ${jumps(
        [
          ...(whole ? jump : []),
          { id: "state", name: say("inspector.state") },
          { id: "votes", name: say("inspector.votes") },
          { id: "rule", name: say("inspector.rule") },
          ...(whole ? [] : jump),
          { id: "in-flight", name: say("inspector.in-flight") },
          { id: "recent", name: say("inspector.recent") },
          { id: "costs", name: say("inspector.costs") },
        ],
        () => this.renderRoot,
      )}
      ${whole ? built : nothing}
      <div data-part="state" tabindex="-1">${node ? this.details(run, node) : nothing}</div>
      ${difference(run)} ${part("votes")} ${quorums(run)} ${part("rule")} ${rulesPane(run)} ${whole ? nothing : built}
      ${part("in-flight")}
      <cp-flights .run=${run}></cp-flights>
      ${part("recent")}
      <cp-events .run=${run}></cp-events>
      ${part("costs")}
      <cp-costs .run=${run}></cp-costs>
      ${this.fold(say("inspector.histories"), () => import("../timeline/histories.ts"), html`<cp-histories .run=${run}></cp-histories>`)}
      ${
        run.descriptor?.folds
          ? this.fold(say("inspector.fold"), () => import("./log-and-state.ts"), html`<cp-fold .run=${run}></cp-fold>`)
          : nothing
      }
      ${
        measuresElections(run.descriptor)
          ? this.fold(say("inspector.lab"), () => import("../lab/elections.ts"), html`<cp-elections></cp-elections>`)
          : nothing
      }
    `;
  }

  private opened = new Set<string>();

  /** A panel whose code is loaded when it is first unfolded. */
  private fold(title: string, load: () => Promise<unknown>, content: TemplateResult): TemplateResult {
    const toggled = (event: Event) => {
      if ((event.target as HTMLDetailsElement).open && !this.opened.has(title)) void loaded();
    };
    const loaded = async () => {
      this.opened.add(title);
      this.requestUpdate();
      if (await this.run?.part(title, load, loaded)) return;
      this.opened.delete(title);
      this.requestUpdate();
    };
    return html`<details class="fold" @toggle=${toggled}>
      <summary><h2>${title}</h2></summary>
      ${this.opened.has(title) ? content : nothing}
    </details>`;
  }

  /** With nothing selected, the replica of the event at hand. */
  private shownByItself(run: Run): NodeView | undefined {
    const event = run.record.events.find((one) => one.id === run.explanation?.event);
    return run.nodes.get(event?.node ?? "") ?? run.replicas[0];
  }

  private details(run: Run, node: NodeView): TemplateResult {
    const name = nodeName(node.id, run.descriptor);
    const view = node.replica;
    const what = node.health !== "up" ? node.health : view ? part(view.role, run.descriptor) : node.doing;
    const event = run.record.events.find((one) => one.id === run.explanation?.event);
    const changes = new Map(
      event?.node === node.id ? run.explanation?.changes.map(([field, was]) => [field, was]) : [],
    );
    const about = (field: string) => run.descriptor?.fields.find((word) => word.name === field)?.about ?? "";
    return html`<h2>${name}${node.second ? `, ${say("inspector.first")}` : ""}${what ? ` · ${what}` : ""}</h2>
      <dl>
        ${view?.fields.map(
          (field) =>
            html`<dt title=${about(field.name)}>${plain(field.name)}</dt>
              <dd class=${changes.has(field.name) ? "changed" : ""}>
                ${field.value === "" ? "–" : field.value}${changes.get(field.name) ? html` <span class="soft">${say("inspector.was", { value: changes.get(field.name) ?? "" })}</span>` : nothing}
              </dd>`,
        )}
        ${node.timers.map(
          (timer) =>
            html`<dt>${plain(timer.name)}</dt>
              <dd>${timerText(timer.set, timer.due, run.frame?.now ?? 0)}</dd>`,
        )}
        ${
          node.byzantine
            ? html`<dt>${say("inspector.byzantine")}</dt>
                <dd>${plain(node.byzantine)}</dd>`
            : nothing
        }
        ${
          node.rate === 1
            ? nothing
            : html`<dt>${say("inspector.clock")}</dt>
                <dd>${say("inspector.true-time", { rate: node.rate })}</dd>`
        }
        ${
          isClient(node.id) && !node.doing
            ? html`<dt>${say("inspector.requests")}</dt>
                <dd>${say("inspector.no-request")}</dd>`
            : nothing
        }
      </dl>
      ${this.second(name, node, about)}`;
  }

  /** What the other of two incarnations has come to; what differs from the first is set off. */
  private second(
    name: string,
    { second, replica }: NodeView,
    about: (field: string) => string,
  ): TemplateResult | typeof nothing {
    if (!second) return nothing;
    const first = new Map(replica?.fields.map((field) => [field.name, String(field.value)]));
    return html`<h2>${name}, ${say("inspector.second")} · ${plain(second.replica.role)}</h2>
      <p class="soft">${say("inspector.shown-to", { peers: second.shownTo.join(", ") || say("faults.nobody") })}</p>
      <dl>
        ${second.replica.fields.map(
          (field) =>
            html`<dt title=${about(field.name)}>${plain(field.name)}</dt>
              <dd class=${first.get(field.name) === String(field.value) ? "" : "changed"}>
                ${field.value === "" ? "–" : field.value}
              </dd>`,
        )}
        ${second.replica.structures.map(
          ({ kind, cells }) =>
            html`<dt>${kind}</dt>
              <dd>${cells.map((cell) => cell.label).join(" ") || "–"}</dd>`,
        )}
      </dl>`;
  }
}

function timerText(set: number, due: number, now: number): string {
  if (!Number.isFinite(due)) return say("inspector.by-hand");
  return say("inspector.left", { left: duration(Math.max(0, due - now)), whole: duration(due - set) });
}
