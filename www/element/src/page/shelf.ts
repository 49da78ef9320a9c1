/**
 * A person's own runs, kept in the browser where it allows that. The playground and the site's gallery share them. What stands
 * in the storage may be anybody's, and is checked.
 */
import { isLink } from "@consensus-playground/engine/link.ts";
import { say } from "../language/language.ts";
import "../language/en/shelf.ts";

const KEY = "consensus-playground.runs";

/** So many runs are kept, and so many letters of links: browsers give all pages of a host some five million. */
export const MOST_RUNS = 60;
export const MOST_LETTERS = 2_000_000;
/** Letters of a name. */
export const NAME_LETTERS = 120;

export interface KeptRun {
  id: number;
  name: string;
  /** The protocol's name, as people write it. */
  protocol: string;
  /** Where the person stood: the event's number. */
  event: number;
  /** When it was kept, in milliseconds since 1970. */
  kept: number;
  /** The run itself. */
  link: string;
}

/** The runs that are kept, the newest first. */
export function keptRuns(): KeptRun[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(all) ? all.slice(0, MOST_RUNS).filter(isKept) : [];
  } catch {
    return [];
  }
}

/** Whether the browser keeps anything for this page. */
export function keeps(): boolean {
  try {
    localStorage.getItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Keeps a run. Throws an `Error` with a sentence for the person where there is no room for it. */
export function keepRun(run: Omit<KeptRun, "id" | "kept">): KeptRun {
  const all = keptRuns();
  if (all.length >= MOST_RUNS) throw new Error(say("shelf.full", { count: MOST_RUNS }));
  // By chance, so that it is not the number of one that was deleted: that may come back.
  const [id = 0] = crypto.getRandomValues(new Uint32Array(1));
  const kept = { ...run, name: freeName(run.name, all), id, kept: Date.now() };
  write([kept, ...all]);
  return kept;
}

/** Gives a run another name, and says which: no two have the same. */
export function renameRun(id: number, name: string): string {
  const all = keptRuns();
  const free = freeName(
    name,
    all.filter((one) => one.id !== id),
  );
  write(all.map((one) => (one.id === id ? { ...one, name: free } : one)));
  return free;
}

/** Takes a run off the shelf; gives back what puts it there again. */
export function removeRun(id: number): () => void {
  const all = keptRuns();
  const place = all.findIndex((one) => one.id === id);
  const [removed] = all.splice(place, place < 0 ? 0 : 1);
  write(all);
  return () => {
    const now = keptRuns();
    if (!removed || now.some((one) => one.id === id)) return;
    if (now.length >= MOST_RUNS) throw new Error(say("shelf.full", { count: MOST_RUNS }));
    now.splice(place, 0, removed);
    write(now);
  };
}

/** Calls when another page of the site has changed what is kept. */
export function whenRunsChange(call: () => void): () => void {
  const heard = ({ key }: StorageEvent) => {
    if (key === KEY || key === null) call();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}

function write(all: readonly KeptRun[]): void {
  if (all.reduce((sum, { link }) => sum + link.length, 0) > MOST_LETTERS) throw new Error(say("shelf.no-room"));
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    throw new Error(say(full ? "shelf.no-room" : "shelf.refused"), { cause: error });
  }
}

function freeName(wanted: string, all: readonly KeptRun[]): string {
  const name = wanted.replace(/\s+/g, " ").trim().slice(0, NAME_LETTERS) || say("shelf.unnamed");
  const taken = new Set(all.map((one) => one.name));
  if (!taken.has(name)) return name;
  for (let count = 2; ; count += 1) if (!taken.has(`${name} (${count})`)) return `${name} (${count})`;
}

function isKept(value: unknown): value is KeptRun {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, protocol, event, kept, link } = value as { [field in keyof KeptRun]?: unknown };
  const whole = (one: unknown) => Number.isSafeInteger(one) && (one as number) >= 0;
  const texts = [name, protocol, link].every((one) => typeof one === "string");
  return texts && whole(id) && whole(event) && whole(kept) && isLink(link as string);
}
