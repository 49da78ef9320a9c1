/** How times and names are written for people. */

import type { Descriptor } from "../wasm/consensus_playground.js";

/** A moment of virtual time (microseconds) in seconds: `1.760 s`. */
export function moment(us: number): string {
  return `${(us / 1e6).toFixed(us < 1e7 ? 3 : 2)} s`;
}

/** A length of virtual time (microseconds) in the unit that suits it: `15 ms`. */
export function duration(us: number): string {
  if (!Number.isFinite(us)) return "unknown";
  if (Math.abs(us) < 1000) return `${Math.round(us)} µs`;
  if (Math.abs(us) < 1e6) return `${trim(us / 1e3)} ms`;
  return `${trim(us / 1e6)} s`;
}

/** A length of virtual time as the scenario language writes it: `15ms`. */
export function scenarioDuration(us: number): string {
  const whole = Math.round(us);
  return whole % 1000 === 0 ? `${whole / 1000}ms` : `${whole}us`;
}

/** Parts per million as per cent: `2 %`. */
export function percent(ppm: number): string {
  return `${trim(ppm / 1e4)} %`;
}

function trim(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, "");
}

/** A speed: `1/20 ×` or `2 ×`. */
export function pace(speed: number): string {
  return speed >= 1 ? `${trim(speed)} ×` : `1/${Math.round(1 / speed)} ×`;
}

/** `election-timeout` as people write it: `election timeout`; a name with a number, such as `AC1`, in capitals. */
export function plain(name: string): string {
  return name.replaceAll("-", " ").replace(/\b[a-z]{2,}\d+\b/g, (word) => word.toUpperCase());
}

/** What part a replica has; empty where all have the same, so that it says nothing. */
export function part(role: string | undefined, about: Pick<Descriptor, "roles"> | undefined): string {
  return role && (about?.roles.length ?? 0) > 1 ? plain(role) : "";
}

/** With a capital letter at its beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `c1` is a client, `3` a replica (or whatever the protocol calls it). */
export function isClient(id: string): boolean {
  return id.startsWith("c");
}

/** The id of a node from the number that flights carry. */
export function nodeId(raw: number): string {
  return raw & 0x8000 ? `c${raw & 0x7fff}` : String(raw);
}

/** `Replica 3`, `Coordinator 1` or `Client 1`. */
export function nodeName(id: string, about: Pick<Descriptor, "agent" | "firstAgent"> | undefined): string {
  if (isClient(id)) return `Client ${id.slice(1)}`;
  const first = id === "1" && about?.firstAgent;
  return `${capital(first || about?.agent || "replica")} ${id}`;
}

/** The same within a sentence: `coordinator 1`. */
export function nodeWords(id: string, about: Pick<Descriptor, "agent" | "firstAgent"> | undefined): string {
  const name = nodeName(id, about);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** With a full stop, unless it ends in a mark of its own. */
export function stop(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}
