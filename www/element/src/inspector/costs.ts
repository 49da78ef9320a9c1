import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { EventView, MessageView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, isClient } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";

/** What one decision has cost so far. */
export interface Cost {
  /** The deciding event. */
  event: number;
  /** How many messages between replicas lie on the way to it, one after the other. */
  delays: number;
  /** Messages between replicas that its first sender's step led to, one message leading to the next. */
  messages: number;
}

/**
 * Reads a decision's costs off the record: back from the decision, delivery by delivery, to the step that no replica's
 * message caused; and forth again along all deliveries. `undefined` where the record does not reach back that far.
 */
export function costOf(
  decision: EventView,
  events: readonly EventView[],
  messages: readonly MessageView[],
): Cost | undefined {
  const [byEvent, byMessage] = [
    new Map(events.map((one) => [one.id, one])),
    new Map(messages.map((one) => [one.id, one])),
  ];
  const between = (message: MessageView) =>
    !isClient(message.from) && !isClient(message.to) && message.from !== message.to;
  let [root, delays] = [decision, 0];
  for (;;) {
    const message = root.what === "deliver" ? byMessage.get(root.message) : undefined;
    if (root.what === "deliver" && !message) return undefined;
    if (!message || !between(message)) break;
    const sender = byEvent.get(message.cause);
    if (!sender) return undefined;
    [root, delays] = [sender, delays + 1];
  }
  const reached = new Set([root.id]);
  const delivered = new Map<number, number[]>();
  for (const event of events) {
    if (event.what !== "deliver") continue;
    const list = delivered.get(event.message) ?? [];
    delivered.set(event.message, [...list, event.id]);
  }
  let count = 0;
  // Messages are numbered as they are sent, so each one's cause has been looked at before.
  for (const message of messages) {
    if (!reached.has(message.cause) || !between(message)) continue;
    count += 1;
    for (const id of delivered.get(message.id) ?? []) reached.add(id);
  }
  return { event: decision.id, delays, messages: count };
}

/** Replicas that learn of a decision later decide nothing new: the first one's event counts. */
function lastDecision({ frame, record }: Run): EventView | undefined {
  const { slots = 0, lastDecision } = frame?.progress ?? {};
  return slots > 0 ? record.events.find((event) => event.at === lastDecision && event.decided > 0) : undefined;
}

/** What the last decision of a run has cost, as far as the record around the event at hand tells. */
export function costOfLast(run: Run): Cost | undefined {
  const first = lastDecision(run);
  return first && costOf(first, run.record.events, upTo(run));
}

/** Messages and message delays of the last decision and of the whole run, beside what the paper says. */
@customElement("cp-costs")
export class Costs extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  private cost: Cost | undefined;

  static override styles = [
    controls,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px 12px;
        margin: 0 0 6px;
        font-size: 13px;
      }
      dt {
        color: var(--soft);
      }
      dd {
        margin: 0;
        text-align: right;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      p {
        font-size: 12px;
        margin: 0 0 4px;
      }
      button {
        font-size: 12px;
        min-height: 28px;
        padding: 2px 8px;
      }
    `,
  ];

  protected readonly watch = new Watch(this);
  private key = "";

  protected override willUpdate(): void {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return;
    const first = lastDecision(run);
    const key = `${first?.id} ${frame.event}`;
    if (key === this.key) return;
    this.key = key;
    this.cost = costOfLast(run);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { run, cost } = this;
    const frame = run?.frame;
    if (!run || !frame) return nothing;
    const { slots } = frame.progress;
    const agent = run.descriptor?.agent ?? "replica";
    return html`<dl>
        <dt>${say("inspector.messages-between", { agent })}</dt>
        <dd>${frame.counts.betweenReplicas}</dd>
        <dt>${say("inspector.for-each", { count: slots })}</dt>
        <dd>${slots > 0 ? (frame.counts.betweenReplicas / slots).toFixed(1) : "–"}</dd>
        <dt>${say("inspector.last-took")}</dt>
        <dd>${cost?.messages ?? "–"}</dd>
        <dt>${say("inspector.delays")}</dt>
        <dd>${cost?.delays ?? "–"}</dd>
      </dl>
      ${cost ? html`<button @click=${() => run.seek(cost.event)}>${say("inspector.decided-at", { event: cost.event })}</button>` : nothing}
      ${(run.descriptor?.costs ?? []).map(
        ({ name, about }) =>
          html`<p lang="en"><strong>${say("inspector.by-paper", { name: capital(name) })}</strong> ${about}</p>`,
      )}`;
  }
}

/** What had been sent by now. */
function upTo(run: Run | undefined): readonly MessageView[] {
  const now = run?.frame?.now ?? 0;
  return run?.record.messages.filter((message) => message.sent <= now) ?? [];
}
