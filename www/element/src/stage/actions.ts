import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Fate, type NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, isClient, nodeId, nodeName, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";

/** By how much `Delay` puts a message off. */
const DELAY = "50ms";

/** What can be done to a message in flight. */
export function messageButtons(run: Run, id: number): TemplateResult {
  const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
  return html`${act(say("stage.deliver"), `deliver m${id}`)} ${act(say("stage.drop"), `drop m${id}`)}
  ${act(say("stage.duplicate"), `duplicate m${id}`)}
  ${run.frame?.manual ? nothing : act(say("stage.delay", { time: DELAY }), `delay m${id} by ${DELAY}`)}`;
}

/** What can be done to the selected replica, right under the picture. */
@customElement("cp-actions")
export class Actions extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
        padding: 6px 16px;
      }
      b {
        margin-right: 4px;
        font-weight: 600;
      }
      button {
        font-size: 13px;
      }
      @container playground (max-width: 760px) {
        div {
          padding: 6px 10px;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    const node = run?.nodes.get(run.selected ?? "");
    if (!run?.frame) return nothing;
    // While somebody else answers, the person is not asked.
    const question = run.attendant && run.playing ? undefined : run.frame.questions[0];
    return html`${question ? this.question(run, question.node, question.text) : nothing}
    ${node ? this.bar(run, node) : nothing} ${this.message(run)}`;
  }

  /** What can be done to the message that is held on to; gone with the message. */
  private message(run: Run): TemplateResult | typeof nothing {
    const flights = run.frame?.flights;
    const row = flights && run.message !== null ? flights.id.indexOf(run.message) : -1;
    if (!flights || row < 0 || (flights.fate[row] as Fate) !== Fate.Flying) return nothing;
    const name = plain(run.messageInfo(flights.kind[row] ?? 0)?.name ?? say("inspector.message"));
    const way = `${nodeId(flights.from[row] ?? 0)} → ${nodeId(flights.to[row] ?? 0)}`;
    return html`<div role="group" aria-label=${say("stage.do-to-message", { name, way })}>
      <b>${capital(name)} ${way}</b>
      ${messageButtons(run, run.message ?? 0)}
      <button class="quiet" @click=${() => run.selectMessage(null)}>${say("page.close")}</button>
    </div>`;
  }

  private bar(run: Run, node: NodeView): TemplateResult {
    const name = nodeName(node.id, run.descriptor);
    return html`<div role="group" aria-label=${say("stage.do-to", { name })}>
      <b>${name}</b>
      ${isClient(node.id) ? this.client(run, node) : this.replica(run, node)}
      <button class="quiet" @click=${() => run.select(null)}>${say("page.close")}</button>
    </div>`;
  }

  private replica(run: Run, node: NodeView): TemplateResult {
    const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
    if (node.health === "crashed")
      return html`${act(say("faults.restart"), `restart ${node.id}`)}
      ${act(say("faults.restart-blank"), `restart ${node.id} disk lost`)}`;
    if (node.health === "paused")
      return html`${act(say("faults.resume"), `resume ${node.id}`)} ${act(say("faults.crash"), `crash ${node.id}`)}`;
    const example = run.descriptor?.commands[0]?.example;
    return html`${act(say("faults.crash"), `crash ${node.id}`)} ${act(say("faults.pause"), `pause ${node.id}`)}
    ${node.timers.map((timer) => act(say("stage.fire", { timer: plain(timer.name) }), `fire ${timer.name} of ${node.id}`))}
    ${example ? act(say("stage.request", { command: example }), `request ${example} to ${node.id}`) : nothing}
    ${node.byzantine ? act(say("stage.make-honest"), `honest ${node.id}`) : nothing}`;
  }

  private client(run: Run, node: NodeView): TemplateResult {
    return html`${(run.descriptor?.commands ?? [])
      .slice(0, 4)
      .map(
        ({ example, about }) =>
          html`<button title=${about} @click=${() => run.act(`request ${example} from ${node.id}`)}>
            ${say("stage.request", { command: example })}
          </button>`,
      )}`;
  }

  /** A question that the run waits on. */
  private question(run: Run, node: string, text: string): TemplateResult {
    const send = (event: SubmitEvent) => {
      event.preventDefault();
      const answer = new FormData(event.target as HTMLFormElement).get("answer");
      if (typeof answer === "string" && answer.trim()) void run.answer(Number(node), answer);
    };
    return html`<form @submit=${send}>
      <div>
        <label for="answer">${say("stage.asks", { name: nodeName(node, run.descriptor), question: text })}</label>
        <input id="answer" name="answer" type="text" autocomplete="off" /><button>${say("stage.answer")}</button>
      </div>
    </form>`;
  }
}
