import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { BranchView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { moment } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { LEFT, viewOf } from "./axis.ts";

/** The futures that were left: a lane each, from where it parted to its end, on the axis of the scrubber. */
@customElement("cp-branches")
export class BranchLanes extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private renamed: number | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        max-height: 88px;
        overflow-y: auto;
      }
      li {
        position: relative;
        height: 28px;
      }
      .lane {
        position: absolute;
        top: 2px;
        height: 24px;
        min-height: 24px;
        padding: 0 8px;
        text-align: left;
        font-size: 12px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
        border-left: 3px solid var(--accent);
      }
      .tools {
        position: absolute;
        right: 0;
        top: 2px;
        display: flex;
        gap: 2px;
        background: var(--paper);
      }
      .tools button,
      .tools input {
        min-height: 24px;
        padding: 0 6px;
        font-size: 12px;
      }
    `,
  ];

  protected readonly watch = new Watch(this, ["change", "frame"]);

  protected override render(): TemplateResult | typeof nothing {
    const others = this.run?.frame?.branches.others ?? [];
    if (!this.run || others.length === 0) return nothing;
    return html`<ul aria-label=${say("timeline.branches")} role="list">
      ${others.map((branch) => this.lane(branch))}
    </ul>`;
  }

  private lane({ id, name, fork, forkAt, last, lastAt }: BranchView): TemplateResult {
    const run = this.run as Run;
    const axis = viewOf(run).axis(this.clientWidth);
    const [from, to] = axis.by === "event" ? [fork, last] : [forkAt, lastAt];
    const clamp = (x: number, low: number) => Math.min(Math.max(x, low), LEFT + axis.wide);
    const left = Math.min(clamp(axis.x(from), LEFT), Math.max(LEFT, LEFT + axis.wide - 200));
    const width = Math.max(clamp(axis.x(to), left) - left, 96);
    const back = say("timeline.return", { name, fork, last, time: moment(lastAt) });
    return html`<li>
      <button
        class="lane"
        data-branch=${id}
        style="left:${left}px;width:${width}px"
        aria-label=${back}
        title=${back}
        @click=${() => run.switchBranch(id)}
      >
        <span aria-hidden="true">↩</span> ${name}
      </button>
      <span class="tools">
        ${
          this.renamed === id
            ? html`<input
                type="text"
                maxlength="60"
                aria-label=${say("timeline.branch-name")}
                .value=${name}
                @keydown=${(event: KeyboardEvent) => this.typed(event, id)}
                @blur=${(event: Event) => this.name(id, (event.target as HTMLInputElement).value, false)}
              />`
            : html`<button
                class="quiet"
                aria-label=${say("timeline.name-branch", { name })}
                title=${say("timeline.rename")}
                @click=${() => this.rename(id)}
              >
                ${say("timeline.name")}
              </button>`
        }
        <button
          class="quiet"
          aria-label=${say("timeline.delete-branch", { name })}
          title=${say("timeline.delete")}
          @click=${() => run.discardBranch(id)}
        >
          ✕
        </button>
      </span>
    </li>`;
  }

  private rename(id: number): void {
    this.renamed = id;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>("input")?.select());
  }

  private typed(event: KeyboardEvent, id: number): void {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    // Else the key would press the button that has the focus by then.
    event.preventDefault();
    if (event.key === "Escape") this.name(id, "", true);
    else this.name(id, (event.target as HTMLInputElement).value, true);
  }

  private name(id: number, name: string, refocus: boolean): void {
    if (this.renamed !== id) return;
    this.renamed = undefined;
    if (name.trim()) void this.run?.renameBranch(id, name.trim());
    const lane = `[data-branch="${id}"]`;
    if (refocus) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(lane)?.focus());
  }
}
