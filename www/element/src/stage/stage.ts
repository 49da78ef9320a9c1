import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Fate, type NodeView, type Tally, type Topology } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { Watch } from "../page/watch.ts";
import { capital, duration, isClient, nodeId, nodeName, plain } from "@consensus-playground/engine/format.ts";
import { controls } from "../styles/controls.ts";
import { epochIndex, epochs } from "../styles/tokens.ts";
import { partitionLine, walled, type Point } from "../faults/groups.ts";
import { Roving, rove } from "../page/roving.ts";
import { nearestDot, step } from "./crowd.ts";
import { draw } from "./draw.ts";
import { nearest, nearestLink, type Shown } from "./flight.ts";
import { comingTo } from "../inspector/pending.ts";
import { disc } from "./glyphs.ts";
import { cells, decision, holdingStyles, holdingWords, rowsOfCells } from "./holdings.ts";
import { leaders, Motion } from "./motion.ts";
import { arrange, BADGED, type Layout, type Place } from "./layout.ts";
import { offPaper, onPaper } from "./paper.ts";
import { readPalette, type Palette } from "./palette.ts";
import { roleBeside, roleText } from "./roles.ts";
import { regionOf } from "./world.ts";
import { stageStyles } from "./stage-styles.ts";

/** How near, in CSS pixels, a pointer has to come to a message. */
const REACH = 18;
/** The same where hundreds of dots stand close. */
const DOT_REACH = 12;
/** Up to how many needed votes are drawn as dots; more are written as figures. */
const MOST_DOTS = 9;
/** Up to how many needed votes the dots carry their voters' numbers. */
const MOST_NUMBERED = 5;
/** A wall shorter than this, in CSS pixels, is a click that slipped. */
const SHORTEST_WALL = 24;

/** The picture in the middle: replicas as buttons over a canvas with links and messages. */
@customElement("cp-stage")
export class Stage extends LitElement {
  static override styles = [controls, epochs, stageStyles, holdingStyles];

  @property({ attribute: false }) run: Run | undefined;
  /** How many times as large it is shown as it is laid out. */
  @property({ attribute: false }) scale = 1;
  @state() private layout: Layout = arrange([], undefined, 0, 0);
  @state() private hovered: Shown | undefined;
  /** Of replicas that are dots: whom the pointer is on, and whom the keys have come to. */
  @state() private pointedAt: string | undefined;
  @state() private reached = "1";

  protected readonly watch = new Watch(this, ["frame", "change"], (type) => {
    if (type === "change") this.requestUpdate();
    this.redraw();
  });
  private readonly sizes = new ResizeObserver(() => this.requestUpdate());
  private readonly motion = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private palette: Palette | undefined;
  private readonly travels = new Motion();
  private rows = 0;
  private shown: Shown[] = [];
  private handle = 0;
  private drawnEvent = -1;
  private readonly roving = new Roving(() => this.requestUpdate());
  /** A wall that is being drawn: where it began, and where it is. */
  @state() private wall: { from: Point; to: Point } | undefined;
  private topology: Topology | undefined;
  private asked = false;
  /** A click that only ended a wall is none. */
  private walledOff = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    this.scheme.addEventListener("change", this.themeChanged);
    for (const type of ["beforeprint", "afterprint"]) window.addEventListener(type, this.printed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.scheme.removeEventListener("change", this.themeChanged);
    for (const type of ["beforeprint", "afterprint"]) window.removeEventListener(type, this.printed);
  }

  /** Reads the colours again; to be called where the theme is changed by hand. */
  readonly themeChanged = (): void => {
    this.palette = undefined;
    this.redraw();
  };

  private readonly printed = ({ type }: Event): void => {
    if (type === "beforeprint") onPaper(this, this.layout);
    else offPaper(this);
    this.palette = undefined;
    this.paint();
  };

  protected override willUpdate(changed: PropertyValues): void {
    const ids = [...(this.run?.nodes.keys() ?? [])];
    const { width, height, places } = this.layout;
    const [w, h] = [this.clientWidth, this.clientHeight];
    const same = w === width && h === height && ids.length === places.size && ids.every((id) => places.has(id));
    const topology = this.run?.topology;
    const rows = rowsOfCells(this.run);
    if (!same || changed.has("run") || topology !== this.topology || rows !== this.rows)
      this.layout = arrange(ids, topology, w, h, rows);
    this.topology = topology;
    this.rows = rows;
    if (this.layout.map) void import("./map.ts");
  }

  protected override updated(): void {
    // Whoever is to draw a wall must see the picture; the button was below it on a phone.
    const walling = this.run?.walling ?? false;
    if (walling && !this.asked) this.scrollIntoView({ block: "nearest" });
    this.asked = walling;
    if (this.run?.frame) this.travels.update(this.run, this.layout, this.renderRoot, this.motion.matches);
    this.redraw();
  }

  protected override render(): TemplateResult {
    const nodes = [...(this.run?.nodes.values() ?? [])];
    const buttons = this.layout.crowded ? nodes.filter((node) => isClient(node.id)) : nodes;
    const ids = buttons.map((node) => node.id);
    return html`
      <canvas
        aria-hidden="true"
        class=${this.run?.walling ? "walling" : ""}
        @pointerdown=${this.pressed}
        @pointermove=${this.pointed}
        @pointerup=${this.released}
        @pointercancel=${this.cancelled}
        @pointerleave=${this.left}
        @click=${this.clicked}
      ></canvas>
      ${this.layout.map ? html`<cp-map .layout=${this.layout} .topology=${this.topology}></cp-map>` : nothing}
      <span class="probe" hidden></span>
      <div @keydown=${(event: KeyboardEvent) => rove(event, "[data-node]")}>
        ${repeat(
          buttons,
          (node) => node.id,
          (node) => this.node(node, ids),
        )}
      </div>
      ${this.layout.crowded ? this.crowd() : nothing} ${this.wallText()} ${this.tooltip()} ${this.dotTip()}
    `;
  }

  private node(node: NodeView, ids: readonly string[]): TemplateResult | typeof nothing {
    const at = this.layout.places.get(node.id);
    const run = this.run;
    if (!at || !run) return nothing;
    const view = node.replica;
    const look = run.role(view?.role)?.look ?? "follow";
    const client = isClient(node.id);
    const size = Math.max(24, 2 * at.r);
    const classes = [
      "node",
      at.side,
      `e${epochIndex(view?.epoch ?? -1)}`,
      client ? "client" : look,
      node.health,
      node.byzantine ? "byzantine" : "",
      run.evidence?.broken?.nodes.includes(node.id) ? "concerned" : "",
      this.layout.labels ? "" : "small",
      this.layout.low ? "low" : "",
    ].join(" ");
    return html`<button
      class=${classes}
      style="left:${at.x}px;top:${at.y}px;width:${size}px;height:${size}px;--r:${at.r}px"
      data-node=${node.id}
      data-look=${look}
      tabindex=${this.roving.tabindex(node.id, ids)}
      @focus=${() => this.roving.focused(node.id)}
      aria-pressed=${run.selected === node.id}
      @click=${() => run.select(run.selected === node.id ? null : node.id)}
      @contextmenu=${(event: Event) => this.menu(event, node.id)}
    >
      ${
        client
          ? nothing
          : disc({
              look,
              crashed: node.health === "crashed",
              paused: node.health === "paused",
              byzantine: Boolean(node.byzantine),
              outdated: (view?.epoch ?? 0) < Math.max(0, ...leaders(run).values()),
              r: at.r,
            })
      }
      <span class="hidden">${this.describe(node)}</span>
      <span class="face" aria-hidden="true"
        ><b>${node.id}</b>${view?.badge && at.r >= BADGED ? html`<i>${view.badge}</i>` : nothing}</span
      >
      ${node.second ? html`<span class="twin" aria-hidden="true" title=${say("stage.two-incarnations")}>×2</span>` : nothing}
      ${client || !this.layout.labels ? nothing : html`<span class="ring" aria-hidden="true"></span>${decision(run, node)}`}
      ${this.caption(node, at)}
    </button>`;
  }

  /** The menu key, or a long press, goes right to what can be done to a node. */
  private menu(event: Event, id: string): void {
    event.preventDefault();
    this.run?.select(id);
    const root = this.getRootNode();
    // It is loaded when something is chosen for the first time.
    void customElements.whenDefined("cp-actions").then(() => {
      if (root instanceof ShadowRoot) void root.querySelector("cp-actions")?.reach();
    });
  }

  /** Dots as one list, of which only the one that the keys have come to is there: hundreds would be too many to keep up. */
  private crowd(): TemplateResult | typeof nothing {
    const { run } = this;
    const all = run?.replicas ?? [];
    const place = Math.max(
      0,
      all.findIndex((node) => node.id === this.reached),
    );
    const node = all[place];
    const at = node && this.layout.places.get(node.id);
    if (!run || !node || !at) return nothing;
    return html`<div
      class="crowd"
      role="listbox"
      tabindex="0"
      aria-label=${say("stage.crowd", { agent: capital(run.descriptor?.agent ?? "replica") })}
      aria-activedescendant="reached"
      @keydown=${(event: KeyboardEvent) => this.keyed(event, place, all)}
    >
      <div
        id="reached"
        role="option"
        aria-posinset=${place + 1}
        aria-setsize=${all.length}
        aria-selected=${run.selected === node.id}
        style="left:${at.x}px;top:${at.y}px;--r:${at.r}px"
      >
        <span class="hidden">${this.describe(node)}</span>
      </div>
    </div>`;
  }

  private keyed(event: KeyboardEvent, place: number, all: readonly NodeView[]): void {
    const { run } = this;
    const to = step(event.key, place, all.length);
    if (to !== undefined) this.reached = all[to]?.id ?? "1";
    else if (run && (event.key === "Enter" || event.key === " "))
      run.select(run.selected === this.reached ? null : this.reached);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private dotTip(): TemplateResult | typeof nothing {
    const node = this.layout.crowded && !this.hovered ? this.run?.nodes.get(this.pointedAt ?? "") : undefined;
    const at = node && this.layout.places.get(node.id);
    if (!node || !at) return nothing;
    const { width, height } = this.layout;
    const left = Math.min(Math.max(at.x, 110), Math.max(110, width - 110));
    const over = at.y > height / 2;
    const y = (over ? height - at.y : at.y) + at.r + 8;
    return html`<div class="tip" style="left:${left}px;${over ? "bottom" : "top"}:${y}px">${this.describe(node)}</div>`;
  }

  private caption(node: NodeView, at: Place): TemplateResult | typeof nothing {
    // On the map, what a client waits for would lie on the regions' names.
    if (!this.layout.labels || (this.layout.map && isClient(node.id))) return nothing;
    const text = isClient(node.id) || !this.run ? node.doing : roleBeside(node, this.run, this.layout.close);
    const tally = node.health === "up" ? node.replica?.tallies[0] : undefined;
    return html`<span class="caption" aria-hidden="true" style="--reach:${at.r + 12}px"
      ><span class="role">${text}</span
      >${tally ? votes(tally, comingTo(this.run?.frame, node.id, tally.about).length) : nothing}${
        this.run ? cells(this.run, node, at, this.layout.width) : nothing
      }</span
    >`;
  }

  private describe(node: NodeView): string {
    const run = this.run;
    const name = nodeName(node.id, run?.descriptor);
    const view = node.replica;
    if (!view) return node.doing ? `${name}, ${node.doing}` : name;
    const epoch = run?.descriptor?.epoch;
    const parts = [
      name,
      regionOf(node.id, this.topology) ?? "",
      roleText(node, run?.descriptor),
      epoch ? `${epoch} ${view.epoch}` : "",
    ].filter(Boolean);
    const tally = view.tallies[0];
    if (tally) {
      const coming = comingTo(run?.frame, node.id, tally.about).length;
      parts.push(
        `${say("inspector.have-of", { have: tally.votes.length, needed: tally.needed })}, ${tally.about}`,
        ...(coming > 0 ? [say("stage.coming", { count: coming })] : []),
      );
    }
    parts.push(...holdingWords(node));
    if (node.second) parts.push(say("stage.both-incarnations"));
    if (node.rate !== 1) parts.push(say("stage.clock-at", { rate: node.rate }));
    return parts.join(", ");
  }

  private tooltip(): TemplateResult | typeof nothing {
    const { hovered, run } = this;
    const flights = run?.frame?.flights;
    if (!hovered || !flights || !run) return nothing;
    const row = flights.id.indexOf(hovered.id);
    if (row < 0) return nothing;
    const info = run.messageInfo(flights.kind[row] ?? 0);
    const [from, to] = [nodeId(flights.from[row] ?? 0), nodeId(flights.to[row] ?? 0)];
    const due = flights.due[row] ?? Infinity;
    const fate = (flights.fate[row] ?? 0) as Fate;
    const left = Math.min(Math.max(hovered.x, 110), Math.max(110, this.layout.width - 110));
    const over = hovered.y > this.layout.height / 2;
    const y = over ? this.layout.height - hovered.y + 22 : hovered.y + 22;
    return html`<div class="tip" style="left:${left}px;${over ? "bottom" : "top"}:${y}px">
      <b>${plain(info?.name ?? say("inspector.message"))}</b> ${from} → ${to}
      <div>${run.labels.get(hovered.id) ?? ""}</div>
      <div class="soft">
        ${
          fate === Fate.Unlinked
            ? say("stage.unlinked", { from, to })
            : fate !== Fate.Flying
              ? say("stage.stopped")
              : Number.isFinite(due) && !run.frame?.manual
                ? say("stage.arrives", { time: duration(Math.max(0, due - (run.frame?.now ?? 0))) })
                : say("stage.waits")
        }
        ${say("stage.hold")}
      </div>
    </div>`;
  }

  /** A mouse or a pen that is pressed on the empty stage begins a wall; a finger only where it was asked to. */
  private readonly pressed = (event: PointerEvent): void => {
    this.walledOff = false;
    const finger = event.pointerType === "touch";
    if ((finger && !this.run?.walling) || event.button !== 0) return;
    const at = { x: event.offsetX, y: event.offsetY };
    const { message, dot } = this.under(event, 4);
    if (!finger && (message || dot)) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.wall = { from: at, to: at };
  };

  private readonly released = (): void => {
    const { run } = this;
    const groups = this.parted();
    this.walledOff = this.wall !== undefined && length(this.wall) >= SHORTEST_WALL;
    this.wall = undefined;
    if (run?.walling && this.walledOff) run.setWalling(false);
    if (run && groups.length > 1) void run.act(partitionLine(groups));
  };

  private readonly cancelled = (): void => {
    this.wall = undefined;
  };

  /** The groups that the wall at hand would leave. */
  private parted(): string[][] {
    const { run, wall } = this;
    if (!run?.frame || !wall || length(wall) < SHORTEST_WALL) return [];
    const { groups } = run.frame;
    const now = groups.length > 0 ? groups : [run.replicas.map((node) => node.id)];
    const then = walled(now, this.layout.places, wall.from, wall.to);
    return then.length > now.length ? then : [];
  }

  private wallText(): TemplateResult | typeof nothing {
    const groups = this.parted();
    if (groups.length === 0 || !this.wall) return nothing;
    const text = groups
      .map((group) => (group.length > 12 ? say("stage.nodes", { count: group.length }) : group.join(" ")))
      .join(" | ");
    return html`<div class="tip" style="left:50%;top:8px"><b>${say("stage.wall")}</b> ${text}</div>`;
  }

  private readonly pointed = (event: PointerEvent): void => {
    if (this.wall) {
      this.wall = { from: this.wall.from, to: { x: event.offsetX, y: event.offsetY } };
      this.redraw();
      return;
    }
    const { message, dot } = this.under(event);
    if (message?.id !== this.hovered?.id) this.hovered = message && { ...message };
    this.pointedAt = dot;
    (event.currentTarget as HTMLElement).style.cursor = message || dot ? "pointer" : "";
  };

  private readonly left = (): void => {
    this.hovered = undefined;
    this.pointedAt = undefined;
  };

  /** The message under a pointer; or, where replicas are dots, one of these if it is nearer. */
  private under({ offsetX: x, offsetY: y }: MouseEvent, more = 0): { message?: Shown; dot?: string } {
    const { crowded } = this.layout;
    const message = nearest(this.shown, x, y, crowded ? DOT_REACH : REACH + more);
    const dot = crowded ? nearestDot(this.layout, x, y, DOT_REACH) : null;
    if (dot && (!message || dot.distance <= Math.hypot(message.x - x, message.y - y))) return { dot: dot.id };
    return message ? { message } : {};
  }

  private readonly clicked = (event: MouseEvent): void => {
    if (this.walledOff) return;
    const { message, dot } = this.under(event, 4);
    const link = message || dot ? undefined : nearestLink(this.layout, event.offsetX, event.offsetY);
    if (message) this.run?.selectMessage(message.id);
    else if (link) this.run?.selectLink(link.a, link.b);
    else this.run?.select(dot === this.run.selected ? null : (dot ?? null));
    if (dot) this.reached = dot;
  };

  private redraw(): void {
    this.handle ||= requestAnimationFrame(() => {
      this.handle = 0;
      this.paint();
    });
  }

  private paint(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const probe = this.renderRoot.querySelector<HTMLElement>(".probe");
    const context = canvas?.getContext("2d");
    const { run, layout } = this;
    if (!canvas || !probe || !context || !run?.frame || layout.width === 0) return;
    const still = this.motion.matches;
    // With reduced motion the picture changes with events, not in between.
    if (still && run.playing && run.frame.event === this.drawnEvent) return;
    this.drawnEvent = run.frame.event;
    const density = (window.devicePixelRatio || 1) * this.scale;
    const [w, h] = [Math.round(layout.width * density), Math.round(layout.height * density)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    context.setTransform(density, 0, 0, density, 0, 0);
    this.palette ??= readPalette(probe);
    const { palette, shown } = this;
    this.shown = draw({ context, layout, run, palette, still, hovered: this.hovered?.id ?? null, shown });
    if (this.wall) drawWall(context, layout, palette, this.wall);
  }
}

/** Votes that are in, with their voters' numbers where there is room, and those that are still needed. */
function votes({ votes, needed }: Tally, coming: number): TemplateResult {
  const numbered = needed <= MOST_NUMBERED && votes.every((voter) => voter < 100);
  const dots = needed <= MOST_DOTS ? Array.from({ length: needed }, (_, place) => votes[place]) : [];
  // Votes in flight come right after those that are in.
  const look = (voter: number | undefined, place: number) =>
    voter !== undefined ? "have" : place < votes.length + coming ? "coming" : "";
  const text = (voter: number | undefined) => (numbered && voter !== undefined ? voter : "");
  return html`<span class="votes ${numbered ? "numbered" : ""}"
    >${dots.map((voter, place) => html`<i class=${look(voter, place)}>${text(voter)}</i>`)}
    ${say("inspector.have-of", { have: votes.length, needed })}</span
  >`;
}

function length({ from, to }: { from: Point; to: Point }): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

/** The wall goes on to the edges: whoever stands on either side of its line is parted from the other. */
function drawWall(
  context: CanvasRenderingContext2D,
  { width, height }: Layout,
  palette: Palette,
  { from, to }: { from: Point; to: Point },
): void {
  const way = Math.hypot(to.x - from.x, to.y - from.y);
  if (way === 0) return;
  const far = (width + height) / way;
  const [dx, dy] = [(to.x - from.x) * far, (to.y - from.y) * far];
  context.strokeStyle = palette.accent;
  context.setLineDash([6, 6]);
  context.lineWidth = 1.5;
  stroke(context, from.x - dx, from.y - dy, from.x + dx, from.y + dy);
  context.setLineDash([]);
  context.lineWidth = 5;
  stroke(context, from.x, from.y, to.x, to.y);
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

declare global {
  interface HTMLElementTagNameMap {
    "cp-stage": Stage;
  }
}
