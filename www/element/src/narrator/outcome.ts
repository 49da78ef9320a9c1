/** How a run came out, told the same way by the badges, the evidence and the results. */
import { capital, plain, stop } from "@consensus-playground/engine/format.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { PropertyView } from "@consensus-playground/engine/types.ts";
import { say } from "../language/language.ts";

/** A property that is broken. */
export type Broken = PropertyView & { broken: NonNullable<PropertyView["broken"]> };

/** All that are broken, what broke first first: it led to the rest. */
export function brokenOnes(run: Run): Broken[] {
  const all = (run.frame?.properties ?? []).filter((one): one is Broken => Boolean(one.broken));
  return all.sort((a, b) => a.broken.event - b.broken.event);
}

/** The properties of which the scenario says that they will break. */
export function predicted(run: Run): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of [...run.text.split("\n"), ...(run.frame?.expects ?? []).map(({ text }) => text)]) {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    const at = words.indexOf("violation");
    const name = words[at + 1];
    if (
      words.includes("expect") &&
      at > 0 &&
      name &&
      !words.slice(0, at).some((word) => word === "not" || word === "never")
    )
      names.add(name);
  }
  return names;
}

/** What broke: "As predicted, agreement broke: …", or "Agreement is broken. …". */
export function brokenSentence(run: Run, { name, broken }: Broken): string {
  if (predicted(run).has(name)) return say("outcome.predicted", { property: plain(name), text: stop(broken.text) });
  return say("outcome.broken", { property: capital(plain(name)), text: stop(capital(broken.text)) });
}
