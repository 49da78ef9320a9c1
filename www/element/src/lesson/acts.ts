/** What a task allows to be done, each act a button: chips by replica, messages one by one, and fields for the rest. */
import { html, nothing, type TemplateResult } from "lit";
import { capital, nodeId, plain } from "@consensus-playground/engine/format.ts";
import { option as optionOf } from "@consensus-playground/engine/scenario-text.ts";
import { Fate, type NodeView, type OptionInfo } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";
import { actName } from "./demands.ts";
import type { LessonRun } from "./lesson-run.ts";
import "../language/en/lesson.ts";

/** By how much a message is put off. */
const DELAY = "50ms";
/** How many numbers an option offers at most. */
const MOST_VALUES = 12;
/** What can be done to a message. */
const TO_MESSAGES = ["deliver", "drop", "delay", "duplicate"];

/** What is chosen in the controls and not done yet. */
export interface Choices {
  /** What a press on a message does. */
  verb: string;
  /** Who stands on the one side of a cut network. */
  side: Set<string>;
  from: string;
  to: string;
}

export function choices(): Choices {
  return { verb: "", side: new Set(), from: "1", to: "2" };
}

/** The task whose acts these are. */
interface Tasked {
  readonly chosen: Choices;
  set(option: string, value: string): Promise<void>;
}

interface Room {
  set: Tasked["set"];
  run: LessonRun;
  chosen: Choices;
  changed: () => void;
}

export function acts(run: LessonRun, task: Tasked, changed: () => void): TemplateResult {
  const room = { run, chosen: task.chosen, changed, set: (option: string, value: string) => task.set(option, value) };
  const messages = TO_MESSAGES.filter((verb) => run.allowed.includes(verb));
  const single = run.allowed.filter((verb) => !TO_MESSAGES.includes(verb));
  return html`<div class="acts" role="group" aria-label=${say("lesson.acts")}>
    ${time(room)} ${single.map((verb) => one(room, verb))} ${messages.length > 0 ? flights(room, messages) : nothing}
  </div>`;
}

/** Time passes by itself, unless the network is manual. */
function time({ run }: Room): TemplateResult | typeof nothing {
  if (!run.allowed.includes("run") || run.frame?.manual) return nothing;
  return row(
    actName("run"),
    html`<button class="chip wide" aria-pressed=${run.going} @click=${() => run.toggle()}>
        ${run.going ? say("lesson.pause") : say("lesson.play")}
      </button>
      <button class="chip wide" @click=${() => run.step()}>${say("lesson.step")}</button>`,
  );
}

function row(name: string, content: TemplateResult): TemplateResult {
  return html`<div class="row" role="group" aria-label=${name}>
    <span class="act" aria-hidden="true">${name}</span>
    <div class="chips">${content}</div>
  </div>`;
}

function one(room: Room, verb: string): TemplateResult | typeof nothing {
  const { run } = room;
  const up = ({ health }: NodeView) => health === "up";
  const down = ({ health }: NodeView) => health === "crashed";
  switch (verb) {
    case "run":
      return nothing;
    case "crash":
    case "pause":
      return replicas(room, verb, up);
    case "restart":
      return replicas(room, verb, down);
    case "resume":
      return replicas(room, verb, ({ health }) => health === "paused");
    case "honest":
      return replicas(room, verb, ({ byzantine }) => byzantine !== undefined);
    case "fire":
      return timers(room);
    case "request":
      return request(room);
    case "partition":
      return partition(room);
    case "cut":
      return cut(room);
    case "heal":
    case "settle":
      return row(actName(verb), html`${chip(run, actName(verb), verb, actName(verb), true)}`);
    default:
      return verb.startsWith("set ") ? setting(room, verb.slice(4)) : line(room, verb);
  }
}

function chip(run: LessonRun, text: string, act: string, name: string, wide = false, off = false): TemplateResult {
  return html`<button
    class="chip ${wide ? "wide" : ""}"
    data-act=${act}
    aria-label=${name}
    ?disabled=${off}
    @click=${() => run.act(act)}
  >
    ${text}
  </button>`;
}

/** A chip for each replica; one that the act makes no sense for can't be pressed, and where there is no other, none is shown. */
function replicas({ run }: Room, verb: string, fits: (node: NodeView) => boolean): TemplateResult | typeof nothing {
  return chips(run, actName(verb), (id) => `${verb} ${id}`, fits);
}

function chips(
  run: LessonRun,
  name: string,
  act: (id: string) => string,
  fits: (node: NodeView) => boolean,
): TemplateResult | typeof nothing {
  if (!run.replicas.some(fits)) return nothing;
  return row(
    name,
    html`${run.replicas.map((node) => chip(run, node.id, act(node.id), `${name} ${node.id}`, false, !fits(node)))}`,
  );
}

function timers({ run }: Room): TemplateResult {
  const names = [...new Set(run.replicas.flatMap(({ timers: all }) => all.map(({ name }) => name)))].sort();
  return html`${names.map((name) => {
    const runs = ({ health, timers: all }: NodeView) => health === "up" && all.some((timer) => timer.name === name);
    return chips(run, say("lesson.fire", { timer: plain(name) }), (id) => `fire ${name} of ${id}`, runs);
  })}`;
}

function field(run: LessonRun, verb: string, value: string, prefix: string, more: TemplateResult): TemplateResult {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const word = (name: string) => {
      const found = data.get(name);
      return typeof found === "string" ? found.replace(/\s+/g, " ").trim() : "";
    };
    const to = word("to");
    if (word("text")) void run.act(`${prefix} ${word("text")}${to ? ` to ${to}` : ""}`);
  };
  return html`<form @submit=${send}>
    <input
      type="text"
      name="text"
      aria-label=${actName(verb)}
      autocomplete="off"
      spellcheck="false"
      .defaultValue=${value}
    />
    ${more}<button class="chip wide">${say("lesson.do")}</button>
  </form>`;
}

function request({ run }: Room): TemplateResult {
  const to = html`<select name="to" aria-label=${say("lesson.request.to")}>
    <option value="">${say("lesson.request.anyone")}</option>
    ${run.replicas.map(({ id }) => html`<option value=${id}>${say("lesson.request.one", { id })}</option>`)}
  </select>`;
  return row(actName("request"), field(run, "request", run.descriptor?.commands[0]?.example ?? "", "request", to));
}

/** Any other line of the scenario language, behind its first word. */
function line({ run }: Room, verb: string): TemplateResult {
  const example = verb === "byzantine" ? `1 ${run.library?.kinds[0]?.name ?? ""}` : "";
  return row(actName(verb), field(run, verb, example, verb, html``));
}

/** The values that an option takes, each a chip; the one that holds is marked. */
function setting({ run, set }: Room, name: string): TemplateResult | typeof nothing {
  const option = run.descriptor?.options.find((one) => one.name === name);
  if (!option) return nothing;
  const value = optionOf(run.text, name) ?? option.default;
  return row(
    capital(plain(name)),
    html`${valuesOf(option.kind).map(
      (one) =>
        html`<button
          class="chip wide"
          aria-pressed=${one === value}
          data-act=${`set ${name} ${one}`}
          @click=${() => set(name, one)}
        >
          ${plain(one)}
        </button>`,
    )}`,
  );
}

function valuesOf(kind: OptionInfo["kind"]): readonly string[] {
  if (kind === "switch") return ["on", "off"];
  if (kind === "yes-no") return ["yes", "no"];
  if (typeof kind !== "object") return [];
  if ("choice" in kind) return kind.choice;
  const { lo, hi } = kind.number;
  return Array.from({ length: Math.min(hi - lo + 1, MOST_VALUES) }, (_, place) => String(lo + place));
}

function partition({ run, chosen, changed }: Room): TemplateResult {
  const ids = run.replicas.map(({ id }) => id);
  const flip = (id: string) => {
    if (!chosen.side.delete(id)) chosen.side.add(id);
    changed();
  };
  const [side, rest] = [ids.filter((id) => chosen.side.has(id)), ids.filter((id) => !chosen.side.has(id))];
  const groups = `${side.join(" ")} | ${rest.join(" ")}`;
  const none = side.length === 0 || rest.length === 0;
  return row(
    actName("partition"),
    html`${ids.map(
        (id) =>
          html`<button
            class="chip"
            aria-pressed=${chosen.side.has(id)}
            aria-label=${say("lesson.side", { id })}
            @click=${() => flip(id)}
          >
            ${id}
          </button>`,
      )}<button
        class="chip wide"
        ?disabled=${none}
        data-act=${none ? nothing : `partition ${groups}`}
        @click=${() => run.act(`partition ${groups}`)}
      >
        ${none ? say("lesson.part") : groups}
      </button>`,
  );
}

function cut({ run, chosen, changed }: Room): TemplateResult {
  const ids = run.replicas.map(({ id }) => id);
  const select = (label: string, value: string, set: (id: string) => void) =>
    html`<select
      aria-label=${label}
      @change=${({ target }: Event) => {
        set((target as HTMLSelectElement).value);
        changed();
      }}
    >
      ${ids.map((id) => html`<option value=${id} ?selected=${id === value}>${id}</option>`)}
    </select>`;
  const { from, to } = chosen;
  return row(
    actName("cut"),
    html`${select(say("lesson.cut.from"), from, (id) => (chosen.from = id))}
      <span aria-hidden="true">→</span>
      ${select(say("lesson.cut.to"), to, (id) => (chosen.to = id))}
      <button
        class="chip wide"
        ?disabled=${from === to}
        data-act=${`cut ${from} -> ${to}`}
        @click=${() => run.act(`cut ${from} -> ${to}`)}
      >
        ${say("lesson.do.cut")}
      </button>`,
  );
}

interface Flying {
  id: number;
  kind: string;
  from: string;
  to: string;
}

/** The messages in flight, the oldest first. */
export function flying(run: LessonRun): Flying[] {
  const flights = run.frame?.flights;
  if (!flights) return [];
  const rows = [...flights.id.keys()].filter((place) => (flights.fate[place] as Fate) === Fate.Flying);
  return rows
    .map((place) => ({
      id: flights.id[place] ?? 0,
      kind: run.messageInfo(flights.kind[place] ?? 0)?.name ?? "",
      from: nodeId(flights.from[place] ?? 0),
      to: nodeId(flights.to[place] ?? 0),
    }))
    .sort((a, b) => a.id - b.id);
}

/** Messages of one kind and one sender in one row: a press on whom they go to does what is chosen above. */
function flights(room: Room, verbs: readonly string[]): TemplateResult {
  const { run, chosen, changed } = room;
  const verb = verbs.includes(chosen.verb) ? chosen.verb : (verbs[0] ?? "");
  const all = flying(run);
  const groups = new Map<string, Flying[]>();
  for (const one of all) {
    const key = `${one.kind} ${one.from}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const act = (target: string) => `${verb} ${target}${verb === "delay" ? ` by ${DELAY}` : ""}`;
  return html`<fieldset class="verbs">
      <legend class="act">${say("lesson.messages", { count: all.length })}</legend>
      ${verbs.map(
        (one) =>
          html`<label class="chip wide"
            ><input
              type="radio"
              name="verb"
              .checked=${one === verb}
              @change=${() => {
                chosen.verb = one;
                changed();
              }}
            />${actName(one)}</label
          >`,
      )}
      ${all.length > 1 ? chip(run, say("lesson.to-all", { act: actName(verb) }), act("all"), say("lesson.to-all", { act: actName(verb) }), true) : nothing}
    </fieldset>
    ${
      all.length === 0
        ? html`<p class="soft note">${say("lesson.no-messages")}</p>`
        : [...groups.values()].map((some) => messageRow(run, verb, some, act))
    }`;
}

function messageRow(
  run: LessonRun,
  verb: string,
  some: readonly Flying[],
  act: (target: string) => string,
): TemplateResult {
  const [first] = some;
  if (!first) return html``;
  const name = say("lesson.message.from", { kind: plain(first.kind), from: first.from });
  return row(
    name,
    html`${some.map(
      ({ id, kind, from, to }) =>
        html`<button
          class="chip"
          data-act=${act(`m${id}`)}
          data-message="${kind} ${from} ${to}"
          aria-label=${say("lesson.message", { act: actName(verb), kind: plain(kind), from, to })}
          @click=${() => run.act(act(`m${id}`))}
        >
          <span aria-hidden="true">→</span> ${to}
        </button>`,
    )}`,
  );
}
