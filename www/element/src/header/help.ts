import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WordInfo } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { messageIcon } from "../stage/glyphs.ts";
import { controls } from "../styles/controls.ts";
import { epochs } from "../styles/tokens.ts";
import "../language/en/help.ts";

const KEYS = [
  "play",
  "step",
  "milestone",
  "speed",
  "select",
  "crash",
  "undo",
  "zoom",
  "move",
  "drawers",
  "present",
  "search",
  "restart",
  "help",
  "escape",
] as const;

/** The vocabulary of the protocol at hand, and the keys. */
@customElement("cp-help")
export class Help extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** Whether the challenge's page is beside this one. */
  @property({ attribute: false }) challenge = false;

  static override styles = [
    controls,
    epochs,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(8em, auto) minmax(0, 1fr);
        gap: 4px 14px;
        margin: 0;
      }
      dt {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      dd {
        margin: 0;
      }
      a {
        color: var(--accent);
      }
      .glyph {
        vertical-align: -4px;
        margin-right: 4px;
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const one = this.run?.descriptor;
    if (!one) return html``;
    return html`
      <p lang="en"><strong>${one.name}.</strong> ${one.summary}</p>
      <p class="soft" lang="en">${one.paper}</p>
      ${this.challenge ? html`<p><a href="./challenge.html">${say("help.challenge")}</a>${say("help.challenge-about")}</p>` : nothing}
      <h3>${say("help.keys")}</h3>
      <dl>
        ${KEYS.map(
          (key) =>
            html`<dt>${say(`help.key.${key}`)}</dt>
              <dd>${say(`help.does.${key}`)}</dd>`,
        )}
      </dl>
      <h3>${say("help.messages")}</h3>
      <dl class="e1" lang="en">
        ${one.messages.map(
          (kind) =>
            html`<dt>${messageIcon(kind.glyph, kind.reply)}${plain(kind.name)}</dt>
              <dd>${kind.about}</dd>`,
        )}
      </dl>
      ${words(say("help.roles"), one.roles)} ${words(say("help.timers"), one.timers)}
      ${words(say("help.fields"), one.fields)} ${words(say("help.properties"), one.properties)}
      ${words(
        say("help.requests"),
        one.commands.map(({ usage, about }) => ({ name: usage, about })),
        false,
      )}
      ${words(say("help.options"), one.options, false)} ${words(say("help.costs"), one.costs)}
      ${words(say("help.ways"), this.run?.library?.kinds ?? [])}
      <p class="soft">${say("help.legend", { epoch: plain(one.epoch), version: this.run?.library?.version ?? "" })}</p>
    `;
  }
}

function words(title: string, list: readonly WordInfo[], spaced = true): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<h3>${title}</h3>
    <dl lang="en">
      ${list.map(
        ({ name, about }) =>
          html`<dt>${spaced ? capital(plain(name)) : name}</dt>
            <dd>${about}</dd>`,
      )}
    </dl>`;
}
