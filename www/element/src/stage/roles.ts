/** What stands beside a replica: the part that it has. */
import type { Descriptor, NodeView } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { part, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";

/** What part a replica has, or what is wrong with it. */
export function roleText(node: NodeView, about: Descriptor | undefined): string {
  const role = part(node.replica?.role, about);
  if (node.health !== "up") return node.health;
  const clock = node.rate === 1 ? "" : ` · ${say("faults.clock-at", { rate: node.rate })}`;
  if (node.second) return say("stage.incarnations") + clock;
  return (node.byzantine ? say("stage.byzantine", { kind: plain(node.byzantine) }) : role) + clock;
}

/** What is written beside a replica: where they stand close, nothing of the part that most of them have. What is wrong with one is always written. */
export function roleBeside(node: NodeView, run: Run, close: boolean): string {
  const role = roleText(node, run.descriptor);
  const well = node.health === "up" && !node.byzantine && !node.second && node.rate === 1;
  return close && well && role === usualRole(run) ? "" : role;
}

function usualRole({ replicas, descriptor }: Run): string {
  const counts = new Map<string, number>();
  for (const node of replicas) {
    const role = roleText(node, descriptor);
    counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "";
}
