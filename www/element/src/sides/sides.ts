import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Together, type Side } from "@consensus-playground/engine/together.ts";
import type { Descriptor, Explanation } from "@consensus-playground/engine/types.ts";
import { stop } from "@consensus-playground/engine/format.ts";
import { say, settled } from "../language/language.ts";
import { Announcer } from "../narrator/announcer.ts";
import { News } from "../narrator/news.ts";
import { findScenario, scenariosOf } from "../page/gallery.ts";
import { isFree } from "../page/keys.ts";
import { controls } from "../styles/controls.ts";
import { tokens } from "../styles/tokens.ts";
import { MOST, namesIn, pack, unpack, type Comparison } from "./address.ts";
import "./costs.ts";
import "./side.ts";
import "./size.ts";
import "./transport.ts";
import "../language/en/sides.ts";

/** How much faster a key makes it. */
const FASTER = 10 ** 0.25;

/** Two or three runs beside each other on one clock. The page's address says which. */
@customElement("cp-sides")
export class Sides extends LitElement {
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        gap: 10px;
      }
      .runs {
        display: grid;
        grid-template-columns: repeat(var(--runs), minmax(0, 1fr));
        gap: 0 12px;
      }
      .foot {
        position: sticky;
        bottom: 0;
        z-index: 4;
        padding: 8px 0;
        background: var(--paper);
        border-top: 1px solid var(--line);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .row p {
        margin: 0;
        color: var(--soft);
      }
      @media (max-width: 760px) {
        .runs {
          grid-template-columns: minmax(0, 1fr);
          row-gap: 0;
          --picture: min(78vw, 40vh);
        }
      }
    `,
  ];

  @state() private said = "";

  private readonly together = new Together();
  private readonly announcer = new Announcer(() => this.renderRoot.querySelector<HTMLElement>("#live"));
  private readonly sight = new IntersectionObserver((entries) => {
    this.inSight = entries.at(-1)?.isIntersecting ?? true;
    this.lookAround();
  });
  private inSight = true;
  /** The address that these runs have, as it was written last. */
  private written = "";
  /** The texts that it stands for; `undefined` until the first are open. */
  private texts: string | undefined;
  private turn = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
    document.addEventListener("visibilitychange", this.lookAround);
    window.addEventListener("hashchange", this.moved);
    settled.addEventListener("change", this.changed);
    this.together.addEventListener("change", this.changed);
    this.addEventListener("keydown", this.key);
    void this.arrive();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    document.removeEventListener("visibilitychange", this.lookAround);
    window.removeEventListener("hashchange", this.moved);
    settled.removeEventListener("change", this.changed);
    this.together.removeEventListener("change", this.changed);
    this.removeEventListener("keydown", this.key);
    this.announcer.release();
    this.together.close();
  }

  private readonly changed = (): void => {
    void this.follow();
    this.requestUpdate();
  };

  private readonly moved = (): void => void this.arrive();

  private readonly lookAround = (): void => this.together.setVisible(this.inSight && !document.hidden);

  /** Opens what the address says; without a word in it, the first two protocols that there are. */
  private readonly arrive = async (): Promise<void> => {
    const { hash } = location;
    if (this.written !== "" && hash === this.written) return;
    // Until all are open, the address is not theirs to follow.
    this.texts = undefined;
    const turn = (this.turn += 1);
    const { together } = this;
    for (const side of together.sides) together.remove(side);
    together.now = 0;
    this.said = "";
    const first = this.enter();
    const protocols = await first.load().then(
      ({ protocols }) => protocols,
      (error: unknown) => first.fail(error, this.arrive),
    );
    if (!protocols) return;
    const { runs, now } = await this.wanted(hash, protocols);
    for (const [place, text] of runs.entries()) {
      if (turn !== this.turn) return;
      await together.open(place === 0 ? first : this.enter(), text);
    }
    if (now > 0) await together.seek(now);
    if (turn !== this.turn) return;
    this.written = hash;
    this.texts = this.runs().join("\0");
    this.dataset.engine = "ready";
  };

  private async wanted(hash: string, protocols: readonly Descriptor[]): Promise<Comparison> {
    const usual = { runs: protocols.slice(0, 2).map(({ firstScenario }) => firstScenario), now: 0 };
    if (hash === "") return usual;
    const names = namesIn(hash);
    if (names) {
      const found = await Promise.all(names.map((name) => findScenario(protocols, name)));
      const missing = names.find((_, place) => !found[place]);
      if (missing !== undefined) this.said = say("sides.unknown", { name: missing });
      const runs = found.flatMap((one) => (one ? [one.text] : []));
      return runs.length > 0 ? { runs, now: 0 } : usual;
    }
    try {
      const shared = await unpack(hash);
      if (shared) return shared;
      this.said = say("sides.damaged");
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
    return usual;
  }

  /** One more run, at first without a scenario. */
  private enter(): Side {
    const side = this.together.enter();
    const own = { news: new News(), waiting: [] as string[], explained: side.explanation };
    side.addEventListener("frame", () => own.waiting.push(...own.news.from(side)));
    side.addEventListener("change", () => this.announce(side, own));
    return side;
  }

  /** In motion, only what is new is announced; at rest, what has happened in this run. */
  private announce(side: Side, own: { waiting: string[]; explained: Explanation | undefined }): void {
    const { explanation } = side;
    const fresh = explanation !== undefined && explanation !== own.explained;
    own.explained = explanation;
    if (!side.touched) return;
    const name = say("sides.run", { number: this.together.sides.indexOf(side) + 1 });
    const news = own.waiting.splice(0);
    if (fresh && !this.together.playing) news.push(stop(explanation.title));
    if (news.length > 0) this.announcer.say([`${name}: ${news.join(" ")}`], this.together.playing);
  }

  private runs(): string[] {
    return this.together.sides.map(({ text }) => text);
  }

  /** Other runs have another address: their names in the gallery, or all of them. */
  private async follow(): Promise<void> {
    const runs = this.runs();
    const texts = runs.join("\0");
    if (this.texts === undefined || texts === this.texts || runs.some((text) => text === "")) return;
    this.texts = texts;
    const names = this.together.sides.map(
      ({ descriptor, text }) =>
        descriptor && scenariosOf(descriptor).find((one) => one.text.trim() === text.trim())?.file,
    );
    const address = names.every((name) => name !== undefined) ? `#${names.join("+")}` : await pack({ runs, now: 0 });
    if (address !== undefined && texts === this.texts) this.write(address);
  }

  private write(address: string): void {
    this.written = address;
    history.replaceState(history.state, "", address);
  }

  private async copy(): Promise<void> {
    const address = await pack({ runs: this.runs(), now: this.together.now });
    if (address === undefined) return void (this.said = say("header.too-long"));
    this.write(address);
    try {
      await navigator.clipboard.writeText(location.href);
      this.said = say("sides.copied");
    } catch {
      this.said = say("sides.not-copied");
    }
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !isFree(event)) return;
    const { together } = this;
    const hurry = (factor: number) =>
      together.setPace(together.pace, (together.pace === "meaning" ? together.tempo : together.speed) * factor);
    const acts: Record<string, () => unknown> = {
      " ": () => together.toggle(),
      k: () => together.toggle(),
      ArrowRight: () => together.step(),
      ArrowLeft: () => together.stepBack(),
      "+": () => hurry(FASTER),
      "=": () => hurry(FASTER),
      "-": () => hurry(1 / FASTER),
      r: () => together.seek(0),
      Escape: () => together.sides.forEach((side) => side.select(null)),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    act();
    event.preventDefault();
  };

  protected override render(): TemplateResult {
    const { together } = this;
    const { sides } = together;
    return html`
      <div class="runs" role="group" aria-label=${say("sides.runs")} style="--runs:${sides.length}">
        ${repeat(
          sides,
          (side) => side,
          (side, place) =>
            html`<cp-side
              .run=${side}
              .together=${together}
              .number=${place + 1}
              @leave=${() => void this.leave(side)}
            ></cp-side>`,
        )}
      </div>
      <div class="foot"><cp-shared-transport .together=${together}></cp-shared-transport></div>
      <div class="row">
        <button id="add" ?disabled=${sides.length >= MOST} @click=${() => void this.another()}>
          ${say("sides.add")}
        </button>
        <button @click=${() => void this.copy()}>${say("sides.copy")}</button>
        <cp-shared-size .together=${together}></cp-shared-size>
        <p role="status">${this.said}</p>
      </div>
      <cp-shared-costs .sides=${sides}></cp-shared-costs>
      <div id="live" class="hidden" aria-live="polite"></div>
    `;
  }

  /** Takes a run away. Whoever did that by key is where one can be had again. */
  private async leave(side: Side): Promise<void> {
    this.together.remove(side);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#add")?.focus({ preventScroll: true });
  }

  /** One more, as the last is: what is to differ is chosen in it. */
  private async another(): Promise<void> {
    const { sides } = this.together;
    const text = sides.at(-1)?.text;
    if (text !== undefined && sides.length < MOST) await this.together.open(this.enter(), text);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "cp-sides": Sides;
  }
}
