import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type {
  FoldCommand,
  FoldEntry,
  FoldReplica,
  FoldState,
  FoldView,
} from "@consensus-playground/engine/wasm/consensus_playground.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { capital, nodeName } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { rove } from "../page/roving.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import { logAndStateStyles } from "./log-and-state-styles.ts";
import "../language/en/fold.ts";

/** Least time, in ms, between two looks while the run goes on, and between two entries of a replay. */
const PAUSE = 500;
const BEAT = 700;
/** How many values of a replica's state are written out beside the others'. */
const FEW = 12;

/**
 * The agreed log, the state after each of its entries, and what each replica holds: a state is a fold over the log, so that
 * it can be gone through, entry by entry. Where replicas differ, and where one holds something else than its log says,
 * stands in words.
 */
@customElement("cp-fold")
export class LogAndState extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private view: FoldView | undefined;
  @state() private replaying: ReturnType<typeof setTimeout> | undefined;

  static override styles = [controls, logAndStateStyles];

  protected readonly watch = new Watch(this, ["change", "open"], (type) => this.heard(type));
  /** The entry that is looked at; the last one where it is not set. */
  private at: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private asked = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.fetch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.stop();
  }

  private heard(type: string): void {
    if (type === "open") {
      this.stop();
      this.at = undefined;
    }
    if (this.timer !== undefined || this.closest("details")?.open === false) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    }, PAUSE);
  }

  /** One question at a time; what is wanted meanwhile is asked for next. */
  private async fetch(): Promise<void> {
    this.asked = true;
    if (this.asking) return;
    this.asking = true;
    await this.updateComplete;
    while (this.asked) {
      this.asked = false;
      this.view = (await this.run?.guard("fold", this.at)) ?? this.view;
    }
    this.asking = false;
  }

  private look(at: number): void {
    this.at = at === this.view?.last ? undefined : at;
    void this.fetch();
  }

  private stop(): void {
    clearTimeout(this.replaying);
    this.replaying = undefined;
  }

  private replay(from: number): void {
    this.look(from);
    const next = () => {
      const { view } = this;
      if (!view || view.at >= view.last) return this.stop();
      this.look(view.at + 1);
      this.replaying = setTimeout(next, BEAT);
    };
    this.replaying = setTimeout(next, BEAT);
  }

  private readonly toggleReplay = (): void => {
    if (this.replaying !== undefined) this.stop();
    else if (this.view) this.replay(this.view.first);
  };

  private readonly slid = (event: Event): void => {
    this.stop();
    this.look(Number((event.target as HTMLInputElement).value));
  };

  private readonly keyed = (event: KeyboardEvent): void => rove(event, "tbody button");

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const list = this.renderRoot.querySelector<HTMLElement>(".entries");
    const row = list?.querySelector<HTMLElement>("[aria-current]")?.closest("tr");
    if (!list || !row) return;
    const above = row.offsetTop - list.scrollTop - row.offsetHeight;
    const below = row.offsetTop + row.offsetHeight - list.scrollTop - list.clientHeight;
    if (above < 0) list.scrollTop += above;
    else if (below > 0) list.scrollTop += below;
  }

  protected override render(): TemplateResult {
    const { view, run } = this;
    if (!view || !run) return html``;
    if (view.last === 0)
      return html`<p class="soft">${say("fold.about")}</p>
        <p>${say("fold.none")}</p>`;
    return html`<p class="soft">${say("fold.about")}</p>
      ${this.verdict(run, view)} ${this.scrubber(view)} ${stateAt(view)} ${this.entries(view)}
      ${this.replicas(run, view)}`;
  }

  private verdict(run: Run, view: FoldView): TemplateResult {
    const strays = view.replicas.filter((one) => one.strays && !one.liar);
    const name = (one: FoldReplica) => nodeName(one.node, run.descriptor);
    // What is not known comes over the boundary as null.
    const differs = view.differs ?? undefined;
    return html`<div class="verdict" role="status">
      ${strays.map((one) =>
        one.last < one.applied
          ? html`<p class="bad">${say("fold.hole", { name: name(one), applied: one.applied, hole: one.last + 1 })}</p>`
          : html`<p class="bad">${say("fold.strays", { name: name(one) })}</p>`,
      )}
      ${
        differs === undefined
          ? nothing
          : html`<p class="bad">
              ${say("fold.differs", { index: differs })}
              <button @click=${() => this.look(differs)}>${say("fold.to-difference", { index: differs })}</button>
            </p>`
      }
      ${strays.length === 0 && differs === undefined ? html`<p>${say("fold.same")}</p>` : nothing}
    </div>`;
  }

  private scrubber({ first, last, at }: FoldView): TemplateResult {
    return html`<div class="scrubber">
      <input
        type="range"
        min=${first}
        max=${last}
        step="1"
        .value=${String(at)}
        aria-label=${say("fold.slider")}
        aria-valuetext=${say("fold.of", { index: at, last })}
        @input=${this.slid}
      />
      <span aria-hidden="true">${say("fold.of", { index: at, last })}</span>
      <button @click=${this.toggleReplay}>${say(this.replaying === undefined ? "fold.replay" : "fold.stop")}</button>
    </div>`;
  }

  private entries({ entries, at, first, last }: FoldView): TemplateResult {
    const [from, to] = [entries[0]?.index ?? 0, entries.at(-1)?.index ?? 0];
    const stop = entries.some((entry) => entry.index === at) ? at : from;
    return html`<h3>${say("fold.entries")}</h3>
      ${first > 0 ? html`<p class="soft">${say("fold.start", { index: first + 1 })}</p>` : nothing}
      ${to - from + 1 < last - first ? html`<p class="soft">${say("fold.some", { from, to })}</p>` : nothing}
      <div class="entries">
        <table @keydown=${this.keyed}>
          <thead>
            <tr>
              <th scope="col">${say("fold.entry")}</th>
              <th scope="col">${say("fold.command")}</th>
              <th scope="col">${say("fold.asked")}</th>
              <th scope="col">${say("fold.by")}</th>
            </tr>
          </thead>
          <tbody>
            ${entries.map((entry) => this.entry(entry, entry.index === at, entry.index === stop))}
          </tbody>
        </table>
      </div>`;
  }

  private entry({ index, commands, by, differs }: FoldEntry, here: boolean, stop: boolean): TemplateResult {
    const go = () => {
      this.stop();
      if (!here) this.look(index);
    };
    return html`<tr class=${here ? "here" : ""}>
      <th scope="row">
        <button
          tabindex=${stop ? 0 : -1}
          aria-current=${here ? "true" : nothing}
          aria-label=${`${say("fold.entry")} ${index}`}
          @click=${go}
          @focus=${go}
        >
          <span aria-hidden="true">${here ? "▸ " : ""}</span>${index}
        </button>
      </th>
      <td>
        ${commands.length === 0 ? html`<span class="soft">${say("fold.does-nothing")}</span>` : commands.map(commandLine)}
        ${differs ? html`<span class="bad">${say("fold.is-other")}</span>` : nothing}
      </td>
      <td>${commands.map(({ client }) => html`<div>${client ?? say("fold.nobody")}</div>`)}</td>
      <td>${by.join(" ")}</td>
    </tr>`;
  }

  private replicas(run: Run, view: FoldView): TemplateResult {
    return html`<h3>${say("fold.replicas")}</h3>
      <div class="replicas" tabindex="0" role="group" aria-label=${say("fold.replicas")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${capital(run.descriptor?.agent ?? "")}</th>
              <th scope="col">${say("fold.state")}</th>
              <th scope="col">${say("fold.go")}</th>
            </tr>
          </thead>
          <tbody>
            ${view.replicas.map((one) => this.replica(run, view, one))}
          </tbody>
        </table>
      </div>`;
  }

  private replica(run: Run, view: FoldView, one: FoldReplica): TemplateResult {
    const name = nodeName(one.node, run.descriptor);
    const has = Boolean(one.state) && view.at > 0 && one.applied >= view.at;
    return html`<tr class=${one.differs ? "differs" : ""}>
      <th scope="row">
        ${name}
        <div class="soft">${one.knows ? say("fold.applied-to", { index: one.applied }) : nothing}</div>
        ${one.liar ? html`<div class="soft">${say("fold.liar")}</div>` : nothing}
      </th>
      <td>
        ${standing(view, one)}
        ${
          one.strays && one.own
            ? html`<div class="bad">
                ${say("fold.holds", { own: written(one.own), says: one.state && view.at === one.last ? written(one.state) : "…" })}
              </div>`
            : nothing
        }
        ${
          one.strays
            ? html`<button
                aria-label=${say("fold.go-strayed", { name })}
                @click=${() => void this.go(one.node, undefined)}
              >
                ${say("fold.where-it-began")}
              </button>`
            : nothing
        }
      </td>
      <td>
        ${
          has
            ? html`<button
                aria-label=${say("fold.go-applied", { name, index: view.at })}
                @click=${() => void this.go(one.node, view.at)}
              >
                ${view.at} ↗
              </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  /** Goes to where a replica applied an entry, or began to differ from its log. The entry stays in sight. */
  private async go(node: string, index: number | undefined): Promise<void> {
    const event = await this.run?.guard("foldEvent", Number(node), index);
    if (event) await this.run?.seek(event);
  }
}

function commandLine({ what, again }: FoldCommand): TemplateResult {
  return html`<div>${what}${again ? html` <span class="soft">(${say("fold.again")})</span>` : nothing}</div>`;
}

/** What a replica has at the index that is looked at. */
function standing(view: FoldView, one: FoldReplica): TemplateResult {
  if (!one.knows) return html`<span class="soft">${say("fold.lost")}</span>`;
  if (!one.state) {
    return html`<span class="soft"
      >${view.at < one.base ? say("fold.in-snapshot", { base: one.base }) : say("fold.not-yet")}</span
    >`;
  }
  const what = one.other?.map((command) => command.what).join(", ");
  return html`<div>${written(one.state)}</div>
    ${one.other ? html`<div class="bad">${say("fold.entry-there", { what: what || say("fold.does-nothing") })}</div>` : nothing}
    <div class=${one.differs ? "bad" : "soft"}>${say(one.differs ? "fold.is-other" : "fold.is-same")}</div>`;
}

function written({ values }: FoldState): string {
  const some = values.slice(0, FEW).map(({ key, value }) => `${key}=${value}`);
  if (values.length > FEW) some.push(say("fold.more", { count: values.length - FEW }));
  return some.join(" ") || say("fold.empty");
}

/** The state after the entry at hand, as the first replica that has it says. */
function stateAt({ at, replicas }: FoldView): TemplateResult {
  const state = (replicas.find((one) => one.state && !one.liar) ?? replicas.find((one) => one.state))?.state;
  return html`<h3>${at > 0 ? say("fold.after", { index: at }) : say("fold.before-all")}</h3>
    <div class="state" aria-live="polite">
      ${
        !state || state.values.length === 0
          ? html`<p class="soft">${say("fold.empty")}</p>`
          : html`<dl>
              ${state.values.map(
                ({ key, value, changed, was }) =>
                  html`<dt>${key}</dt>
                    <dd class=${changed ? "changed" : ""}>
                      ${value}
                      ${changed ? html`<span class="soft">${typeof was === "string" ? say("fold.was", { value: was }) : say("fold.new")}</span>` : nothing}
                    </dd>`,
              )}
            </dl>`
      }
      ${state?.answers.map(
        ({ client, number, told }) => html`<div class="soft small">${say("fold.told", { client, number, told })}</div>`,
      )}
    </div>`;
}
