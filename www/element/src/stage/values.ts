/** Which values compete in a run, and what tells them apart. No protocol is known here: only what replicas show. */
import type { Cell, NodeView, Structure } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { COLOUR_NAMES, epochIndex, VALUE_COLOURS } from "../styles/colours.ts";

/** Up to how many replicas are compared each with each; of more, decisions are not drawn. */
const MOST_COMPARED = 9;

/** What a replica has decided last. */
export interface Decision {
  label: string;
  /** Decisions with the same number are about the same thing: two labels there are rivals. */
  about: number;
}

/** A value that has, or may get, a rival. */
export interface Rival {
  label: string;
  /** Its colour, by place: that of its name where it is called by a colour, else one that no rival before it has. */
  colour: number;
  /** One character that stands for it where there is no room for its label. */
  mark: string;
}

/** Rivals by their label, in the order in which they came up. Nothing is forgotten when the person goes back. */
export class Values {
  private readonly rivals = new Map<string, Rival>();
  /** The first label that was seen in a place, such as a slot in an epoch. */
  private readonly places = new Map<string, string>();
  private readonly carried = new Map<string, Rival | undefined>();
  private frame: unknown;

  /** Takes in what the replicas show now. */
  see(run: Run): this {
    if (run.frame === this.frame) return this;
    this.frame = run.frame;
    // The blocks of a tree have a colour of their own: who made them.
    const tree = run.descriptor?.structures.some(({ kind }) => kind === "tree");
    for (const { replica } of run.replicas) {
      for (const { kind, cells } of replica?.structures ?? []) {
        if (kind === "value" && !tree) for (const { label } of cells) this.add(label);
        // Entries of different epochs have different colours anyway.
        if (kind === "log")
          for (const { id, lane, epoch, label } of cells) this.meet(`${lane} ${id} ${epoch}`, label, bare);
      }
      for (const { label, about } of replica ? decisions(replica) : []) this.meet(`decided ${about}`, label);
    }
    if (tree && run.replicas.length <= MOST_COMPARED) this.fork(run);
    return this;
  }

  /** The last decided blocks of two replicas are rivals where neither has decided the other's. */
  private fork(run: Run): void {
    const all = run.replicas.flatMap(({ replica }) => (replica ? [decisions(replica).map(({ label }) => label)] : []));
    for (const [at, a] of all.entries())
      for (const b of all.slice(at + 1)) {
        const [x, y] = [a[0], b[0]];
        if (x && y && !a.includes(y) && !b.includes(x)) [x, y].forEach((one) => this.add(one));
      }
  }

  get(label: string): Rival | undefined {
    return this.rivals.get(label);
  }

  /** The class of a cell's colour: that of its value where it has rivals, else that of its epoch. */
  look(label: string, epoch: number): string {
    const rival = this.rivals.get(label);
    return rival ? `v${rival.colour}` : `e${epochIndex(epoch)}`;
  }

  /** The rival that a message carries, by what is written at it: `accept 1.2 red` carries `red`. */
  carriedBy(text: string): Rival | undefined {
    if (this.rivals.size === 0) return undefined;
    if (!this.carried.has(text)) this.carried.set(text, this.find(text));
    return this.carried.get(text);
  }

  private find(text: string): Rival | undefined {
    const words = ` ${text.replace(/[!?,;]+(?= |$)/g, "")} `;
    const found = [...this.rivals.values()].filter(({ label }) => words.includes(` ${label} `));
    return found.sort((a, b) => b.label.length - a.label.length)[0];
  }

  private meet(place: string, label: string, same = (text: string) => text): void {
    const first = this.places.get(place);
    if (first === undefined) this.places.set(place, label);
    else if (same(first) !== same(label)) [first, label].forEach((one) => this.add(one));
  }

  private add(label: string): void {
    if (this.rivals.has(label)) return;
    const taken = new Set([...this.rivals.values()].map(({ mark }) => mark));
    const rank = this.rivals.size;
    const mark = [...label].find((one) => one !== " " && !taken.has(one)) ?? String(rank + 1);
    this.rivals.set(label, { label, colour: COLOUR_NAMES.get(label.toLowerCase()) ?? this.free(rank), mark });
    this.carried.clear();
  }

  /** The next colour that no rival has, as long as there are enough. */
  private free(rank: number): number {
    const used = new Set([...this.rivals.values()].map(({ colour }) => colour));
    const all = Array.from({ length: VALUE_COLOURS }, (_, place) => place);
    return all.find((place) => !used.has(place)) ?? rank % VALUE_COLOURS;
  }
}

/** An entry without the sign at its end that says how it stands: `trip ?` becomes `trip ✓`, and is no other for it. */
function bare(label: string): string {
  return label.replace(/ [^\p{L}\p{N}]$/u, "");
}

const known = new WeakMap<object, Values>();

/** The rivals of a run, up to its frame at hand. */
export function valuesOf(run: Run): Values {
  const key = run.info ?? run;
  let values = known.get(key);
  if (!values) known.set(key, (values = new Values()));
  return values.see(run);
}

/** What a replica has decided last: its value, or the last committed entry of its log, or block of its tree. */
export function decided(replica: NonNullable<NodeView["replica"]>): Decision | undefined {
  return decisions(replica)[0];
}

/** What it has decided, the last first, as far as it shows it. */
function decisions(replica: NonNullable<NodeView["replica"]>): Decision[] {
  for (const kind of ["value", "log", "tree"] as const) {
    const cells = of(replica.structures, kind)?.cells ?? [];
    const committed = cells.filter(({ status }) => status === "committed").reverse();
    if (committed.length === 0) continue;
    if (kind === "value") return [{ label: committed[0]?.label ?? "", about: 0 }];
    const all = committed.map(({ label }, before) => ({ label, about: replica.committed - before }));
    return all.filter(({ about }, at) => at === 0 || about > 0);
  }
  return [];
}

/** What is drawn beside a replica: its log, a row for each lane; else its chain up to its tip; else its value. */
export function beside(replica: NonNullable<NodeView["replica"]>): readonly (readonly Cell[])[] {
  const log = of(replica.structures, "log")?.cells ?? [];
  if (log.length > 0) {
    const lanes = [...new Set(log.map(({ lane }) => lane ?? 0))].sort((a, b) => a - b);
    return lanes.map((lane) => log.filter((cell) => (cell.lane ?? 0) === lane));
  }
  const value = of(replica.structures, "value")?.cells ?? [];
  const tree = of(replica.structures, "tree")?.cells ?? [];
  if (tree.length > 0) return [chain(tree, value.at(-1)?.id)];
  return value.length > 0 ? [value] : [];
}

/** The blocks from the root to a tip: the one that is named, else the farthest. */
function chain(tree: readonly Cell[], named: number | undefined): Cell[] {
  const all = new Map(tree.map((cell) => [cell.id, cell]));
  const depths = new Map<number, number>();
  // A block stands behind those that it builds on.
  for (const { id, parents } of tree)
    depths.set(id, 1 + Math.max(0, ...(parents ?? []).map((one) => depths.get(one) ?? 0)));
  const [farthest] = [...tree].sort((a, b) => (depths.get(b.id) ?? 0) - (depths.get(a.id) ?? 0));
  const blocks: Cell[] = [];
  const seen = new Set<number>();
  let at = all.get(named ?? -1) ?? farthest;
  while (at && !seen.has(at.id)) {
    seen.add(at.id);
    blocks.unshift(at);
    at = (at.parents ?? []).map((id) => all.get(id)).find((one) => one !== undefined);
  }
  return blocks;
}

function of(structures: readonly Structure[], kind: Structure["kind"]): Structure | undefined {
  return structures.find((one) => one.kind === kind);
}
