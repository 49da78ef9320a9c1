import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Frame, PropertyView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { capital, duration, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { controls } from "../styles/controls.ts";
import { predicted } from "./outcome.ts";

/** Properties as badges, progress as what it is, and the costs so far. */
@customElement("cp-badges")
export class Badges extends LitElement {
  @property({ attribute: false }) run: Run | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        padding: 10px 16px 0;
      }
      ul {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        list-style: none;
        padding: 0;
        margin: 0;
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
      .bad {
        color: var(--paper);
        background: var(--bad);
        border-color: var(--bad);
        font-weight: 600;
      }
      @container playground (max-width: 760px) {
        :host {
          padding: 8px 10px 0;
        }
      }
      @container playground (max-width: 1080px) {
        ul {
          flex-wrap: nowrap;
          overflow-x: auto;
          scrollbar-width: thin;
        }
        li {
          flex: none;
        }
        .progress {
          display: block;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const frame = this.run?.frame;
    if (!frame) return html``;
    return html`<ul aria-label=${say("help.properties")} tabindex="0" role="list">
      ${frame.properties.map((one) => html`<li>${this.badge(one)}</li>`)}
      <li class="progress"><span class="badge wait">… ${progressText(this.run)}</span></li>
    </ul>`;
  }

  private badge(one: PropertyView): TemplateResult {
    const { name, about, source, broken, undecided } = one;
    const title = `${about} (${source})`;
    const text = capital(plain(name));
    if (!broken && undecided)
      return html`<span class="badge wait" title="${title} ${say("narrator.too-much", { event: undecided })}"
        >? ${say("narrator.not-decided", { property: text })}</span
      >`;
    if (!broken)
      return html`<span class="badge" title=${title}
        >✓ ${text}<span class="hidden"> ${say("narrator.holds")}</span></span
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
