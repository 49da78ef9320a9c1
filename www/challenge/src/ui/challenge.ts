import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Run } from "@consensus-playground/engine/run.ts";
import { GIVEN, TASKS } from "../grader/tasks.ts";
import { courses } from "@consensus-playground/element/page/course.ts";
import { controls } from "@consensus-playground/element/styles/controls.ts";
import { plain } from "@consensus-playground/engine/format.ts";
import { saveFile } from "@consensus-playground/element/header/share-panel.ts";
import type { TrialColumns } from "@consensus-playground/engine/wasm/consensus_playground.js";
import type { Language, OpenSandbox, Solution, TaskNumber } from "../types.ts";
import type { Ask } from "./ask.ts";
import { challengeStyles } from "./challenge-styles.ts";
import "./builtin.ts";
import "./learn.ts";
import { LANGUAGE_NAMES, type Editor } from "./editor.ts";
import "./editor.ts";
import { inline } from "./prose.ts";
import "./model.ts";
import type { Model } from "./model.ts";
import "./measure.ts";
import type { Measure, Source } from "./measure.ts";
import { FEWEST, FILES, FIRST_SETTING, MOST, homeCommand, trialSetup, type Setting } from "./setting.ts";
import { earlier, lentCode } from "./origins.ts";
import { Store, type Aside } from "./store.ts";
import { fromColumns, summarise, together, type Summary } from "./summary.ts";
import { Tabs } from "./tabs.ts";
import { SHORT } from "./texts/tasks.ts";
import { mistakes, next, verdicts, type Ways } from "./verdicts.ts";
import { FIRST_FORM, voteScenario, type VoteForm } from "./vote-form.ts";
import { Workshop } from "./workshop.ts";

/** Trials in one call of the engine: a few hundredths of a second. */
const SLICE = 1_000;
const TABS = ["Code", "Built-in", "Measure", "Model", "Learn"] as const;

/**
 * The restaurant challenge: five tasks, an editor, checks and measurements, about the run that the playground shows.
 *
 * @fires solved - All five checks were passed at once; `detail` is the solution.
 * @fires progress - A check is over; `detail.solved` are the tasks that were ever passed.
 */
@customElement("cp-challenge")
export class Challenge extends LitElement {
  @property({ attribute: false }) run: Run | undefined;
  /** How a sandbox is opened; tests bring their own. */
  @property({ attribute: false }) openSandbox: OpenSandbox | undefined;
  @state() private task: TaskNumber = 1;
  @state() private setting: Setting = FIRST_SETTING;
  @state() private celebrated = false;
  /** The languages whose files for another computer were taken along. */
  @state() private took: readonly Language[] = [];
  @state() private copied = "";
  @state() private form: VoteForm = FIRST_FORM;
  @query("cp-measure") private readonly measure!: Measure | null;
  @query("cp-model") private readonly model!: Model | null;
  @query("cp-editor") private readonly editor!: Editor | null;
  @query(".sandboxes") private readonly sandboxes!: HTMLElement;

  static override styles = [controls, challengeStyles];

  private readonly store = new Store();
  private readonly workshop = new Workshop(this.store);
  private readonly tabs = new Tabs(this, TABS);
  private taken: Solution | undefined;

  constructor() {
    super();
    this.store.addEventListener("change", () => this.stored());
    this.workshop.addEventListener("change", () => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.leave);
    this.store.listen();
    this.run?.addEventListener("change", this.fromRun);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.leave);
    this.run?.removeEventListener("change", this.fromRun);
    this.store.flush();
    this.store.deafen();
    this.workshop.dispose();
  }

  private readonly leave = (): void => this.store.flush();

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("run")) {
      (changed.get("run") as Run | undefined)?.removeEventListener("change", this.fromRun);
      this.run?.addEventListener("change", this.fromRun);
      this.fromRun();
      this.shareOn();
    }
    if (changed.has("openSandbox") && this.openSandbox) this.workshop.open = this.openSandbox;
  }

  protected override firstUpdated(): void {
    this.workshop.host = this.sandboxes;
    const { model } = this;
    if (model) this.workshop.model = () => model.forCode();
  }

  /** A link that was opened may bring code along. It is shown, and runs when the person says so. */
  private readonly fromRun = (): void => {
    const solution = this.run?.solution;
    if (!solution || solution === this.taken) return;
    this.taken = solution;
    this.store.lend(solution);
  };

  /** The store has changed, by this page or by another tab. */
  private stored(): void {
    const { code } = this.store;
    if (code !== this.seen) this.workshop.edited();
    this.seen = code;
    this.shareOn();
  }

  private seen = "";

  /** Links of the run carry the code that is shown; only code that somebody has touched is worth its letters. */
  private shareOn(): void {
    this.fromRun();
    const { solution } = this.store;
    const touched = solution.code !== GIVEN[solution.language];
    this.taken = touched ? solution : undefined;
    this.run?.setSolution(this.taken);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { solved } = this.store;
    return html`
      <div class="head">
        <h2>The restaurant challenge</h2>
        <span class="count">${solved.size} of ${TASKS.length} tasks done</span>
        ${courses.play ? html`<a class="plain" href=${courses.play}>Playground</a>` : nothing}
      </div>
      ${this.tasks()} ${this.celebration()} ${this.tabs.bar("Ways to work on it")}
      <div class="panel" role="tabpanel" id="panel" aria-labelledby="tab-${this.tabs.chosen}">
        <div class="part" ?hidden=${this.tabs.chosen !== "Code"}>${this.code()}</div>
        <div class="part" ?hidden=${this.tabs.chosen !== "Built-in"}>
          <cp-builtin
            .run=${this.run}
            .form=${this.form}
            .busy=${this.workshop.busy}
            @form=${({ detail }: CustomEvent<VoteForm>) => (this.form = detail)}
            @stage=${this.stageForm}
            @measure=${() => this.measureForm()}
          ></cp-builtin>
        </div>
        <div class="part" ?hidden=${this.tabs.chosen !== "Model"}>
          <cp-model
            .busy=${this.workshop.busy}
            @reason=${({ detail }: CustomEvent<Ask>) => this.run && void this.workshop.reason(this.run, this.setting, detail)}
          ></cp-model>
          ${this.tabs.chosen === "Model" ? html`${this.workshop.said ? this.standing() : nothing} ${this.found()}` : nothing}
        </div>
        <div class="part" ?hidden=${this.tabs.chosen !== "Learn"}>
          <cp-learn
            .task=${this.task}
            .language=${this.store.language}
            @play=${({ detail }: CustomEvent<string>) => this.show(detail)}
            @take=${({ detail }: CustomEvent<string>) => this.take(detail)}
          ></cp-learn>
        </div>
        <div class="part" ?hidden=${this.tabs.chosen !== "Measure"}>
          <cp-measure .sources=${this.sources} .busy=${this.workshop.busy}></cp-measure>
        </div>
      </div>
      <p role="status" class="hidden">${this.workshop.said}</p>
      <div class="sandboxes" aria-hidden="true"></div>
    `;
  }

  private tasks(): TemplateResult {
    const chosen = TASKS.find(({ number }) => number === this.task) ?? TASKS[0];
    return html`
      <ol class="tasks" aria-label="Tasks">
        ${TASKS.map(({ number: task }) => {
          const short = SHORT[task];
          const done = this.store.solved.has(task);
          return html`<li>
            <button aria-pressed=${task === this.task} class=${done ? "done" : ""} @click=${() => (this.task = task)}>
              <i aria-hidden="true">${done ? "✓" : task}</i><span class="hidden">Task ${task}: </span
              ><span class="short">${short}</span>${done ? html`<span class="hidden">, done</span>` : nothing}
            </button>
          </li>`;
        })}
      </ol>
      ${chosen ? html`<p class="what"><strong>${chosen.title}.</strong> ${inline(chosen.text[this.store.language])}</p>` : nothing}
    `;
  }

  private celebration(): TemplateResult | typeof nothing {
    if (!this.celebrated) return nothing;
    return html`<div class="solved">
      <i aria-hidden="true">★</i>
      <p><strong>Solved.</strong> Your agents agree, count right, stand a liar and change their minds.</p>
      <button @click=${() => (this.celebrated = false)}>Close</button>
    </div>`;
  }

  private code(): TemplateResult {
    const { store, workshop } = this;
    const { busy } = workshop;
    return html`
      <div class="bar">
        <select
          aria-label="Language"
          ?disabled=${busy}
          @change=${(event: Event) => this.language((event.target as HTMLSelectElement).value as Language)}
        >
          ${(["python", "javascript"] as const).map(
            (one) => html`<option value=${one} ?selected=${one === store.language}>${LANGUAGE_NAMES[one]}</option>`,
          )}
        </select>
        <button class="strong" ?disabled=${busy} @click=${this.stage}>Run on the stage</button>
        <button ?disabled=${busy} @click=${this.check}>Check</button>
        ${workshop.phase !== "idle" ? html`<button @click=${() => workshop.stop()}>Stop</button>` : nothing}
        <button
          class="quiet"
          ?disabled=${busy || store.showsLent || store.code === GIVEN[store.language]}
          @click=${this.begin}
        >
          Start again
        </button>
      </div>
      ${lentCode(store, busy)} ${this.standing()} ${this.loading()}
      <cp-editor
        .language=${store.language}
        .code=${store.code}
        .problems=${workshop.problems}
        @edited=${({ detail }: CustomEvent<string>) => store.edit(detail)}
      ></cp-editor>
      ${earlier(store, busy, this.bringBack)}
      ${store.kept ? nothing : html`<p class="soft">This page may not store anything: take your code along with Share.</p>`}
      ${this.tabs.chosen === "Code" ? this.found() : nothing} ${this.agents()} ${this.home()}
    `;
  }

  /** The same trials elsewhere: the files, and what to call them with. */
  private home(): TemplateResult {
    const { language } = this.store;
    const command = homeCommand(language, this.setting);
    return html`<div class="home">
      <p class="soft">
        The same trials run on your own computer.
        <button @click=${this.takeHome}>Download code and harness</button>
      </p>
      ${
        this.took.includes(language)
          ? html`<p>Both files are in your downloads. In their folder, call</p>
              <div class="command">
                <code tabindex="0" role="region" aria-label="Command">${command}</code>
                <button @click=${() => this.copy(command)}>${this.copied === command ? "Copied" : "Copy"}</button>
              </div>`
          : nothing
      }
    </div>`;
  }

  private async copy(command: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(command);
      this.copied = command;
      this.workshop.change(this.workshop.phase, "The command is in the clipboard.");
    } catch {
      this.workshop.change(this.workshop.phase, "This page may not use the clipboard: mark the command and copy it.");
    }
  }

  private loading(): TemplateResult | typeof nothing {
    const { phase, loading } = this.workshop;
    if (phase !== "loading") return nothing;
    const { step = "Loading the sandbox", done = 0, total = 0 } = loading ?? {};
    const size = total > 0 ? ` ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB` : "";
    return html`<label class="loading"
      ><span>${step}${size}</span>
      <progress max=${total || nothing} value=${total > 0 ? done : nothing}></progress>
    </label>`;
  }

  private agents(): TemplateResult {
    const { agents, byzantine, maxRounds } = this.setting;
    const number = (event: Event) => Number((event.target as HTMLInputElement).value);
    const set = (part: Partial<Setting>) => (this.setting = { ...this.setting, ...part });
    const liars = (count: number, all = agents) =>
      Array.from({ length: Math.min(count, all) }, (_, place) => all - place).reverse();
    return html`<fieldset class="setting">
      <legend>On the stage</legend>
      <label
        >Agents
        <input
          type="number"
          min=${FEWEST}
          max=${MOST}
          .value=${String(agents)}
          @change=${(event: Event) => {
            const count = clamp(number(event), FEWEST, MOST);
            set({ agents: count, byzantine: liars(byzantine.length, count) });
          }}
      /></label>
      <label
        >of them <code>ByzantineAgent</code>
        <input
          type="number"
          min="0"
          max=${agents}
          .value=${String(byzantine.length)}
          @change=${(event: Event) => set({ byzantine: liars(clamp(number(event), 0, agents)) })}
      /></label>
      <label
        >Rounds at most
        <input
          type="number"
          min="1"
          max="1000"
          .value=${String(maxRounds)}
          @change=${(event: Event) => set({ maxRounds: clamp(number(event), 1, 1000) })}
      /></label>
    </fieldset>`;
  }

  /** How it stands, in a line that is always there: what is below must not jump while somebody writes. */
  private standing(): TemplateResult {
    const { said, phase } = this.workshop;
    const begun = phase !== "idle" || said !== "" || this.store.code !== GIVEN[this.store.language];
    return html`<p class=${begun ? "said" : "said soft"}>
      ${begun ? said : "Fill in what is marked “To do”, then press Check. Hints are on the tab Learn."}
    </p>`;
  }

  /** What came out: what to do next, mistakes, checks, then what the code printed. */
  private found(): TemplateResult {
    const { problems, checks, printed, phase } = this.workshop;
    // A check says itself where it failed.
    const others = problems.filter((one) => !checks.some(({ problem }) => problem === one));
    return html`
      ${phase === "idle" ? next(checks, this.ways) : nothing} ${mistakes(others, this.ways)}
      ${verdicts(checks, this.ways)} ${phase === "checking" ? html`<p class="soft">Checking…</p>` : nothing}
      ${
        printed
          ? html`<h3>Printed</h3>
              <pre tabindex="0" role="region" aria-label="Printed by your code">${printed}</pre>`
          : nothing
      }
    `;
  }

  /** Where verdicts lead. */
  private readonly ways: Ways = {
    line: (line, column) => {
      this.tabs.choose("Code");
      void this.updateComplete.then(() => this.editor?.goTo(line, column));
    },
    hints: (task) => {
      this.task = task;
      this.tabs.choose("Learn");
    },
    measure: () => this.tabs.choose("Measure"),
  };

  private readonly sources: readonly Source[] = [
    {
      id: "code",
      label: "My code",
      measure: async (seeds, progress, signal) => {
        const name = this.measured(LANGUAGE_NAMES[this.store.language]);
        const setup = trialSetup(this.setting, seeds);
        return summarise(name, setup, await this.workshop.trials(setup, progress, signal));
      },
    },
    {
      id: "built-in",
      label: "Built-in agents",
      measure: (seeds, progress, signal) => this.tryForm(seeds, progress, signal),
    },
  ];

  /** Trials of the built-in agents, in slices in the engine's worker, which the stage shares. */
  private async tryForm(
    seeds: Summary["seeds"],
    progress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Summary> {
    const [run, text] = [this.run, voteScenario(this.form)];
    if (!run) throw new Error("There is no engine.");
    const setting = await run.client.call("trialSetting", text);
    const parts: TrialColumns[] = [];
    for (let done = 0; done < seeds.count && !signal.aborted; done += SLICE) {
      const count = Math.min(SLICE, seeds.count - done);
      parts.push(await run.client.call("trials", text, seeds.from + done, count));
      progress((done + count) / seeds.count);
    }
    const { rule = "majority", strategy = "random" } = this.form.options;
    return fromColumns(
      this.measured(`Built-in: ${plain(strategy)}, ${plain(rule)}`),
      setting,
      seeds.from,
      together(parts),
    );
  }

  /** Names measurements apart: `Python 1`, `Python 2`. */
  private measured(name: string): string {
    this.measurements += 1;
    return `${name}, measurement ${this.measurements}`;
  }

  private measurements = 0;

  private language(language: Language): void {
    this.store.choose(language);
    this.workshop.edited();
  }

  private readonly begin = (): void => this.store.replace(GIVEN[this.store.language], "restart");

  private readonly bringBack = (version: Aside): void => this.store.bringBack(version);

  /** The code, the program that runs its trials without this page, and how to call it for what the tab Measure does. */
  private readonly takeHome = async (): Promise<void> => {
    const { language, code } = this.store.solution;
    try {
      const { harnessFile } = await import("../sandbox/index.ts");
      const { name, text } = await harnessFile(language);
      const mine = FILES[language].mine;
      saveFile(new Blob([code], { type: "text/plain" }), mine);
      saveFile(new Blob([text], { type: "text/plain" }), name);
      this.took = [...this.took, language];
      this.workshop.change(this.workshop.phase, `${name} and ${mine} are in your downloads.`);
    } catch (error) {
      this.workshop.change(this.workshop.phase, error instanceof Error ? error.message : String(error));
    }
  };

  private readonly stage = (): void => {
    if (this.run) void this.workshop.stage(this.run, this.setting);
  };

  private readonly stageForm = (): void => void this.show(voteScenario(this.form));

  /** Plays a scenario that needs no code. */
  private async show(scenario: string): Promise<void> {
    this.workshop.leave();
    if (await this.run?.open(scenario)) this.run?.play();
  }

  /** Takes a solution over into the editor. What was written there is set aside. */
  private take(code: string): void {
    this.store.replace(code, "solution");
    this.tabs.choose("Code");
  }

  private measureForm(): void {
    this.tabs.choose("Measure");
    void this.updateComplete.then(() => this.measure?.choose("built-in"));
  }

  private readonly check = async (): Promise<void> => {
    const { solution, showsLent } = this.store;
    const checks = await this.workshop.check();
    if (checks.length === 0) return;
    const open = checks.find(({ passed }) => !passed);
    if (open) this.task = open.task;
    // What somebody else's code passes is nothing that the person has done.
    if (showsLent) return;
    this.celebrated = !open;
    this.tell("progress", { solved: [...this.store.solved] });
    if (!open) this.tell("solved", solution);
  };

  private tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
}
