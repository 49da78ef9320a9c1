/** What moves once when something happens: the crown to whoever leads now, a quiet ring where something was decided. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Layout } from "./layout.ts";

/** How long a crown is under way, and a ring to be seen, in milliseconds. */
const WAY = 900;
const RINGS = 1100;

interface Seen {
  of: unknown;
  event: number;
  /** Who leads, in which epoch. */
  leads: ReadonlyMap<string, number>;
  committed: ReadonlyMap<string, number>;
}

/** Compares each picture with the one before. With reduced motion nothing moves: the states are there all the same. */
export class Motion {
  private seen: Seen | undefined;
  /** Who had the crown last, though it may lead no more. */
  private crowned: string | undefined;

  /** To be called when the discs are in place. */
  update(run: Run, layout: Layout, root: ParentNode, still: boolean): void {
    const before = this.seen;
    const now = (this.seen = seenIn(run));
    const from = before?.of === now.of ? this.crowned : undefined;
    this.crowned = latest(now.leads) ?? from;
    if (!before || before.of !== now.of || before.event >= now.event || still || layout.crowded) return;
    for (const [id, epoch] of now.leads)
      if (!before.leads.has(id) && epoch >= Math.max(...now.leads.values())) travel(root, layout, from, id);
    for (const [id, committed] of now.committed)
      if (committed > (before.committed.get(id) ?? committed)) ring(root, id);
  }
}

function seenIn(run: Run): Seen {
  const committed = new Map(run.replicas.map(({ id, replica }) => [id, replica?.committed ?? 0]));
  return { of: run.info, event: run.frame?.event ?? 0, leads: leaders(run), committed };
}

/** Who leads and runs, and in which epoch. */
export function leaders(run: Run): ReadonlyMap<string, number> {
  const leads = run.replicas.filter(
    ({ health, replica }) => health !== "crashed" && run.role(replica?.role)?.look === "lead",
  );
  return new Map(leads.map(({ id, replica }) => [id, replica?.epoch ?? 0]));
}

/** The leader of the highest epoch. */
function latest(leads: ReadonlyMap<string, number>): string | undefined {
  return [...leads].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function travel(root: ParentNode, layout: Layout, from: string | undefined, to: string): void {
  const crown = root.querySelector(`[data-node="${to}"] .crown`);
  const [a, b] = [layout.places.get(from ?? ""), layout.places.get(to)];
  if (!crown || !b) return;
  const start =
    a && from !== to ? { translate: `${a.x - b.x}px ${a.y - b.y}px` } : { translate: "0 -24px", opacity: 0 };
  crown.animate([start, { translate: "0 0", opacity: 1 }], {
    id: "crown",
    duration: WAY,
    easing: "cubic-bezier(0.4, 0, 0.2, 1)",
  });
}

function ring(root: ParentNode, id: string): void {
  const around = root.querySelector(`[data-node="${id}"] .ring`);
  around?.animate(
    [
      { opacity: 0.6, transform: "scale(1)" },
      { opacity: 0, transform: "scale(1.7)" },
    ],
    { id: "ring", duration: RINGS, easing: "ease-out" },
  );
}
