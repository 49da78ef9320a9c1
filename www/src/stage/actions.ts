import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { NodeView } from "../engine/types.ts";
import type { Run } from "../engine/run.ts";
import { Watch } from "../engine/watch.ts";
import { isClient, nodeName, plain } from "../format.ts";
import { controls } from "../styles/controls.ts";

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
    const question = run.frame.questions[0];
    return html`${question ? this.question(run, question.node, question.text) : nothing}
    ${node ? this.bar(run, node) : nothing}`;
  }

  private bar(run: Run, node: NodeView): TemplateResult {
    const name = nodeName(node.id, run.descriptor?.agent ?? "replica");
    return html`<div role="group" aria-label="What to do to ${name}">
      <b>${name}</b>
      ${isClient(node.id) ? this.client(run, node) : this.replica(run, node)}
      <button class="quiet" @click=${() => run.select(null)}>Close</button>
    </div>`;
  }

  private replica(run: Run, node: NodeView): TemplateResult {
    const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
    if (node.health === "crashed")
      return html`${act("Restart", `restart ${node.id}`)} ${act("Restart, disk lost", `restart ${node.id} disk lost`)}`;
    if (node.health === "paused")
      return html`${act("Resume", `resume ${node.id}`)} ${act("Crash", `crash ${node.id}`)}`;
    const example = run.descriptor?.commands[0]?.example;
    return html`${act("Crash", `crash ${node.id}`)} ${act("Pause", `pause ${node.id}`)}
    ${node.timers.map((timer) => act(`Fire ${plain(timer.name)}`, `fire ${timer.name} of ${node.id}`))}
    ${example ? act(`Request ${example}`, `request ${example} to ${node.id}`) : nothing}
    ${node.byzantine ? act("Make honest", `honest ${node.id}`) : nothing}`;
  }

  private client(run: Run, node: NodeView): TemplateResult {
    return html`${(run.descriptor?.commands ?? [])
      .slice(0, 4)
      .map(
        ({ example, about }) =>
          html`<button title=${about} @click=${() => run.act(`request ${example} from ${node.id}`)}>
            Request ${example}
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
        <label for="answer">${nodeName(node, run.descriptor?.agent ?? "replica")} asks: ${text}</label>
        <input id="answer" name="answer" type="text" autocomplete="off" /><button>Answer</button>
      </div>
    </form>`;
  }
}
