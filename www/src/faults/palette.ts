import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Run } from "../engine/run.ts";
import { Watch } from "../engine/watch.ts";
import { plain } from "../format.ts";
import { controls } from "../styles/controls.ts";
import { networkControls, networkStyles } from "./network.ts";

/** What a person can do to the run: every button is a line of the scenario language. */
@customElement("cp-palette")
export class Palette extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private target = "";
  @state() private side = new Set<string>();
  @state() private timer = "";
  @state() private kind = "";

  static override styles = [
    controls,
    networkStyles,
    css`
      :host {
        display: block;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 6px;
        margin-bottom: 6px;
      }
      .pair > * {
        min-width: 0;
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
      .sides {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
      .sides label {
        display: flex;
        align-items: center;
        gap: 2px;
        padding: 1px 8px 1px 3px;
        min-height: 28px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--card);
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
    return html`
      <h2>Ask</h2>
      ${this.request(run)}
      <h2>Break</h2>
      ${this.whom(run)} ${this.faults(run)} ${this.partition(run)}
      <h2>Network</h2>
      ${networkControls(run, frame)}
    `;
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
          list="commands"
          aria-label="Request"
          autocomplete="off"
          spellcheck="false"
          placeholder=${commands[0]?.usage ?? ""}
          .defaultValue=${commands[0]?.example ?? ""}
        />
        <button>Send</button>
      </form>
      <datalist id="commands">
        ${commands.map((command) => html`<option value=${command.example}>${command.usage}: ${command.about}</option>`)}
      </datalist>`;
  }

  /** The chosen target: a replica, or a selector that is looked up when the act is carried out. */
  private get aim(): string {
    return this.target || (this.selectors[0] ?? "1");
  }

  private get selectors(): string[] {
    const leads = this.run?.descriptor?.roles.filter((role) => role.look === "lead") ?? [];
    return leads.length > 0 ? ["leader", "followers", "all"] : ["all"];
  }

  private whom(run: Run): TemplateResult {
    const words = [...this.selectors, ...run.replicas.map((node) => node.id)];
    const lead = run.descriptor?.roles.find((role) => role.look === "lead")?.name ?? "leader";
    const text = (word: string) =>
      word === "leader"
        ? `the ${plain(lead)}`
        : word === "followers"
          ? "all others"
          : word === "all"
            ? "all"
            : `${run.descriptor?.agent ?? "replica"} ${word}`;
    return html`<label class="whom">
      <span class="soft">Whom</span>
      <select @change=${(event: Event) => (this.target = (event.target as HTMLSelectElement).value)}>
        ${words.map((word) => html`<option value=${word} ?selected=${word === this.aim}>${text(word)}</option>`)}
      </select>
    </label>`;
  }

  private faults(run: Run): TemplateResult {
    const act = (label: string, line: string) => html`<button @click=${() => run.act(line)}>${label}</button>`;
    const timers = run.descriptor?.timers ?? [];
    const kinds = run.library?.kinds ?? [];
    const timer = timers.find((one) => one.name === this.timer)?.name ?? timers[0]?.name;
    const kind = kinds.find((one) => one.name === this.kind)?.name ?? kinds[0]?.name;
    const choice = (label: string, names: readonly string[], value: string | undefined, set: (value: string) => void) =>
      html`<select aria-label=${label} @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
        ${names.map((name) => html`<option value=${name} ?selected=${name === value}>${plain(name)}</option>`)}
      </select>`;
    return html`<div class="pair">
        ${act("Crash", `crash ${this.aim}`)} ${act("Restart", `restart ${this.restartAim(run)}`)}
        ${act("Pause", `pause ${this.aim}`)}
        ${act("Resume", `resume ${this.aim === "leader" || this.aim === "followers" ? "all" : this.aim}`)}
      </div>
      ${
        timer
          ? html`<div class="pair">
              ${choice(
                "Timer",
                timers.map((one) => one.name),
                timer,
                (value) => (this.timer = value),
              )}
              ${act("Fire timer", `fire ${timer} of ${this.aim}`)}
            </div>`
          : nothing
      }
      ${
        kind
          ? html`<div class="pair">
              ${choice(
                "Way to misbehave",
                kinds.map((one) => one.name),
                kind,
                (value) => (this.kind = value),
              )}
              ${this.isByzantine(run) ? act("Make honest", `honest ${this.aim}`) : act("Byzantine", `byzantine ${this.aim} ${kind}`)}
            </div>`
          : nothing
      }`;
  }

  /** Who leads is never crashed, so a restart that aims at a role means all that are down. */
  private restartAim(run: Run): string {
    if (/^\d+$/.test(this.aim)) return this.aim;
    return run.replicas.find((node) => node.health === "crashed")?.id ?? "all";
  }

  private isByzantine(run: Run): boolean {
    return Boolean(run.nodes.get(this.aim)?.byzantine);
  }

  private partition(run: Run): TemplateResult {
    const ids = run.replicas.map((node) => node.id);
    const toggle = (id: string) => {
      const side = new Set(this.side);
      if (!side.delete(id)) side.add(id);
      this.side = side;
    };
    const one = ids.filter((id) => this.side.has(id));
    const other = ids.filter((id) => !this.side.has(id));
    const parted = (run.frame?.groups.length ?? 0) > 0 || (run.frame?.cuts.length ?? 0) > 0;
    const cut = () => run.act(`partition ${one.join(" ")} | ${other.join(" ")}`);
    return html`<fieldset>
        <legend>Partition: who is on one side?</legend>
        <div class="sides">
          ${ids.map((id) => html`<label><input type="checkbox" .checked=${this.side.has(id)} @change=${() => toggle(id)} />${id}</label>`)}
        </div>
      </fieldset>
      <div class="pair">
        <button ?disabled=${one.length === 0 || other.length === 0} @click=${cut}>Partition</button>
        <button ?disabled=${!parted} @click=${() => run.act("heal")}>Heal</button>
      </div>`;
  }
}

/** A request is one line, whatever was pasted. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
