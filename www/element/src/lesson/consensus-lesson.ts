import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { language, say } from "../language/language.ts";
import { Announcer } from "../narrator/announcer.ts";
import { brokenSentences } from "../narrator/narrator.ts";
import { News } from "../narrator/news.ts";
import { alerts } from "../page/alerts.ts";
import type { Stage } from "../stage/stage.ts";
import "../stage/stage.ts";
import { appStyles } from "../styles/app.ts";
import { controls } from "../styles/controls.ts";
import { tokens } from "../styles/tokens.ts";
import { guessCard, outcomeWords, proseCard, recallCard, watchCard, wordsCard } from "./cards.ts";
import { chapters, kindOf } from "./chapters.ts";
import { core } from "./core.ts";
import { actName } from "./demands.ts";
import { endCard, type Ways } from "./end-card.ts";
import { faults } from "./faults.ts";
import { Handout } from "./handout.ts";
import { handoutStyles } from "./handout-styles.ts";
import { LessonRun } from "./lesson-run.ts";
import { lessonStyles } from "./lesson-styles.ts";
import type { Mistake } from "./model.ts";
import { keep, progress } from "./progress.ts";
import { receipt, takeUp } from "./receipt.ts";
import { fetchLesson, isLessonLink, outdent, packLesson, readFile, unpackLesson } from "./source.ts";
import { missedWords, taskCard } from "./task-card.ts";
import { taskStyles } from "./task-styles.ts";
import { Walk } from "./walk.ts";
import { saveFile } from "../page/download.ts";
import { OwnKeys } from "../page/own-keys.ts";
import "../language/en/lesson.ts";

/**
 * A lesson: one picture, one sentence, one thing to press. Its text is Markdown of a small kind, and is never anything but
 * text: whoever wrote it, it runs no code and fetches nothing.
 *
 * ```html
 * <consensus-lesson src="lessons/06-figure-8.md"></consensus-lesson>
 * <consensus-lesson><script type="text/markdown"># My lesson …</script></consensus-lesson>
 * ```
 *
 * @attr src - The address of the lesson, on the same site.
 * @attr name - By which name the person's progress is kept; without it, by the file's.
 * @attr address - Opens the lesson that the page's own address names (`?lesson=my.md`) or holds (`#l1=…`), and lets files be
 *   opened and dropped. For the one lesson of a page that is nothing else.
 * @attr next - The address that the last card leads on to.
 * @attr next-title - What is there.
 * @attr sandbox - The address of the playground, for *Open in the sandbox*. Default `./`; `none` leaves it out.
 * @attr answers - `off` leaves the answers out of the handout.
 * @attr speed - Virtual time over real time, 0.001 to 10.
 * @attr theme - `light` or `dark`; without it, what the host page's `color-scheme` says.
 *
 * @fires ready - A lesson is open.
 * @fires chapter - Another card is at hand; `detail` has `place` and `count`.
 * @fires progress - A question was answered or a task solved, or another card is at hand; `detail` has the `receipt`, how many
 *   `tasks` there are and how many are `solved`, and which card is `at` hand.
 * @fires finish - The last card is reached; `detail` has the `receipt`.
 * @fires error - `detail.mistakes` says what is wrong.
 */
@customElement("consensus-lesson")
export class ConsensusLesson extends LitElement {
  static override styles = [tokens, controls, appStyles, lessonStyles, taskStyles, handoutStyles];

  @property() src: string | undefined;
  @property() name: string | undefined;
  @property({ type: Boolean }) address = false;
  @property() next: string | undefined;
  @property({ attribute: "next-title" }) nextTitle: string | undefined;
  @property() sandbox: string | undefined;
  @property() answers: string | undefined;
  @property({ type: Number }) speed: number | undefined;
  @property({ reflect: true }) theme: "light" | "dark" | undefined;
  /** A receipt of this lesson: what it says was answered and solved is so when the lesson opens. */
  @property({ attribute: false }) resume: string | undefined;

  @state() private walk: Walk | undefined;
  /** What is wrong with the lesson, or with the way it came here. */
  @state() private mistakes: readonly Mistake[] = [];
  @state() private problem = "";
  @state() private dropping = false;
  @state() private said = "";
  @state() private copy: Ways["copy"];

  protected readonly ownKeys = new OwnKeys(this);
  private readonly run = new LessonRun();
  private readonly handout = new Handout(this.run, () => this.requestUpdate());
  private readonly announcer = new Announcer(() => this.renderRoot.querySelector<HTMLElement>("#live"));
  private readonly news = new News();
  private text = "";
  /** Opens a lesson whose form is well, with its mistakes. */
  private anyway: (() => unknown) | undefined;
  /** Whether the lesson is not in the interface's language. */
  private foreign = false;
  private lessonName = "";
  private tellTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly sight = new IntersectionObserver((entries) => {
    this.run.setVisible(entries.at(-1)?.isIntersecting ?? true);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
    window.addEventListener("hashchange", this.hashChanged);
    if (this.hasUpdated) void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    window.removeEventListener("hashchange", this.hashChanged);
    this.announcer.release();
    this.run.close();
  }

  protected override firstUpdated(): void {
    this.run.refused = (act) => {
      this.said = say("lesson.refused", { act: actName(act) });
      this.tell(this.said);
    };
    this.run.addEventListener("frame", () => this.announcer.say(this.news.from(this.run), this.run.playing));
    this.run.addEventListener("problem", () => this.requestUpdate());
    this.run.addEventListener("change", () => this.walk?.moved());
    this.addEventListener("keydown", () => this.announcer.claim());
    this.addEventListener("pointerdown", () => this.announcer.claim());
    void this.begin();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("theme")) this.renderRoot.querySelector<Stage>("cp-stage")?.themeChanged();
    if (changed.has("speed") && this.speed) this.run.setSpeed(Number(this.speed));
    if (changed.has("src") && changed.get("src") !== undefined) void this.begin();
  }

  /** Opens a lesson's text. Resolves to `false` where it has a mistake, which is shown then. */
  async open(text: string, id = "", anyway = false): Promise<boolean> {
    this.problem = "";
    const read = await core.read(this.run, text);
    if (!read) return false;
    // What is on a site was checked before it got there; what comes from elsewhere is checked here.
    const mistakes =
      "mistakes" in read ? read.mistakes : this.address && !anyway ? await core.check(this.run, text) : [];
    if ("mistakes" in read || mistakes.length > 0) {
      this.mistakes = mistakes;
      this.anyway = "lesson" in read ? () => this.open(text, id, true) : undefined;
      this.walk = undefined;
      this.dataset.lesson = "faulty";
      this.dispatchEvent(new CustomEvent("error", { detail: { mistakes } }));
      return false;
    }
    [this.text, this.lessonName, this.mistakes] = [text, id, []];
    const { lesson } = read;
    const walk = new Walk(lesson, this.run, core, () => this.changed(), this.tell);
    this.walk = walk;
    if (this.resume) takeUp(walk, this.resume);
    const kept = progress()[id];
    walk.reached = Math.min(kept?.at ?? 0, walk.steps.length - 1);
    await walk.go(kept?.done ? 0 : walk.reached);
    this.dataset.lesson = "ready";
    this.handout.prepare(lesson);
    this.dispatchEvent(new CustomEvent("ready"));
    return true;
  }

  private async begin(): Promise<void> {
    try {
      const { text, id } = await this.wanted();
      await this.open(text, this.name ?? id);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.dataset.lesson = "missing";
    }
  }

  /** The lesson's text, wherever it is, and what it is called. */
  private async wanted(): Promise<{ text: string; id: string }> {
    if (this.address && isLessonLink(location.hash)) return { text: await unpackLesson(location.hash), id: "" };
    const asked = this.address ? new URLSearchParams(location.search).get("lesson") : null;
    const child = this.querySelector('script[type="text/markdown"]')?.textContent;
    const address = asked ?? this.src;
    if (address) return { text: await this.translated(address), id: nameOf(address) };
    if (child) return { text: outdent(child), id: "" };
    throw new Error(say("lesson.fault.none"));
  }

  /** The lesson in the interface's language where there is one beside it (`06-figure-8.de.md`), else as it is. */
  private async translated(address: string): Promise<string> {
    this.foreign = false;
    if (language() === "en" || /\.[a-z]{2}\.md$/.test(address)) return fetchLesson(address);
    try {
      return await fetchLesson(address.replace(/(\.md)?$/, `.${language()}.md`));
    } catch {
      this.foreign = true;
      return fetchLesson(address);
    }
  }

  private readonly hashChanged = (): void => {
    if (this.address && isLessonLink(location.hash)) void this.begin();
  };

  protected override render(): TemplateResult {
    const { walk } = this;
    return html`<article
        class="lesson ${this.dropping ? "dropping" : ""}"
        aria-label=${walk?.lesson.title ?? say("lesson.name")}
        @dragover=${this.dragged}
        @dragleave=${() => (this.dropping = false)}
        @drop=${this.dropped}
      >
        ${walk ? this.opened(walk) : this.shut()}
        <div id="live" class="hidden" aria-live="polite"></div>
        ${this.dropping ? html`<p class="drop">${say("lesson.drop")}</p>` : nothing}
      </article>
      ${walk ? this.handout.render(walk.lesson, this.answers !== "off" && !answersOff()) : nothing}`;
  }

  private opened(walk: Walk): TemplateResult {
    const { run } = this;
    const title = run.info?.title ?? "";
    return html`<header>
        <h2>${walk.lesson.title}</h2>
        ${this.foreign ? html`<p class="soft note">${say("lesson.english")}</p>` : nothing}
        ${chapters(walk, (place) => void walk.go(place))}
      </header>
      <div class="room ${walk.loading ? "loading" : ""} ${walk.task ? "acting" : ""}">
        <section class="picture">
          ${alerts(run)}
          <div class="view" tabindex="0" role="group" aria-label=${say("lesson.picture", { scene: title })}>
            <cp-stage .run=${run}></cp-stage>
          </div>
          ${brokenSentences(run)
            .slice(0, 1)
            .map((text) => html`<p class="broken" lang="en"><strong>✕ ${text}</strong></p>`)}
        </section>
        <section class="card" tabindex="-1" aria-labelledby="kind" @click=${this.pressed}>
          <h3 id="kind">${kindOf(walk.step)}</h3>
          ${this.card(walk)}
        </section>
      </div>
      ${this.address ? this.fileButton() : nothing}`;
  }

  private card(walk: Walk): TemplateResult {
    const { step, task } = walk;
    switch (step.kind) {
      case "prose":
        return proseCard(walk, step);
      case "guess":
        return guessCard(walk, step);
      case "watch":
        return watchCard(walk, step);
      case "recall":
        return recallCard(walk, step);
      case "words":
        return wordsCard(walk, step);
      case "task":
        return task ? taskCard(walk, task, () => this.requestUpdate()) : html``;
      case "end":
        return endCard(walk, this.ways(walk));
    }
  }

  /** No lesson is open: what is wrong, or that it is on its way. */
  private shut(): TemplateResult {
    if (this.mistakes.length > 0 || this.problem)
      return html`${faults(this.mistakes, this.problem)}
        <div class="do">
          ${this.problem && !this.address ? html`<button class="primary" @click=${() => this.begin()}>${say("lesson.retry")}</button>` : nothing}
          ${this.mistakes.length > 0 && this.anyway ? html`<button class="quiet" @click=${this.anyway}>${say("lesson.anyway")}</button>` : nothing}
          ${this.fileButton()}
        </div>`;
    return html`<div class="shut">
      ${alerts(this.run)}
      <p class="soft">${say("lesson.loading")}</p>
    </div>`;
  }

  private fileButton(): TemplateResult {
    const choose = () => this.renderRoot.querySelector<HTMLInputElement>("#file")?.click();
    const take = ({ target }: Event) => {
      const input = target as HTMLInputElement;
      const [file] = input.files ?? [];
      if (file) void this.take(file);
      input.value = "";
    };
    return html`<div class="file">
      <button class="quiet" @click=${choose}>${say("lesson.open-file")}</button>
      <input
        id="file"
        type="file"
        hidden
        aria-label=${say("lesson.file")}
        accept=".md,text/markdown,text/plain"
        @change=${take}
      />
    </div>`;
  }

  private async take(file: File): Promise<void> {
    try {
      await this.open(await readFile(file), nameOf(file.name));
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.walk = undefined;
    }
  }

  private readonly dragged = (event: DragEvent): void => {
    if (!this.address || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dropping = true;
  };

  private readonly dropped = (event: DragEvent): void => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!this.address || !file) return;
    event.preventDefault();
    this.dropping = false;
    void this.take(file);
  };

  private place = -1;
  private spoken = "";

  /** Something is another: where a new chapter is open, the focus that the person has goes with it. */
  private changed(): void {
    const { walk } = this;
    this.requestUpdate();
    if (!walk) return;
    if (walk.place !== this.place) {
      const first = this.place < 0;
      this.place = walk.place;
      [this.said, this.copy, this.spoken] = ["", undefined, ""];
      clearTimeout(this.tellTimer);
      this.announcer.forget();
      keep(this.lessonName, { done: walk.step.kind === "end", at: walk.place });
      this.dispatchEvent(new CustomEvent("chapter", { detail: { place: walk.place, count: walk.steps.length } }));
      if (walk.step.kind === "end") this.ended(walk);
      if (!first) void this.updateComplete.then(() => this.focusCard());
    }
    this.speakOf(walk);
    this.report(walk);
  }

  private reported = "";

  private report(walk: Walk): void {
    const detail = { ...walk.standing, receipt: receipt(walk, this.lessonName) };
    const said = JSON.stringify(detail);
    if (said === this.reported) return;
    this.reported = said;
    this.dispatchEvent(new CustomEvent("progress", { detail }));
  }

  /** What has come out: the reply to a guess once it is played, or what a task says of an attempt. Each is said once. */
  private speakOf(walk: Walk): void {
    const words = outcome(walk);
    if (words && words !== this.spoken) this.tell(words);
    this.spoken = words;
  }

  private ended(walk: Walk): void {
    this.tell(say("lesson.done"));
    this.dispatchEvent(new CustomEvent("finish", { detail: { receipt: receipt(walk, this.lessonName) } }));
  }

  private focusCard(): void {
    const card = this.renderRoot.querySelector<HTMLElement>(".card");
    card?.focus({ preventScroll: true });
    const { top, bottom } = card?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    if (top < 0 || bottom > innerHeight) this.scrollIntoView({ block: "start" });
  }

  /** A button that went away with its press leaves the focus to its card. */
  private readonly pressed = (): void => {
    requestAnimationFrame(() => {
      if (!this.shadowRoot?.activeElement && document.activeElement === document.body)
        this.renderRoot.querySelector<HTMLElement>(".card")?.focus({ preventScroll: true });
    });
  };

  /** After what the run itself has to say. */
  private readonly tell = (sentence: string): void => {
    clearTimeout(this.tellTimer);
    this.tellTimer = setTimeout(() => this.announcer.say([sentence], false), 60);
  };

  private ways(walk: Walk): Ways {
    const { next, nextTitle } = this;
    return {
      next: next && /^(https?:|[./\w])/.test(next) ? { address: next, title: nextTitle ?? "" } : undefined,
      sandbox:
        this.sandbox === "none"
          ? undefined
          : async () => location.assign(new URL(`${this.sandbox ?? "./"}${await walk.run.link()}`, location.href)),
      receipt: async (save) => {
        const text = receipt(walk, this.lessonName);
        if (save) saveFile(new Blob([text], { type: "text/plain" }), `${this.lessonName || "lesson"}-receipt.txt`);
        else await this.hand(text, say("lesson.receipt.copied"), say("lesson.receipt"));
      },
      print: () => window.print(),
      share: async () => {
        const link = new URL(await packLesson(this.text), location.href).href;
        await this.hand(link, say("lesson.share.copied", { count: link.length }), say("lesson.share.is"));
      },
      said: this.said,
      copy: this.copy,
    };
  }

  /** Copies a text, or where the clipboard is closed, shows it. */
  private async hand(text: string, done: string, label: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = done;
      this.copy = undefined;
    } catch {
      this.said = say("lesson.receipt.closed");
      this.copy = { label, text };
    }
    this.tell(this.said);
  }
}

function outcome(walk: Walk): string {
  const { step, task } = walk;
  if (task)
    return task.status?.solved ? say("lesson.solved", { count: task.acts.length }) : missedWords(walk, task).join(" ");
  if (step.kind !== "watch" || !walk.over) return "";
  return outcomeWords(walk, step.guess, step.question, walk.answered(step.guess).chosen ?? "unknown");
}

/** Whether the page's address leaves the answers out of the handout. */
function answersOff(): boolean {
  return new URLSearchParams(location.search).get("answers") === "off";
}

/** `lessons/06-figure-8.md` is called `06-figure-8`, in each language. */
function nameOf(address: string): string {
  const file = address.replace(/[?#].*$/, "").replace(/^.*\//, "");
  return file.replace(/(\.[a-z]{2})?\.md$/, "").slice(0, 100);
}

declare global {
  interface HTMLElementTagNameMap {
    "consensus-lesson": ConsensusLesson;
  }
}
