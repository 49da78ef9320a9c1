import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Fate, type NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, isClient, nodeId, nodeName, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { clientActs, lies, linkActs, neighbours, replicaActs, type Act } from "../faults/acts.ts";

/** By how much `Delay` puts a message off. */
const DELAY = "50ms";

/** What can be done to a message in flight. */
export function messageButtons(run: Run, id: number): TemplateResult {
  const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
  return html`${act(say("stage.deliver"), `deliver m${id}`)} ${act(say("stage.drop"), `drop m${id}`)}
  ${act(say("stage.duplicate"), `duplicate m${id}`)}
  ${run.frame?.manual ? nothing : act(say("stage.delay", { time: DELAY }), `delay m${id} by ${DELAY}`)}`;
}

function button(run: Run, { label, lines, about }: Act): TemplateResult {
  return html`<button title=${about ?? nothing} @click=${() => run.act(...lines)}>${label}</button>`;
}

/** A list of which one is picked; it shows its name again afterwards. */
function pick<Option extends { label: string; about?: string | undefined }>(
  label: string,
  options: readonly Option[],
  picked: (option: Option) => unknown,
): TemplateResult {
  const choose = ({ target }: Event) => {
    const select = target as HTMLSelectElement;
    const option = options[select.selectedIndex - 1];
    select.selectedIndex = 0;
    if (option) picked(option);
  };
  return html`<select aria-label=${label} @change=${choose}>
    <option value="">${label}</option>
    ${options.map((one) => html`<option title=${one.about ?? nothing}>${one.label}</option>`)}
  </select>`;
}

/** What can be done to the node or the link that is chosen, right under the picture. */
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
      button,
      select {
        font-size: 13px;
      }
      select {
        max-width: 11em;
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
    ${node ? this.bar(run, node) : nothing} ${this.link(run)} ${this.message(run)}`;
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
      ${this.node(run, node)}
      <button class="quiet" @click=${() => run.select(null)}>${say("page.close")}</button>
    </div>`;
  }

  private node(run: Run, node: NodeView): TemplateResult {
    const client = isClient(node.id);
    const lie = lies(run, node);
    const links = neighbours(run, node.id);
    return html`${(client ? clientActs(run, node.id) : replicaActs(run, node)).map((one) => button(run, one))}
    ${lie ? pick(lie.label, lie.acts, (one) => run.act(...one.lines)) : nothing}
    ${
      links.length > 0
        ? pick(
            say("faults.link-with"),
            links.map(({ id, name }) => ({ label: name, id })),
            ({ id }) => run.selectLink(node.id, id),
          )
        : nothing
    }`;
  }

  private link(run: Run): TemplateResult | typeof nothing {
    const { selectedLink: link, frame } = run;
    if (!link || !frame) return nothing;
    const [a, b] = link;
    const name = say("faults.link", { a, b });
    return html`<div role="group" aria-label=${say("stage.do-to", { name })}>
      <b>${name}</b>
      ${linkActs(frame, a, b).map((one) => button(run, one))}
      <button class="quiet" @click=${() => run.select(null)}>${say("page.close")}</button>
    </div>`;
  }

  /** Moves the focus to the first thing that can be done to what is chosen. */
  async reach(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[role="group"] button')?.focus();
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

declare global {
  interface HTMLElementTagNameMap {
    "cp-actions": Actions;
  }
}
