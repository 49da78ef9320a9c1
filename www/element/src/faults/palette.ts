import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { CommandInfo, Frame, NodeView } from "@consensus-playground/engine/types.ts";
import { shownReplicas } from "@consensus-playground/engine/near.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { nodeWords, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { crash, cutIncoming, cutOutgoing, pause, restart, restartBlank, resume, type Act } from "./acts.ts";
import { fold, foldStyles } from "./folds.ts";
import { manualSwitch, networkControls, networkStyles, topologyChoice } from "./network.ts";
import { linksStyles, linksThatDiffer } from "./link.ts";
import "./options.ts";
import "./partition.ts";

/** How fast a replica's clock can be made to go, over true time. */
const RATES = ["0.5", "0.75", "1", "1.25", "1.5", "2"];

/** What a person can do to the run: every button is a line of the scenario language. */
@customElement("cp-palette")
export class Palette extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private target = "";
  @state() private timer = "";
  @state() private kind = "";
  @state() private rate = "1.5";

  static override styles = [
    controls,
    networkStyles,
    foldStyles,
    linksStyles,
    css`
      :host {
        display: block;
      }
      .search {
        width: 100%;
        margin-bottom: 6px;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 6px;
        margin-bottom: 6px;
      }
      .pair.choice {
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .one {
        display: grid;
        margin-bottom: 6px;
      }
      .pair > * {
        min-width: 0;
      }
      .pair.choice > * {
        padding-inline: 6px;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 6px;
        margin-bottom: 6px;
      }
      .whom {
        display: flex;
        gap: 8px;
        align-items: center;
        margin-bottom: 8px;
      }
      .whom select {
        flex: 1;
      }
      .examples {
        width: 100%;
        margin: 6px 0 8px;
      }
      .about {
        font-size: 12px;
        margin: 4px 0 6px;
      }
      .more > summary {
        cursor: pointer;
        min-height: 28px;
        color: var(--soft);
      }
      .manual {
        display: flex;
        gap: 6px;
        align-items: center;
        margin-bottom: 6px;
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change"], () => {
    const selected = this.run?.selected;
    if (selected && !selected.startsWith("c")) this.target = selected;
    this.requestUpdate();
  });

  protected override render(): TemplateResult {
    const { run } = this;
    const frame = run?.frame;
    if (!run || !frame) return html``;
    const agent = run.descriptor?.agent ?? "replica";
    return html`
      <button class="search" @click=${() => this.dispatchEvent(new CustomEvent("wish", { detail: "search" }))}>
        ${say("page.search")}…
      </button>
      ${run.descriptor?.commands.length === 0 ? nothing : fold(say("faults.ask"), true, this.request(run))}
      ${fold(say(/^[aeiou]/.test(agent) ? "faults.break-an" : "faults.break-a", { agent }), true, html`${this.whom(run)} ${this.faults(run)}`)}
      ${fold(say("faults.break-network"), true, html`<cp-partition .run=${run}></cp-partition> ${this.network(run, frame)}`)}
      ${fold(say("faults.traitors"), false, this.traitors(run))}
      ${fold(say("faults.options"), false, html`<cp-options .run=${run}></cp-options>`)}
    `;
  }

  private network(run: Run, frame: Frame): TemplateResult {
    return html`${topologyChoice(run)} ${manualSwitch(run, frame)} ${networkControls(run, frame)}
      ${linksThatDiffer(run, frame)}
      <details class="more">
        <summary>${say("faults.one-direction")}</summary>
        <cp-link .run=${run}></cp-link>
      </details>`;
  }

  private request(run: Run): TemplateResult {
    const commands = run.descriptor?.commands ?? [];
    const send = (event: SubmitEvent) => {
      event.preventDefault();
      const text = new FormData(event.target as HTMLFormElement).get("command");
      if (typeof text === "string" && text.trim()) void run.act(`request ${oneLine(text)}`);
    };
    return html`<form @submit=${send}>
        <input
          type="text"
          name="command"
          aria-label=${say("faults.request")}
          autocomplete="off"
          spellcheck="false"
          placeholder=${commands[0]?.usage ?? ""}
          .defaultValue=${commands[0]?.example ?? ""}
        />
        <button>${say("faults.send")}</button>
      </form>
      ${commands.length > 1 ? examples(commands) : ""}`;
  }

  /** The chosen target: a replica, or a selector that is looked up when the act is carried out. */
  private get aim(): string {
    return this.target || (this.selectors[0] ?? "1");
  }

  private get selectors(): string[] {
    const leads = this.run?.descriptor?.roles.filter((role) => role.look === "lead") ?? [];
    return leads.length > 0 ? ["leader", "followers", "all"] : ["all"];
  }

  private whom(run: Run, label = say("faults.whom")): TemplateResult {
    const shown = shownReplicas(run).map((node) => node.id);
    // Of a crowd those near the chosen one; whoever was aimed at stays, wherever one looks.
    const aimed = run.nodes.has(this.aim) && !shown.includes(this.aim) ? [this.aim] : [];
    const words = [...this.selectors, ...aimed, ...shown];
    const lead = run.descriptor?.roles.find((role) => role.look === "lead")?.name ?? "leader";
    const text = (word: string) =>
      word === "leader"
        ? say("faults.the-lead", { role: plain(lead) })
        : word === "followers"
          ? say("faults.others")
          : word === "all"
            ? say("faults.all")
            : nodeWords(word, run.descriptor);
    return html`<label class="whom">
      <span class="soft">${label}</span>
      <select @change=${(event: Event) => (this.target = (event.target as HTMLSelectElement).value)}>
        ${words.map((word) => html`<option value=${word} ?selected=${word === this.aim}>${text(word)}</option>`)}
      </select>
    </label>`;
  }

  private faults(run: Run): TemplateResult {
    const button = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
    const act = ({ label, lines }: Act, off = false) =>
      html`<button ?disabled=${off} @click=${() => run.act(...lines)}>${label}</button>`;
    const timers = run.descriptor?.timers.map((one) => one.name) ?? [];
    const timer = timers.find((name) => name === this.timer) ?? timers[0];
    const down = this.fallen(run);
    return html`<div class="pair">
        ${act(crash(this.aim))} ${act(restart(down ?? this.aim), down === undefined)} ${act(pause(this.aim))}
        ${act(resume(this.standing(this.aim)))} ${act(cutIncoming(this.aim))} ${act(cutOutgoing(this.aim))}
      </div>
      <div class="one">${act(restartBlank(down ?? this.aim), down === undefined)}</div>
      ${
        timer
          ? html`<div class="pair choice">
              ${choice(say("faults.timer"), timers, timer, plain, (value) => (this.timer = value))}
              ${button(say("faults.fire"), `fire ${timer} of ${this.aim}`)}
            </div>`
          : nothing
      }
      <div class="pair choice">
        ${choice(
          say("faults.clock-rate"),
          RATES,
          this.rate,
          (rate) => say("faults.clock-at", { rate }),
          (value) => (this.rate = value),
        )}
        ${button(say("faults.set-clock"), `clock ${this.aim} ${this.rate}x`)}
      </div>
      ${clocks(run)}`;
  }

  private traitors(run: Run): TemplateResult {
    const kinds = run.library?.kinds ?? [];
    const kind = kinds.find((one) => one.name === this.kind) ?? kinds[0];
    if (!kind) return html`<p class="soft">${say("faults.no-liars")}</p>`;
    const names = kinds.map((one) => one.name);
    const lying = [...run.nodes.values()].filter((node) => node.byzantine);
    return html`${this.whom(run, say("faults.who-lies"))}
      ${choice(say("faults.way"), names, kind.name, plain, (value) => (this.kind = value))}
      <p class="soft about" lang="en">${kind.about}</p>
      <label class="whom">
        <span class="soft">${say("faults.towards")}</span>
        <input
          type="text"
          name="peers"
          autocomplete="off"
          spellcheck="false"
          placeholder=${kind.name === "twins" ? "2 3 | 4 5" : say("faults.towards-whom")}
        />
      </label>
      <div class="pair">
        <button @click=${() => this.betray(run, kind.name)}>${say("faults.byzantine")}</button>
        <button ?disabled=${lying.length === 0} @click=${() => run.act(...lying.map((node) => `honest ${node.id}`))}>
          ${say("faults.all-honest")}
        </button>
      </div>
      ${lying.map((node) => html`<p class="soft about">${node.id}: ${plain(node.byzantine ?? "")}${shownTo(node)}</p>`)}`;
  }

  private betray(run: Run, kind: string): void {
    const peers = oneLine(this.renderRoot.querySelector<HTMLInputElement>("input[name=peers]")?.value ?? "");
    void run.act(`byzantine ${this.aim} ${kind} ${peers}`.trim());
  }

  /** Whom a restart is about: the one aimed at, if it is down; where a role was aimed at, the first that is down. */
  private fallen(run: Run): string | undefined {
    const down = run.replicas.filter((node) => node.health === "crashed");
    return (/^\d+$/.test(this.aim) ? down.find((node) => node.id === this.aim) : down[0])?.id;
  }

  /** Who stands still never leads, so a role means all. */
  private standing(aim: string): string {
    return aim === "leader" || aim === "followers" ? "all" : aim;
  }
}

/** Clocks that don't go with true time. */
function clocks(run: Run): TemplateResult | typeof nothing {
  const odd = run.replicas.filter((node) => node.rate !== 1);
  if (odd.length === 0) return nothing;
  const rates = odd.map((node) => say("faults.clock-of", { id: node.id, rate: node.rate })).join(", ");
  return html`<div class="pair choice">
    <p class="soft about">${say("faults.clocks", { rates })}</p>
    <button @click=${() => run.act(...odd.map((node) => `clock ${node.id} 1x`))}>${say("faults.reset")}</button>
  </div>`;
}

function choice(
  label: string,
  names: readonly string[],
  value: string,
  text: (name: string) => string,
  set: (value: string) => void,
): TemplateResult {
  return html`<select aria-label=${label} @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
    ${names.map((name) => html`<option value=${name} ?selected=${name === value}>${text(name)}</option>`)}
  </select>`;
}

/** Who sees which of two incarnations. */
function shownTo({ second }: NodeView): string {
  return second ? say("faults.second", { peers: second.shownTo.join(", ") || say("faults.nobody") }) : "";
}

/** A request is one line, whatever was pasted. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What can be asked for, each with an example that fills the field. */
function examples(commands: readonly CommandInfo[]): TemplateResult {
  const fill = ({ target }: Event) => {
    const select = target as HTMLSelectElement;
    const field = select.parentElement?.querySelector<HTMLInputElement>('input[name="command"]');
    if (field) field.value = select.value;
    select.value = "";
    field?.focus();
  };
  return html`<select class="examples" aria-label=${say("faults.examples")} @change=${fill}>
    <option value="">${say("faults.examples")}…</option>
    ${commands.map((command) => html`<option lang="en" value=${command.example}>${command.usage}: ${command.about}</option>`)}
  </select>`;
}
