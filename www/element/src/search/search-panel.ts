import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { EngineClient, EngineHalted } from "@consensus-playground/engine/client.ts";
import { head } from "@consensus-playground/engine/scenario-text.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Wish } from "../header/header.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { controls } from "../styles/controls.ts";
import { answer, number, progress, type Deeds } from "./answer.ts";
import { Hunt, type Total, type Wanted } from "./hunt.ts";
import type { SearchForm } from "./search-form.ts";
import { searchStyles } from "./search-styles.ts";
import "./search-form.ts";
import "../language/en/search.ts";

/** How often it is read out how far it is: milliseconds. */
const TELLING = 15_000;
/** So many workers take walks at most; one core is left to the page. */
const MOST = 4;

/** The search of each run: its panel may be closed meanwhile. */
const hunts = new WeakMap<Run, Hunt>();

/** *Break it*: looks for a schedule that breaks something, in workers of its own, and shows what it finds. */
@customElement("cp-search")
export class SearchPanel extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  @state() private hunt: Hunt | undefined;
  /** What the engine said against what was asked. */
  @state() private wrong = "";
  /** What is read out. */
  @state() private heard = "";
  /** What is told of a search that was left. */
  @state() private left = "";
  /** What was said of copying and saving; the text, where it must be copied by hand. */
  @state() private said = "";
  @state() private byHand = "";
  /** At work to make the run at hand shorter. */
  @state() private shortening: EngineClient | undefined;
  private heardAt = 0;

  static override styles = [controls, searchStyles];

  protected readonly watch = new Watch(this, ["change"]);

  override connectedCallback(): void {
    super.connectedCallback();
    const { run } = this;
    const kept = run && hunts.get(run);
    if (kept && head(kept.wanted.text, "protocol") === run.descriptor?.id) this.follow(kept);
    else kept?.cancel();
  }

  /** While the panel is closed the search rests; a closed playground ends it. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hunt?.pause();
    this.leave();
    this.shortening?.stop();
  }

  protected override render(): TemplateResult {
    const { hunt, shortening } = this;
    const room = shortening ? this.waiting(shortening) : hunt ? this.shown(hunt) : undefined;
    return html`${this.form(room !== undefined)} ${room}
      <p class="hidden" role="status">${this.heard}</p>`;
  }

  /** What was written in it stays, while something else is shown. */
  private form(hidden: boolean): TemplateResult {
    return html`<cp-search-form
      ?hidden=${hidden}
      .run=${this.run}
      .wrong=${this.wrong}
      .left=${this.left}
      @begin=${({ detail }: CustomEvent<Wanted>) => void this.begin(detail)}
      @shorten=${() => void this.shorten()}
    ></cp-search-form>`;
  }

  private waiting(engine: EngineClient): TemplateResult {
    return html`<h3>${say("search.shortening")}</h3>
      <div class="buttons"><button class="first" @click=${() => engine.stop()}>${say("search.cancel")}</button></div>`;
  }

  private shown(hunt: Hunt): TemplateResult {
    if (!hunt.over) {
      return progress(
        hunt,
        () => (hunt.paused ? hunt.goOn() : hunt.pause()),
        () => hunt.cancel(),
      );
    }
    const { said, byHand } = this;
    return html`${answer(hunt, this.deeds(hunt))}
      <p role="status" class="soft">${said}</p>
      ${byHand ? html`<textarea readonly aria-label=${say("search.text")} .value=${byHand}></textarea>` : nothing}`;
  }

  private deeds(hunt: Hunt): Deeds {
    const text = hunt.finding?.text ?? "";
    return {
      open: () => void this.open(text),
      share: () => void this.open(text, "share"),
      copy: () => void this.copy(text),
      save: () => void this.save("found.scenario", "text/plain", text, "search.saved"),
      teach: () => void this.teach(hunt),
      again: () => void this.afresh(),
      walk: () => void this.begin({ ...hunt.wanted, strategy: "swarm", bounds: "" }),
    };
  }

  private async begin(wanted: Wanted): Promise<void> {
    const { run } = this;
    if (!run) return;
    const cores = navigator.hardwareConcurrency || 2;
    const workers = wanted.strategy === "swarm" ? Math.min(MOST, Math.max(1, cores - 1)) : 1;
    const hunt = new Hunt(wanted, workers, () => new EngineClient());
    hunts.set(run, hunt);
    run.addEventListener("close", () => hunt.cancel(), { once: true });
    this.follow(hunt);
    this.wrong = this.left = this.said = this.byHand = "";
    this.hear(say("search.starting"));
    void hunt.start();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".first")?.focus();
  }

  private follow(hunt: Hunt): void {
    this.leave();
    this.hunt = hunt;
    hunt.addEventListener("change", this.further);
    hunt.addEventListener("end", this.ended);
  }

  private leave(): void {
    this.hunt?.removeEventListener("change", this.further);
    this.hunt?.removeEventListener("end", this.ended);
  }

  private readonly further = (): void => {
    const { hunt } = this;
    this.requestUpdate();
    if (!hunt || performance.now() - this.heardAt < TELLING) return;
    const many = { number: number(hunt.total?.states ?? 0) };
    this.hear(say(hunt.total?.walks ? "search.so-far-walks" : "search.so-far", many));
  };

  /** There is an answer, or none will come. Whoever waited for it is led there. */
  private readonly ended = (): void => {
    const { hunt, run } = this;
    if (!hunt || !run) return;
    const here = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null;
    if (hunt.answered) {
      this.hear(hunt.finding?.sentence ?? "");
      if (here) void this.goTo(".answer");
      return this.requestUpdate();
    }
    this.wrong = hunt.mistake?.message ?? "";
    this.left = hunt.total ? stopped(hunt.total) : "";
    this.hear(this.left);
    void this.afresh(here);
  };

  /** The form once more. */
  private async afresh(focus = true): Promise<void> {
    this.leave();
    this.hunt = undefined;
    if (this.run) hunts.delete(this.run);
    if (focus) await this.goTo("cp-search-form");
  }

  private async goTo(place: string): Promise<void> {
    await this.updateComplete;
    const found = this.renderRoot.querySelector<HTMLElement>(place);
    await (found as Partial<SearchForm> | null)?.updateComplete;
    found?.focus();
  }

  private hear(text: string): void {
    this.heard = text;
    this.heardAt = performance.now();
  }

  private async open(text: string, then?: Wish): Promise<void> {
    if (!(await this.run?.open(text))) return;
    if (then) this.dispatchEvent(new CustomEvent<Wish>("wish", { detail: then }));
    else this.dispatchEvent(new CustomEvent("done"));
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = say("search.copied");
    } catch {
      [this.said, this.byHand] = [say("search.closed"), text];
      await this.updateComplete;
      this.renderRoot.querySelector("textarea")?.select();
    }
  }

  private async save(
    name: string,
    type: string,
    text: string,
    said: "search.saved" | "search.lesson-saved",
  ): Promise<void> {
    const { Download } = await import("../page/download.ts");
    const file = new Download(name, type);
    try {
      file.add(text);
      await file.save();
      this.said = say(said, { file: file.name });
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  }

  private async teach({ finding }: Hunt): Promise<void> {
    if (!finding) return;
    const { lessonOf } = await import("./lesson-of.ts");
    await this.save(
      "found-lesson.md",
      "text/markdown",
      lessonOf(finding.text, finding.sentence),
      "search.lesson-saved",
    );
  }

  /** Makes the run at hand shorter, in a worker of its own, and opens what comes of it. */
  private async shorten(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const engine = (this.shortening = new EngineClient());
    this.wrong = "";
    this.hear(say("search.shortening"));
    void this.goTo(".first");
    try {
      const text = await engine.call("makeShorter", await run.script());
      engine.stop();
      this.shortening = undefined;
      await this.open(text);
    } catch (error) {
      engine.stop();
      this.shortening = undefined;
      if (!(error instanceof EngineHalted)) this.wrong = error instanceof Error ? error.message : String(error);
      if (this.isConnected) void this.goTo("cp-search-form");
    }
  }
}

function stopped({ phase, states, walks }: Total): string {
  if (phase === "shrinking") return say("search.stopped-shrinking");
  return say(walks > 0 ? "search.stopped-walks" : "search.stopped", { number: number(states) });
}
