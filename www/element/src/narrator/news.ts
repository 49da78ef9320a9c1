/** What somebody who does not see the picture has to hear of: who leads, who is stuck, what is decided, what is broken. */
import type { Run } from "@consensus-playground/engine/run.ts";
import { capital, nodeName, plain, stop } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";

/** Looks of roles that are news when somebody takes them, in any protocol. */
const TELLING = ["lead", "blocked"];
/** How many decisions are told one by one. */
const FEW = 3;

interface Seen {
  of: unknown;
  event: number;
  /** Who has a telling role, as `3 leader 2`: the node, the role, the epoch. */
  roles: Set<string>;
  broken: Set<string>;
}

/** Compares each frame with the one before. */
export class News {
  private seen: Seen | undefined;

  /** Sentences about what is new, the gravest first; none where another run or an earlier moment is shown. */
  from(run: Run): string[] {
    const { frame, seen } = this.now(run);
    const before = this.seen;
    this.seen = seen;
    if (!frame || !before || before.of !== seen.of || seen.event <= before.event) return [];
    return [
      ...frame.properties.flatMap(({ name, broken }) =>
        broken && !before.broken.has(name)
          ? [stop(say("news.broken", { property: capital(plain(name)), text: capital(broken.text) }))]
          : [],
      ),
      ...[...seen.roles].filter((role) => !before.roles.has(role)).map((role) => this.role(run, role)),
      ...decided(frame.decided.filter(({ event }) => event > before.event).map(({ value, slot }) => ({ value, slot }))),
    ];
  }

  private now(run: Run): { frame: Run["frame"]; seen: Seen } {
    const { frame, info } = run;
    const roles = new Set<string>();
    for (const { id, health, replica } of run.replicas)
      if (replica && health === "up" && TELLING.includes(run.role(replica.role)?.look ?? ""))
        roles.add(`${id} ${replica.role} ${replica.epoch}`);
    const broken = new Set(frame?.properties.filter((one) => one.broken).map(({ name }) => name));
    return { frame, seen: { of: info, event: frame?.event ?? 0, roles, broken } };
  }

  private role(run: Run, key: string): string {
    const [id = "", role = "", epoch = ""] = key.split(" ");
    const what = run.descriptor?.epoch;
    const [name, part] = [nodeName(id, run.descriptor), plain(role)];
    return what
      ? say("news.role-in", { name, role: part, epoch: `${plain(what)} ${epoch}` })
      : say("news.role", { name, role: part });
  }
}

function decided(all: readonly { value: string; slot: number }[]): string[] {
  const told = all.slice(-FEW).map(({ value, slot }) => say("news.decided", { value, slot }));
  const more = all.length - told.length;
  return more > 0 ? [say("news.more-decided", { count: more }), ...told] : told;
}
