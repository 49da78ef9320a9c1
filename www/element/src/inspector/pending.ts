/** What is being voted on, and whose votes are in, on their way, still possible or out of the question. */
import type { Frame, NodeView, Tally } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";

export interface Pending {
  collector: NodeView;
  tally: Tally;
  /** Their votes are on the way, and will count as things are. */
  coming: string[];
  /** Not heard from yet, and within reach. */
  may: string[];
  /** Crashed or cut off before they were heard from, or their one vote is for something else. */
  cannot: string[];
}

/** All that is being voted on, by whoever collects the votes; voters in the order of their numbers. */
export function pending(run: Pick<Run, "replicas" | "frame">): Pending[] {
  const { replicas, frame } = run;
  const reach = reachability(frame);
  return replicas
    .filter((node) => node.health === "up")
    .flatMap((collector) => {
      const tallies = collector.replica?.tallies ?? [];
      return tallies.map((tally) => {
        const elsewhere = spent(frame, collector.id, tally, tallies);
        const open = replicas.filter(
          ({ id }) => !tally.votes.includes(Number(id)) && (id !== collector.id || elsewhere.has(id)),
        );
        const coming = comingTo(frame, collector.id, tally.about);
        const rest = open.filter((node) => !coming.includes(node.id));
        const able = ({ id, health }: NodeView) =>
          health !== "crashed" && reach(collector.id, id) && !elsewhere.has(id);
        const may = rest.filter(able);
        const cannot = rest.filter((node) => !able(node));
        return {
          collector,
          tally,
          coming: ids(open.filter((node) => !rest.includes(node))),
          may: ids(may),
          cannot: ids(cannot),
        };
      });
    });
}

/** Who has used the one vote that a part of a tally takes, or sent it on its way: for this part or another. */
function spent(frame: Frame | undefined, at: string, { within }: Tally, all: readonly Tally[]): ReadonlySet<string> {
  const whole = within === undefined ? undefined : all.find(({ about }) => about === within);
  return new Set(whole ? [...whole.votes.map(String), ...comingTo(frame, at, whole.about)] : []);
}

/** Whose votes are in flight to a collector, and will count when they arrive. The engine has tried. */
export function comingTo(frame: Frame | undefined, at: string, about: string): string[] {
  const all = frame?.coming.filter((one) => one.at === at && one.about === about) ?? [];
  return [...new Set(all.map((one) => one.from))];
}

/** Whether two nodes can ask and answer each other. */
function reachability(frame: Frame | undefined): (a: string, b: string) => boolean {
  const group = new Map<string, number>();
  frame?.groups.forEach((members, number) => members.forEach((id) => group.set(id, number)));
  const cuts = new Set(frame?.cuts.map(([from, to]) => `${from} ${to}`));
  return (a, b) => group.get(a) === group.get(b) && !cuts.has(`${a} ${b}`) && !cuts.has(`${b} ${a}`);
}

const ids = (nodes: readonly NodeView[]) => nodes.map((node) => node.id);
