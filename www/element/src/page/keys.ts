/** The keyboard: keys act only on the playground that has the focus, and never on what a field needs for itself. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Drawer } from "./drawers.ts";

/** Steps of the speed's logarithm per key press. */
const FASTER = 0.25;

/** What a key asks of the element around. `escape` says whether there was anything to leave. */
interface Wishes {
  help: () => void;
  search: () => unknown;
  /** Where there are no drawers, or nothing to present, these say `false`. */
  drawer: (drawer: Drawer) => unknown;
  present: () => unknown;
  escape: () => boolean;
}

/** Handles a key; says whether it did. */
export function pressed(event: KeyboardEvent, run: Run, wishes: Wishes): boolean {
  if (takesBack(event, run)) return true;
  if (event.key === "Escape" && !combined(event)) return wishes.escape();
  return isFree(event) && carryOut(event, run, wishes);
}

function combined(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
}

/** Whether what has the focus has no use of its own for a key. */
export function isFree(event: KeyboardEvent): boolean {
  const [origin] = event.composedPath();
  if (combined(event) || !(origin instanceof Element) || writes(origin)) return false;
  if (event.key === " " && presses(origin)) return false;
  return !(event.key.startsWith("Arrow") && moves(origin));
}

/** Whether what has the focus needs a key for itself: a field for what is typed, a button for being pressed, a slider for moving. */
export function isTaken(event: KeyboardEvent): boolean {
  const [origin] = event.composedPath();
  if (!(origin instanceof Element)) return false;
  const { key } = event;
  if (writes(origin)) return combined(event) ? EDITING.test(key) : !/^(?:Tab|Escape|F\d+)$/.test(key);
  if (combined(event)) return false;
  if (key === "Enter" || key === " ") return origin.matches("button, input, summary, a[href]");
  return /^(?:Arrow.*|Home|End|Page.*)$/.test(key) && moves(origin);
}

/** What a field does with Ctrl, Cmd or Alt held: it copies and takes back, moves and deletes by words, and composes letters. */
const EDITING = /^(?:[acvxyz]|Arrow.*|Home|End|Backspace|Delete|Dead|Process)$/i;

/** Ctrl or Cmd with Z, and with Shift the other way. Fields take back by themselves what was typed. */
function takesBack(event: KeyboardEvent, run: Run): boolean {
  const [origin] = event.composedPath();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return false;
  if (!(origin instanceof Element) || writes(origin)) return false;
  void (event.shiftKey ? run.redo() : run.undo());
  return true;
}

function carryOut(event: KeyboardEvent, run: Run, { help, search, drawer, present }: Wishes): boolean {
  const acts: Record<string, () => unknown> = {
    " ": () => run.toggle(),
    k: () => run.toggle(),
    ArrowRight: () => (event.shiftKey ? run.nextMilestone() : run.step()),
    ArrowLeft: () => (event.shiftKey ? run.previousMilestone() : run.stepBack()),
    "+": () => run.hurry(10 ** FASTER),
    "=": () => run.hurry(10 ** FASTER),
    "-": () => run.hurry(10 ** -FASTER),
    r: () => run.restart(),
    c: () => crash(run),
    b: () => drawer("break"),
    i: () => drawer("inspect"),
    s: search,
    f: present,
    "?": help,
  };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const digit = /^[1-9]$/.test(key) && run.nodes.has(key);
  if (digit) run.select(key);
  const act = acts[key];
  // What there is nothing to do for stays the host's.
  return (act !== undefined && act() !== false) || digit;
}

function crash(run: Run): void {
  const node = run.nodes.get(run.selected ?? "");
  if (node?.replica) void run.act(`${node.health === "crashed" ? "restart" : "crash"} ${node.id}`);
}

/** Fields that take letters. */
function writes(element: Element): boolean {
  const field = element.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])");
  return field || (element instanceof HTMLElement && element.isContentEditable);
}

/** What the space bar presses by itself. On the stage's replicas Enter does, and space plays. */
function presses(element: Element): boolean {
  return element.matches("button:not([data-node]), input, summary, a[href]");
}

/** What arrows move by themselves: sliders, choices, and regions that scroll sideways. */
function moves(element: Element): boolean {
  return element.matches("input[type=range], input[type=radio], .logs, .table");
}
