import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Frame, PropertyView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { capital, duration, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { controls } from "../styles/controls.ts";
import { predicted } from "./outcome.ts";

/** How many properties hold, as one chip that opens; those that are broken or undecided by name; and the progress so far. */
@customElement("cp-badges")
export class Badges extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private open = false;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        padding: 0;
        margin: 0;
      }
      .few {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
        min-height: 32px;
      }
      /* Over the picture, so that nothing jumps. */
      .all {
        position: absolute;
        z-index: 4;
        top: calc(100% + 4px);
        left: 10px;
        width: min(560px, 100% - 20px);
        max-height: min(50vh, 420px);
        overflow: auto;
        padding: 8px 14px;
        border: 1px solid var(--edge);
        border-radius: 10px;
        background: var(--card);
        box-shadow: 0 6px 24px rgb(0 0 0 / 0.18);
      }
      .all li {
        padding: 5px 0;
        overflow-wrap: anywhere;
      }
      .all small {
        display: block;
        color: var(--soft);
      }
      .badge {
        display: inline-block;
        font-size: 12px;
        line-height: 20px;
        min-height: 24px;
        padding: 1px 8px;
        border-radius: 99px;
        border: 1px solid color-mix(in srgb, var(--good) 45%, transparent);
        color: var(--good);
        background: none;
      }
      .wait {
        color: var(--soft);
        border-color: var(--line);
      }
      /* Where there is room, it stands beside the time. */
      .progress {
        display: none;
      }
      .broken {
        color: var(--bad);
      }
      .bad {
        color: var(--paper);
        background: var(--bad);
        border-color: var(--bad);
        font-weight: 600;
      }
      @container playground (max-width: 1080px) {
        .progress {
          display: block;
        }
      }
      /* There the words of what happens are right below. */
      @container playground (max-width: 560px) {
        .progress {
          display: none;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const frame = this.run?.frame;
    if (!frame) return html``;
    const { properties } = frame;
    const holding = properties.filter(({ broken, undecided }) => !broken && !undecided);
    const rest = properties.filter((one) => !holding.includes(one));
    return html`<ul class="few" aria-label=${say("narrator.properties")} role="list">
        <li>
          <button
            class="badge"
            aria-expanded=${this.open}
            aria-controls="all"
            @click=${() => (this.open = !this.open)}
            @keydown=${this.key}
          >
            ✓ ${say("narrator.hold", { count: holding.length })}
          </button>
        </li>
        ${rest.map((one) => html`<li>${this.badge(one)}</li>`)}
        <li class="progress"><span class="badge wait">… ${progressText(this.run)}</span></li>
      </ul>
      ${this.open ? this.all(properties) : nothing}`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.open) return;
    this.open = false;
    event.stopPropagation();
  };

  /** Each property with what it says, and where it is from. */
  private all(properties: readonly PropertyView[]): TemplateResult {
    const mark = ({ broken, undecided }: PropertyView) => (broken ? "✕" : undecided ? "?" : "✓");
    const stands = ({ broken, undecided }: PropertyView) =>
      say(broken ? "narrator.fails" : undecided ? "narrator.open" : "narrator.holds");
    return html`<ul
      id="all"
      class="all"
      role="list"
      tabindex="0"
      aria-label=${say("narrator.properties")}
      @keydown=${this.key}
    >
      ${properties.map(
        (one) =>
          html`<li>
            <span class=${one.broken ? "broken" : ""}
              ><span aria-hidden="true">${mark(one)}</span>
              <strong lang="en">${capital(plain(one.name))}</strong> ${stands(one)}</span
            >
            <small lang="en">${one.about} (${one.source})</small>
          </li>`,
      )}
    </ul>`;
  }

  private badge(one: PropertyView): TemplateResult {
    const { name, about, source, broken, undecided } = one;
    const title = `${about} (${source})`;
    const text = capital(plain(name));
    if (!broken)
      return html`<span
        class="badge wait"
        title="${title} ${undecided ? say("narrator.too-much", { event: undecided }) : ""}"
        >? ${say("narrator.not-decided", { property: text })}</span
      >`;
    const key = this.run && predicted(this.run).has(name) ? "outcome.badge-expected" : "outcome.badge-broken";
    return html`<button class="badge bad" title="${broken.text} ${title}" @click=${() => this.run?.prove(one)}>
      ✕ ${say(key, { property: text, event: broken.event })}
    </button>`;
  }
}

/** Progress is reported, never promised; and what it took. */
export function progressText(run: Run | undefined): string {
  const frame = run?.frame;
  if (!frame) return "";
  const messages = say("narrator.messages", { count: frame.counts.betweenReplicas });
  return [decided(run, frame), messages].filter(Boolean).join(" · ");
}

function decided(run: Run | undefined, frame: Frame): string {
  const { progress } = frame;
  const tally = [...(run?.nodes.values() ?? [])].find((node) => node.health === "up" && node.replica?.tallies.length)
    ?.replica?.tallies[0];
  if (tally) return `${tally.about}: ${say("inspector.have-of", { have: tally.votes.length, needed: tally.needed })}`;
  if (!run?.descriptor?.slot) return ""; // a protocol in which nothing is ever decided
  if (progress.slots === 0) return say("narrator.none-decided");
  return say("narrator.decided", { count: progress.slots, time: duration(frame.now - progress.lastDecision) });
}
