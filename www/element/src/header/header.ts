import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { say } from "../language/language.ts";
import { scenariosOf, type GalleryItem } from "../page/gallery.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { courses } from "../page/course.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";

/** What can be asked of the element around: panels to open, the theme to change. */
export type Wish = "scenario" | "share" | "help" | "search" | "theme";

/** Which protocol, which scenario, and the panels. */
@customElement("cp-header")
export class Header extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @property({ attribute: false }) open: Wish | null = null;
  /** Whether the challenge's page is beside this one. */
  @property({ attribute: false }) challenge = false;

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        gap: 8px 10px;
        align-items: center;
        flex-wrap: wrap;
        padding: 8px 16px;
        border-bottom: 1px solid var(--line);
      }
      b {
        white-space: nowrap;
        font-size: 15px;
        letter-spacing: -0.01em;
        margin-right: 6px;
      }
      .home {
        color: inherit;
        text-decoration: none;
      }
      .home:hover {
        text-decoration: underline;
      }
      select {
        max-width: 250px;
      }
      nav {
        margin-left: auto;
        display: flex;
        gap: 4px;
        flex-wrap: wrap;
      }
      nav a {
        color: var(--accent);
        padding: 5px 10px;
        min-height: 32px;
      }
      button[aria-pressed="true"],
      button[aria-expanded="true"] {
        color: var(--ink);
        border-color: var(--edge);
      }
      @container playground (max-width: 760px) {
        :host {
          padding: 8px 10px;
        }
        b:not(a b),
        .home {
          flex: 1;
        }
        select {
          order: 1;
        }
        select {
          flex: 1 1 40%;
          max-width: none;
        }
        /* Three rows on a phone: beside the scenario, the last of the panels has room. */
        select + select {
          flex-basis: calc(100% - 80px);
        }
        :host {
          gap: 6px 3px;
          justify-content: space-between;
        }
        nav {
          display: contents;
        }
        nav > :is(a, button) {
          order: 2;
          padding: 6px 1px;
          font-size: 12px;
        }
        nav > :last-child {
          order: 1;
        }
      }
      @media (max-height: 480px) and (orientation: landscape) {
        :host {
          flex-wrap: nowrap;
          padding: 4px 10px;
        }
        b {
          white-space: normal;
        }
        select,
        select + select {
          flex: 1 1 0;
          min-width: 4em;
        }
        nav {
          flex-wrap: nowrap;
        }
        nav > :is(a, button),
        nav > :last-child {
          order: 2;
          white-space: nowrap;
        }
      }
    `,
  ];

  protected readonly watch = new Watch(this);

  protected override render(): TemplateResult {
    const { run } = this;
    const library = run?.library;
    const current = run?.descriptor?.id;
    const scenarios = run?.descriptor ? scenariosOf(run.descriptor) : [];
    const chosen = scenarios.findIndex((one) => one.text.trim() === run?.text.trim());
    return html`
      ${courses.home ? html`<a class="home" href=${courses.home}><b>Consensus Playground</b></a>` : html`<b>Consensus Playground</b>`}
      <select
        aria-label=${say("header.protocol")}
        @change=${(event: Event) => this.protocol((event.target as HTMLSelectElement).value)}
      >
        ${library?.protocols.map((one) => html`<option lang="en" value=${one.id} ?selected=${one.id === current}>${one.name}</option>`)}
      </select>
      <select
        aria-label=${say("header.scenario")}
        @change=${(event: Event) => this.scenario(scenarios, (event.target as HTMLSelectElement).value)}
      >
        ${chosen < 0 ? html`<option value="" selected>${run?.info?.title ? say("header.changed", { title: run.info.title }) : say("header.own")}</option>` : ""}
        ${scenarios.map((one, place) => html`<option lang="en" value=${place} ?selected=${place === chosen}>${one.title}</option>`)}
      </select>
      <nav aria-label=${say("header.panels")}>
        ${courses.learn ? html`<a href=${courses.learn}>${say("header.learn")}</a>` : nothing}
        ${this.challenge ? html`<a href="./challenge.html">${say("header.challenge")}</a>` : nothing}
        ${this.panel("scenario", say("page.scenario"))} ${this.panel("share", say("page.share"))}
        ${this.panel("help", say("page.help"))}
        ${courses.compare ? html`<button class="quiet" ?disabled=${!run?.frame} @click=${() => void this.compare()}>${say("header.compare")}</button>` : nothing}
        <button class="quiet" @click=${() => this.wish("theme")}>${say("header.theme")}</button>
      </nav>
    `;
  }

  private panel(wish: Wish, label: string): TemplateResult {
    return html`<button class="quiet" aria-expanded=${this.open === wish} @click=${() => this.wish(wish)}>
      ${label}
    </button>`;
  }

  /** Goes to where the run stands beside a copy of itself, of which something can be changed. */
  private async compare(): Promise<void> {
    const { run } = this;
    if (!run || !courses.compare) return;
    const { pack } = await import("../sides/address.ts");
    const text = await run.script();
    const address = await pack({ runs: [text, text], now: run.frame?.now ?? 0 });
    if (address === undefined) run.fail(new Error(say("header.too-long")));
    else location.assign(courses.compare + address);
  }

  private wish(wish: Wish): void {
    this.dispatchEvent(new CustomEvent<Wish>("wish", { detail: wish }));
  }

  private protocol(id: string): void {
    const first = this.run?.library?.protocols.find((one) => one.id === id)?.firstScenario;
    if (first !== undefined) void this.run?.open(first);
  }

  private scenario(scenarios: readonly GalleryItem[], place: string): void {
    const item = place === "" ? undefined : scenarios[Number(place)];
    if (item) void this.run?.open(item.text);
  }
}
