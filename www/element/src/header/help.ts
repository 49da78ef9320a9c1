import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WordInfo } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { Watch } from "../page/watch.ts";
import { capital, plain } from "@consensus-playground/engine/format.ts";
import { messageIcon } from "../stage/glyphs.ts";
import { controls } from "../styles/controls.ts";
import { epochs } from "../styles/tokens.ts";

const KEYS: readonly [string, string][] = [
  ["Space or K", "play and pause"],
  ["→ and ←", "one event forth and back"],
  ["Shift + → and ←", "next and previous milestone"],
  ["+ and −", "faster and slower"],
  ["1 to 9", "select a replica"],
  ["C", "crash the selected replica, or restart it"],
  ["Ctrl or Cmd + Z", "take back what was done by hand; with Shift, do it again"],
  ["On the diagram: + − 0", "show less time, more time, the whole run"],
  ["On the diagram: Page up and down", "look earlier and later"],
  ["R", "restart the run"],
  ["?", "this help"],
  ["Escape", "close what is open, let go of what is selected"],
];

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
      <p><strong>${one.name}.</strong> ${one.summary}</p>
      <p class="soft">${one.paper}</p>
      ${this.challenge ? html`<p><a href="./challenge.html">Take the challenge</a>: write agents that agree on a restaurant, in Python or JavaScript, and measure them.</p>` : nothing}
      <h3>Keys, while the playground has the focus</h3>
      <dl>
        ${KEYS.map(
          ([key, what]) =>
            html`<dt>${key}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <h3>Messages</h3>
      <dl class="e1">
        ${one.messages.map(
          (kind) =>
            html`<dt>${messageIcon(kind.glyph, kind.reply)}${plain(kind.name)}</dt>
              <dd>${kind.about}</dd>`,
        )}
      </dl>
      ${words("Roles", one.roles)} ${words("Timers", one.timers)} ${words("Fields", one.fields)}
      ${words("Properties, checked after every event", one.properties)}
      ${words(
        "Requests",
        one.commands.map(({ usage, about }) => ({ name: usage, about })),
        false,
      )}
      ${words("Options", one.options, false)} ${words("Known costs", one.costs)}
      ${words("Ways to misbehave", this.run?.library?.kinds ?? [])}
      <p class="soft">
        Colours stand for ${plain(one.epoch)}s; a dashed log cell is not decided yet; a hollow message answers another.
        Version ${this.run?.library?.version ?? ""}.
      </p>
    `;
  }
}

function words(title: string, list: readonly WordInfo[], spaced = true): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<h3>${title}</h3>
    <dl>
      ${list.map(
        ({ name, about }) =>
          html`<dt>${spaced ? capital(plain(name)) : name}</dt>
            <dd>${about}</dd>`,
      )}
    </dl>`;
}
