import { LitElement, adoptStyles, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { stop } from "@consensus-playground/engine/format.ts";
import { say, settled, speak } from "./language/language.ts";
import { Address } from "./page/address.ts";
import { fetchScenarios, findScenario, scenariosOf } from "./page/gallery.ts";
import { withHead } from "@consensus-playground/engine/scenario-text.ts";
import type { Descriptor, Explanation, State } from "@consensus-playground/engine/types.ts";
import { appStyles } from "./styles/app.ts";
import { controls } from "./styles/controls.ts";
import { courseStyles } from "./styles/course.ts";
import { tokens } from "./styles/tokens.ts";
import { alerts } from "./page/alerts.ts";
import { Announcer } from "./narrator/announcer.ts";
import { News } from "./narrator/news.ts";
import { Excerpt, type Bounds } from "./page/excerpt.ts";
import { FocusKeeper } from "./page/focus.ts";
import { courses } from "./page/course.ts";
import { contents, drawerName, named, remember, remembered, type Drawer } from "./page/drawers.ts";
import * as given from "./page/given.ts";
import { pressed } from "./page/keys.ts";
import { OwnKeys } from "./page/own-keys.ts";
import { printStyles } from "./styles/print.ts";
import { looksDark, schemeProbe, schemeStyles } from "./page/scheme.ts";
import type { Wish } from "./header/header.ts";
import type { Stage } from "./stage/stage.ts";
import type { Present } from "./views/present.ts";
import type { Charts } from "./timeline/charts.ts";
import type { SpaceTime } from "./timeline/space-time.ts";
import type { Setting, View, ViewName } from "./views/view.ts";
import { viewName, viewStyles, views } from "./views/views.ts";

/**
 * A playground in which replicas agree, or fail to. It is a guest on its page: it takes neither focus nor wheel,
 * styles nothing outside itself, and stands still while out of sight. Any number of them may be on one page.
 *
 * ```html
 * <consensus-playground protocol="raft"></consensus-playground>
 * <consensus-playground>
 *   <script type="text/plain">
 *     protocol raft
 *     replicas 5
 *     at 600ms crash leader
 *   </script>
 * </consensus-playground>
 * ```
 *
 * @attr protocol - Opens the first scenario of this protocol; without it, that of the first protocol there is.
 * @attr scenario - The scenario: its text, or the file name of one in the gallery. A child
 *   `<script type="text/plain">` does the same.
 * @attr seed - Takes the place of the scenario's own seed.
 * @attr speed - Plays in true time, at so much virtual time over real time: 0.001 to 10. Without it, the pace is by meaning:
 *   what is new gets about a second, what repeats is passed over, and milestones get a beat.
 * @attr autoplay - Begins to play by itself, once it is in sight.
 * @attr address - Opens what the page's address says after `#`: a scenario's name, or a link that holds a run. Address and
 *   title follow what is opened, and links can be copied. For the one playground of a page that is nothing else.
 * @attr source-base - What an address of the Rust source begins with, for the links from rules to the lines that carry them
 *   out, as in `https://example.org/repository/blob/main/`. Without it, what `Cargo.toml` names, else the bare place is shown.
 * @attr view - How much is shown: `full` (everything, the default), `lesson` (the picture, why, the transport), or `compact`
 *   (the picture, two lines, play and step; at most 420 px high).
 * @attr controls - In the views `compact` and `lesson`: which controls there are, as words out of `back`, `play`, `step` and `scrubber`;
 *   `none` for none.
 * @attr caption - In the views `compact` and `lesson`: what is said before the first step, in place of the scenario's own
 *   title; `none` for nothing at any time.
 * @attr start-at - Where it begins: an event's number (`40`) or a time (`1.2s`).
 * @attr end-at - Where it rests, written alike. *Play* goes on from the beginning then.
 * @attr lang - The language of the interface, `en` or `de`. One page speaks one language: the last that was asked for.
 * @attr theme - `light` or `dark`; without it, what the host page's `color-scheme` says.
 * @attr full-page - The address of a page that takes the attributes in its query, as `embed.html` does. Where the element can't run,
 *   as under a content policy that forbids it, it says why and leads there.
 * @attr drawers - In the view `full`: which drawers are open at first, `break`, `inspect`, or both. With `address`, those that
 *   were open last.
 * @attr challenge - Has the restaurant challenge beside the stage: tasks, an editor, checks, measurements. It is loaded
 *   only then, and is not part of the offline page.
 *
 * @prop {boolean} playing - Whether it plays. Read only.
 * @prop {number} event - The number of the event at hand. Read only.
 * @prop {number} now - The virtual time at hand, in microseconds. Read only.
 *
 * @fires ready - A scenario is open.
 * @fires play - It begins to play.
 * @fires pause - It pauses.
 * @fires finish - The script is at its end, or the run at `end-at`.
 * @fires milestone - Something worth a mark has happened; `detail` is the event.
 * @fires violation - A property was broken.
 * @fires solved - All five checks of the challenge were passed at once; `detail` has `language` and `code`.
 * @fires progress - Checks of the challenge are over; `detail.solved` are the tasks that were ever passed.
 * @fires error - `detail` has `message` and, for a scenario, `line` and `column`.
 *
 * @cssprop --consensus-playground-height - The height. By default 46rem where there is room side by side, as high as it needs
 *   below each other, at most 420px in the view `compact` and 600px in the view `lesson`.
 * @csspart stage - The picture.
 * @csspart caption - What is said about it.
 * @csspart controls - The transport, or play, step and scrubber.
 */
@customElement("consensus-playground")
export class ConsensusPlayground extends LitElement {
  static override styles = [tokens, controls, appStyles, courseStyles, schemeStyles, viewStyles, printStyles];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  @property() protocol: string | undefined;
  @property() scenario: string | undefined;
  @property() seed: string | undefined;
  @property({ type: Number })
  get speed(): number | null {
    return this.factor;
  }

  set speed(speed: number | null) {
    this.factor = speed === null ? null : given.positive("speed", speed);
  }

  @property({ type: Boolean }) autoplay = false;
  @property({ type: Boolean }) address = false;
  @property({ attribute: "source-base" }) sourceBase: string | undefined;
  @property({ reflect: true }) theme: "light" | "dark" | undefined;
  @property({ type: Boolean, reflect: true }) challenge = false;
  @property() view: string | undefined;
  @property() controls: string | undefined;
  @property() caption: string | undefined;
  @property({ attribute: "start-at" }) startAt: string | undefined;
  @property({ attribute: "end-at" }) endAt: string | undefined;
  @property({ attribute: "full-page" }) fullPage: string | undefined;
  @property() drawers: string | undefined;

  @state() private panel: Wish | null = null;
  @state() private unfolded: ReadonlySet<Drawer> = new Set();

  @state() private presenting = false;

  @state() private shown: { name: ViewName; view: View } | undefined;

  private factor: number | null = null;

  private run = new Excerpt();
  private readonly announcer = new Announcer(
    () => this.presenter?.live ?? this.renderRoot.querySelector<HTMLElement>("#live"),
  );
  private readonly focusKeeper = new FocusKeeper(() => this.renderRoot.querySelector<HTMLElement>(".view"));
  private readonly sight = new IntersectionObserver((entries) => {
    this.inSight = entries.at(-1)?.isIntersecting ?? true;
    this.lookAround();
  });
  protected readonly ownKeys = new OwnKeys(this);
  private readonly place = new Address(
    this,
    () => this.address,
    () => void this.arrive(),
  );
  /** The text that the address stands for, or that is on its way there. */
  private addressed: string | undefined;
  private arriving = false;
  /** What was not announced yet, and the explanation that was. */
  private news: string[] = [];
  private told: Explanation | undefined;
  private inSight = false;
  private begun = false;

  get playing(): boolean {
    return this.run.playing;
  }

  get event(): number {
    return this.run.event;
  }

  get now(): number {
    return this.run.frame?.now ?? 0;
  }

  /** Plays on. */
  play(): void {
    this.run.play();
  }

  /** Rests where it is. */
  pause(): void {
    this.run.pause();
  }

  /** Carries out one event. */
  step(): Promise<void> {
    return this.run.step();
  }

  /** Goes to just after an event, back or forth. */
  async seek(event: number): Promise<void> {
    return this.run.seek(given.whole("event", event));
  }

  /** Opens a scenario's text. Resolves to `false` where it has a mistake; the run at hand goes on then. */
  async open(text: string): Promise<boolean> {
    return this.run.open(given.text("text", text));
  }

  /** The run at hand as a link, from `#` on: the scenario with what was done by hand, and where it stands. */
  link(): Promise<string> {
    return this.run.link();
  }

  /** Opens a link. Resolves to `false` where it can't be read; the run at hand goes on then. */
  async openLink(link: string): Promise<boolean> {
    return this.run.openLink(given.text("link", link));
  }

  /** Does something now: a line of the scenario language, such as `crash 2`. */
  async act(line: string): Promise<boolean> {
    return this.run.act(given.text("line", line));
  }

  /** The scenario with what was done by hand. */
  script(): Promise<string> {
    return this.run.script();
  }

  /** A hash over all that has happened and all that is, as 16 hexadecimal digits. Equal runs have equal hashes. */
  traceHash(): Promise<string> {
    return this.run.ask("traceHash");
  }

  /** The whole state of the run at hand, as plain data. */
  state(): Promise<State> {
    return this.run.ask("state");
  }

  /** What stands wrongly in an attribute is told like any problem: there is nobody who could catch it. */
  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (name === "lang" && value) void speak([value]);
    try {
      super.attributeChangedCallback(name, before, value);
    } catch (error) {
      this.run.fail(
        error instanceof TypeError ? new TypeError(`${error.message} (\`${name}="${value ?? ""}"\`)`) : error,
      );
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
    document.addEventListener("visibilitychange", this.lookAround);
    document.addEventListener("keydown", this.pageKey);
    settled.addEventListener("change", this.sayAgain);
    void this.loadView();
    if (this.begun) void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    document.removeEventListener("visibilitychange", this.lookAround);
    document.removeEventListener("keydown", this.pageKey);
    settled.removeEventListener("change", this.sayAgain);
    this.announcer.release();
    this.run.close();
  }

  protected override firstUpdated(): void {
    for (const type of ["play", "pause", "finish", "violation", "milestone"] as const) {
      this.run.addEventListener(type, (event) => this.tell(type, (event as CustomEvent).detail));
    }
    this.run.addEventListener("problem", () => {
      const { message = "", line, column } = this.run.problem ?? {};
      this.tell("error", {
        message,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      });
      this.requestUpdate();
    });
    this.run.addEventListener("open", () => void this.offerScenarios());
    this.run.addEventListener("change", () => this.changed());
    const newspaper = new News();
    this.run.addEventListener("frame", () => this.news.push(...newspaper.from(this.run)));
    for (const type of ["keydown", "click"])
      this.addEventListener(type, () => this.focusKeeper.claim(), { capture: true });
    this.begun = true;
    const full = (this.view ?? "full") === "full";
    for (const drawer of !full ? [] : this.address ? (remembered() ?? named(this.drawers)) : named(this.drawers))
      void this.draw(drawer, true);
    void this.arrive();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("speed")) {
      if (this.speed === null) this.run.setPace("meaning");
      else this.run.setSpeed(this.speed);
    }
    if (changed.has("sourceBase")) this.run.setSourceBase(this.sourceBase && String(this.sourceBase));
    if (changed.has("challenge") && this.challenge) void this.takeUp();
    if (changed.has("theme")) this.recolour();
    if (changed.has("view") && this.begun) void this.loadView();
    const reopen = (["protocol", "scenario", "seed", "startAt", "endAt"] as const).some(
      (name) => changed.has(name) && changed.get(name) !== undefined,
    );
    if (reopen && this.begun) void this.begin();
  }

  /** Loads what the attribute `view` asks for. */
  private async loadView(): Promise<void> {
    const wanted = this.view ?? "full";
    const name = viewName(wanted);
    if (!name) this.run.fail(new TypeError(`\`view\` must be full, lesson or compact, not ${JSON.stringify(wanted)}`));
    const view = await this.run.part("the view", views[name ?? "full"], () => this.loadView());
    if (!view || wanted !== (this.view ?? "full")) return;
    const root = this.renderRoot as ShadowRoot;
    adoptStyles(root, [...(this.constructor as typeof ConsensusPlayground).elementStyles, view.styles]);
    this.shown = { name: name ?? "full", view };
  }

  private readonly recolour = (): void => {
    const drawn = this.renderRoot.querySelectorAll<Stage | SpaceTime | Charts | Present>(
      "cp-stage, cp-space-time, cp-charts, cp-present",
    );
    for (const one of drawn) one.themeChanged();
  };

  /** Another language is in use. */
  private readonly sayAgain = (): void => {
    this.run.dispatchEvent(new CustomEvent("change"));
  };

  /** Fetches the other scenarios of the protocol, for the header's list. */
  private async offerScenarios(): Promise<void> {
    const { id = "" } = this.run.descriptor ?? {};
    await this.run.part(
      "the scenarios",
      () => fetchScenarios(id),
      () => this.offerScenarios(),
    );
  }

  private async takeUp(): Promise<void> {
    const { challenge } = courses;
    if (challenge) await this.run.part("the challenge", challenge, () => this.takeUp());
  }

  /** Opens what the address says. The address needs no word of it, but the title does. */
  private async arrive(): Promise<void> {
    const { link } = this.place;
    this.arriving = true;
    try {
      await (link !== undefined && this.run.frame ? this.run.openLink(link) : this.begin());
    } finally {
      this.arriving = false;
      this.addressed = this.run.text;
      this.entitle();
    }
  }

  /** Lets the address follow, where another scenario was opened. */
  private readdress(): void {
    const { run } = this;
    if (!this.address || this.arriving || !run.descriptor || run.text === this.addressed) return;
    this.addressed = run.text;
    this.place.follow(scenariosOf(run.descriptor).find(({ text }) => text.trim() === run.text.trim())?.file);
    this.entitle();
  }

  /** The page's title says what is open, where the page is nothing else than this element. */
  private entitle(): void {
    const { info, descriptor } = this.run;
    if (!this.address || this.challenge || window.parent !== window || !descriptor) return;
    document.title = [info?.title, descriptor.name, "Consensus Playground"].filter(Boolean).join(" – ");
  }

  private async begin(): Promise<void> {
    this.run.setElsewhere(this.elsewhere);
    // What was wrong with an attribute before anything was open.
    const misused = this.run.frame ? null : this.run.problem;
    try {
      const { protocols } = await this.run.load();
      const protocol = protocols.find((one) => one.id === this.protocol) ?? protocols[0];
      let text = await this.wanted(protocols, protocol?.firstScenario ?? "");
      if (this.seed) text = withHead(text, "seed", given.text("seed", this.seed));
      const { link } = this.place;
      const opened =
        link === undefined ? await this.run.openPart(this.bounds(text)) : await this.openShared(link, text);
      if (!opened && protocol && !this.run.frame) {
        // A broken scenario must not leave an empty page: its mistake is shown beside a run that works.
        const { problem } = this.run;
        await this.run.open(protocol.firstScenario);
        this.run.report(problem);
      }
      if (misused && !this.run.problem) this.run.fail(new Error(misused.message));
      this.dataset.engine = "ready";
      this.tell("ready", undefined);
      if (this.autoplay) this.run.play();
    } catch (error) {
      this.run.fail(error, () => this.begin());
    }
    this.requestUpdate();
  }

  /** The address of a page of its own that shows what this element was to show. */
  private get elsewhere(): string | undefined {
    const page = this.fullPage ?? courses.full;
    if (!page) return undefined;
    const address = new URL(page, location.href);
    const { protocol, seed } = this;
    const scenario = this.place.name ?? this.scenario ?? this.child;
    for (const [name, value] of Object.entries({ protocol, scenario, seed }))
      if (value) address.searchParams.set(name, value);
    address.hash = this.place.link ?? "";
    return /^(?:https?|file):$/.test(address.protocol) ? address.href : undefined;
  }

  /** The scenario that stands within the element. */
  private get child(): string | undefined {
    const text = this.querySelector('script[type="text/plain"]')?.textContent;
    return text ? outdent(text) : undefined;
  }

  /** The text that the attribute or the child asks for; without either, and where a file does not arrive, this first one. */
  private async wanted(protocols: readonly Descriptor[], first: string): Promise<string> {
    const asked = this.place.name ?? this.scenario;
    const text = given.text("scenario", asked ?? this.child ?? first);
    if (!asked) return text;
    const load = () => findScenario(protocols, text);
    const named = await this.run.part("the scenarios", load, () => this.begin());
    return named === undefined ? first : (named?.text ?? text);
  }

  /** The part of a scenario that the attributes name. */
  private bounds(text: string): Bounds {
    const [from, to] = [this.startAt, this.endAt];
    return {
      text,
      from: from ? given.place("start-at", from) : undefined,
      to: to ? given.place("end-at", to) : undefined,
    };
  }

  /** Opens a link, or where it can't be read, the scenario: what was wrong with the link stays to be read. */
  private async openShared(link: string, text: string): Promise<boolean> {
    if (await this.run.openLink(link)) {
      // A link leads to a place of its own; it is only the end that holds for it.
      this.run.bound(this.bounds(this.run.text));
      return true;
    }
    const { problem } = this.run;
    const opened = await this.run.open(text);
    // A damaged link stays damaged; one at which the engine was lost may do better.
    if (opened && problem)
      this.run.report(problem.gone ? { ...problem, retry: () => this.run.openLink(link) } : problem);
    return opened;
  }

  protected override render(): TemplateResult {
    if (!courses.challenge || !this.challenge) return this.app();
    const tell = ({ type, detail }: CustomEvent) => this.tell(type, detail);
    return html`<div class="course">
      <cp-challenge .run=${this.run} @solved=${tell} @progress=${tell}></cp-challenge>
      <div class="house">${this.app()}</div>
    </div>`;
  }

  private app(): TemplateResult {
    const { run, shown } = this;
    // The frame is as high as it will be, before what is in it has come.
    return html`
      <div
        class="app ${shown?.name ?? viewName(this.view ?? "full") ?? "full"}"
        @keydown=${this.key}
        @focusin=${() => {
          this.announcer.claim();
          this.focusKeeper.claim();
        }}
        @pointerdown=${() => this.announcer.claim()}
        @present=${() => void this.present()}
      >
        ${shown ? shown.view.render(this.setting) : run.missing ? alerts(run) : nothing}
        ${this.presenting ? html`<cp-present .run=${run} @leave=${() => (this.presenting = false)}></cp-present>` : nothing}
        <div id="live" class="hidden" aria-live="polite"></div>
        ${schemeProbe(this.recolour)}
      </div>
    `;
  }

  /** A drawer that a person opens gets the focus: below a narrow picture, it is out of sight else. */
  private async toggle(drawer: Drawer): Promise<void> {
    const open = !this.unfolded.has(drawer);
    await this.draw(drawer, open);
    if (this.address) remember(this.unfolded);
    await this.updateComplete;
    const section = this.renderRoot.querySelector<HTMLElement>(`#${drawer}`);
    if (!open || !section) return;
    section.focus({ preventScroll: true });
    const { top } = section.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) section.scrollIntoView({ block: "start" });
  }

  private get presenter(): Present | null {
    return this.renderRoot.querySelector("cp-present");
  }

  /** Fills the screen, or leaves it. */
  private async present(): Promise<void> {
    if (this.presenting) this.presenting = false;
    else if (
      await this.run.part(
        say("present.name"),
        () => import("./views/present.ts"),
        () => this.present(),
      )
    )
      this.presenting = true;
  }

  private async draw(drawer: Drawer, open: boolean): Promise<void> {
    const drawers = new Set(this.unfolded);
    if (open) drawers.add(drawer);
    else drawers.delete(drawer);
    this.unfolded = drawers;
    if (open) await this.run.part(drawerName(drawer), contents[drawer], () => this.draw(drawer, open));
  }

  private get setting(): Setting {
    const { run, panel, near, caption } = this;
    return {
      run,
      panel,
      near,
      caption,
      controls: this.controls,
      drawers: this.unfolded,
      toggle: (drawer) => void this.toggle(drawer),
      wish: (wish) => this.wished(wish),
      close: () => this.close(),
      written: this.address ? this.written : undefined,
    };
  }

  /** Whether the challenge's page is beside this one: it belongs to the site, as the address does. */
  private get near(): boolean {
    return this.address && !this.challenge && courses.challenge !== undefined;
  }

  private readonly written = (link: string): string => this.place.write(link);

  private wished(wish: Wish): void {
    if (wish === "theme") this.theme = looksDark(this.renderRoot) ? "light" : "dark";
    else if (this.panel === wish) this.close();
    else this.show(wish);
  }

  /** Opens a panel that the person asked for, and goes there with the focus that they have. */
  private show(panel: Wish): void {
    this.panel = panel;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".panel")?.focus());
  }

  private close(): void {
    this.panel = null;
    this.renderRoot.querySelector<HTMLElement>(".view")?.focus();
  }

  /** On a page of its own, keys are the playground's before anything has the focus. */
  private readonly pageKey = (event: KeyboardEvent): void => {
    if (this.address && event.target === document.body) this.key(event);
  };

  private readonly key = (event: KeyboardEvent): void => {
    // A playground in one of our panels has heard it first.
    if (event.defaultPrevented) return;
    const escape = () => {
      if (this.presenting) return !(this.presenting = false);
      const some = this.panel !== null || this.run.selected !== null || this.run.message !== null;
      if (this.panel) this.close();
      else if (some) this.run.select(null);
      if (this.run.message !== null) this.run.selectMessage(null);
      return some;
    };
    const wishes = {
      // What lies behind the presentation can't be seen.
      help: () => this.presenting || this.show("help"),
      search: () => this.shown?.name === "full" && (this.presenting || this.show("search")),
      drawer: (drawer: Drawer) => this.shown?.name === "full" && (this.presenting || void this.toggle(drawer)),
      present: () => this.controls !== "none" && void this.present(),
      escape,
    };
    if (pressed(event, this.run, wishes)) event.preventDefault();
  };

  /** In motion, only what is new is announced; at rest, the event at hand comes first. */
  private announce(): void {
    const { run, told } = this;
    const { explanation, playing } = run;
    const fresh = explanation !== undefined && explanation !== told;
    this.told = explanation;
    if (!run.touched) return;
    const news = this.news.length > 0 ? this.news.splice(0) : [];
    if (playing) this.announcer.say(news, true);
    else if (explanation && fresh) {
      const [first] = explanation.sentences;
      const event = [explanation.title, first?.text ?? ""].filter(Boolean).map(stop);
      this.announcer.say([...news, event.join(" ")], false);
    } else this.news.push(...news);
  }

  private changed(): void {
    this.readdress();
    this.announce();
    this.requestUpdate();
    // The rooms render first, each in its turn.
    requestAnimationFrame(() => requestAnimationFrame(() => this.focusKeeper.mend()));
  }

  private readonly lookAround = (): void => {
    this.run.setVisible(this.inSight && !document.hidden);
  };

  private tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Takes away the indentation that a text has from the page around it. */
function outdent(text: string): string {
  const lines = text
    .replace(/^\s*\n/, "")
    .trimEnd()
    .split("\n");
  const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => /^\s*/.exec(line)?.[0].length ?? 0));
  return lines.map((line) => line.slice(depth)).join("\n");
}

declare global {
  interface HTMLElementTagNameMap {
    "consensus-playground": ConsensusPlayground;
  }
}
