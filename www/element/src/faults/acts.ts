/** What can be done to a node or a link: one list for the bar at the picture and for the drawer. Each act is lines of a scenario. */
import type { Frame, NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { isClient, nodeWords, plain, scenarioDuration } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { partitionLine } from "./groups.ts";

/** A button. */
export interface Act {
  label: string;
  lines: readonly string[];
  about?: string | undefined;
}

/** Several acts of one kind, of which one is picked. */
export interface Choice {
  label: string;
  acts: readonly Act[];
}

/** How much slower a link is made, and what share of its messages is lost or doubled. */
const SLOWER = 5;
const SHARE = 50;
/** How many commands are offered at a node. */
const MOST_COMMANDS = 4;
/** Up to how many neighbours of a node are offered for a look at the link to each. */
const MOST_LINKS = 64;

const act = (label: string, ...lines: string[]): Act => ({ label, lines });

/** Whom an act is about: a number, or a role that is looked up when the act is carried out. */
export const crash = (whom: string): Act => act(say("faults.crash"), `crash ${whom}`);
export const restart = (whom: string): Act => act(say("faults.restart"), `restart ${whom}`);
export const restartBlank = (whom: string): Act => act(say("faults.restart-blank"), `restart ${whom} disk lost`);
export const pause = (whom: string): Act => act(say("faults.pause"), `pause ${whom}`);
export const resume = (whom: string): Act => act(say("faults.resume"), `resume ${whom}`);
export const cutIncoming = (whom: string): Act => act(say("faults.cut-incoming"), `cut all -> ${whom}`);
export const cutOutgoing = (whom: string): Act => act(say("faults.cut-outgoing"), `cut ${whom} -> all`);
export const cutDirection = (from: string, to: string): Act =>
  act(say("faults.cut-from-to", { from, to }), `cut ${from} -> ${to}`);

/** What can be done to a replica as it is now. */
export function replicaActs(run: Run, node: NodeView): Act[] {
  const { id, health } = node;
  if (health === "crashed") return [restart(id), restartBlank(id), ...wires(run, id)];
  if (health === "paused") return [resume(id), crash(id), ...wires(run, id)];
  const fire = node.timers.map(({ name }) => act(say("stage.fire", { timer: plain(name) }), `fire ${name} of ${id}`));
  const example = run.descriptor?.commands[0]?.example;
  const ask = example ? [act(say("stage.request", { command: example }), `request ${example} to ${id}`)] : [];
  const honest = node.byzantine ? [act(say("stage.make-honest"), `honest ${id}`)] : [];
  return [crash(id), pause(id), ...fire, ...ask, ...honest, ...wires(run, id)];
}

/** Its wires: each act where it would change something. */
function wires(run: Run, id: string): Act[] {
  const { frame } = run;
  const others = run.replicas.filter((other) => other.id !== id);
  if (!frame || others.length === 0) return [];
  const cuts = frame.cuts.filter(([from, to]) => from === id || to === id);
  const into = cuts.filter(([from, to]) => to === id && !isClient(from)).length;
  const mine = frame.groups.find((group) => group.includes(id));
  const all = [];
  if (into < others.length) all.push(cutIncoming(id));
  if (cuts.filter(([from, to]) => from === id && !isClient(to)).length < others.length) all.push(cutOutgoing(id));
  if (mine?.length !== 1) all.push(act(say("faults.isolate"), partitionLine(without(run, frame, id))));
  if (cuts.length > 0) all.push(act(say("faults.mend"), ...cuts.map(([from, to]) => `heal ${from} -> ${to}`)));
  if (frame.groups.length > 0) all.push(act(say("faults.heal-all"), "heal"));
  return all;
}

/** The groups of the network when this replica is alone. */
function without(run: Run, { groups }: Frame, id: string): string[][] {
  const now = groups.length > 0 ? groups : [run.replicas.map((one) => one.id)];
  const rest = now.map((group) => group.filter((one) => one !== id && !isClient(one)));
  return [[id], ...rest].filter((group) => group.length > 0);
}

/** What a client can ask for. */
export function clientActs(run: Run, id: string): Act[] {
  return (run.descriptor?.commands ?? []).slice(0, MOST_COMMANDS).map(({ example, about }) => ({
    ...act(say("stage.request", { command: example }), `request ${example} from ${id}`),
    about,
  }));
}

/** The ways in which a replica can be made to lie; `undefined` where it can't, or runs no more. */
export function lies(run: Run, node: NodeView): Choice | undefined {
  const kinds = node.replica && node.health === "up" && !node.byzantine ? (run.library?.kinds ?? []) : [];
  // Two incarnations need to be told apart: the drawer asks to whom each is shown.
  const acts = kinds
    .filter(({ name }) => name !== "twins")
    .map(({ name, about }) => ({ ...act(plain(name), `byzantine ${node.id} ${name}`), about }));
  return acts.length > 0 ? { label: say("faults.make-lie"), acts } : undefined;
}

/** To whom a node has a link. */
export function neighbours(run: Run, id: string): { id: string; name: string }[] {
  const drawn =
    run.topology && run.topology.kind !== "full" && !isClient(id) ? linkedTo(run.topology.links, id) : undefined;
  const all = run.replicas.filter((other) => other.id !== id && (drawn?.has(other.id) ?? true));
  return all.slice(0, MOST_LINKS).map((other) => ({ id: other.id, name: nodeWords(other.id, run.descriptor) }));
}

function linkedTo(links: readonly number[], id: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = 0; at + 1 < links.length; at += 2) {
    const [a, b] = [String(links[at]), String(links[at + 1])];
    if (a === id) found.add(b);
    if (b === id) found.add(a);
  }
  return found;
}

/** What can be done to the link between two nodes. */
export function linkActs(frame: Frame, a: string, b: string): Act[] {
  const ways = [
    [a, b],
    [b, a],
  ] as const;
  const cut = ways.filter(([from, to]) => frame.cuts.some(([x, y]) => x === from && y === to));
  const whole = ways.filter((way) => !cut.includes(way));
  const odd = ways.filter(([from, to]) => frame.links.some(([x, y]) => x === from && y === to));
  const { network } = frame;
  const both = (label: string, what: string) =>
    act(label, ...ways.map(([from, to]) => `network ${from} -> ${to} ${what}`));
  const all = whole.map(([from, to]) => cutDirection(from, to));
  if (whole.length === 2) all.push(act(say("faults.cut-both"), ...whole.map(([from, to]) => `cut ${from} -> ${to}`)));
  if (cut.length > 0) all.push(act(say("faults.mend"), ...cut.map(([from, to]) => `heal ${from} -> ${to}`)));
  if (odd.length > 0)
    all.push(act(say("faults.reset"), ...odd.map(([from, to]) => `network ${from} -> ${to} ${settings(network)}`)));
  if (frame.manual || odd.length > 0) return all;
  const slow = `latency ${latencyWords({ ...network, latency: [network.latency[0] * SLOWER, network.latency[1] * SLOWER] })}`;
  return [
    ...all,
    both(say("faults.slow-down", { factor: SLOWER }), slow),
    both(say("faults.lose-some", { share: SHARE }), `loss ${SHARE}%`),
    both(say("faults.double-some", { share: SHARE }), `duplicate ${SHARE}%`),
  ];
}

export type LinkView = Frame["network"];

/** A latency as the scenario language writes it. */
export function latencyWords({ latency: [low, high], shape }: LinkView): string {
  if (shape === "exponential") return `exponential ${scenarioDuration(low)}`;
  return `${scenarioDuration(low)}..${scenarioDuration(high)}`;
}

/** All that a link does, as the scenario language writes it. */
export function settings(link: LinkView): string {
  const { loss, duplicate, reorder, shape } = link;
  const spread = shape === "exponential" ? "" : ` shape ${shape}`;
  const rest = `loss ${loss / 1e4}% duplicate ${duplicate / 1e4}% reorder ${reorder ? "on" : "off"}`;
  return `latency ${latencyWords(link)} ${rest}${spread}`;
}
