/** What is read in a found scenario, and what is put together for a search: texts only, so that they can be tested. */

/** A step of a found schedule: the line of the scenario, and what it does. */
export interface Told {
  line: string;
  about: string;
}

/** The steps of a scenario that a search has found: the lines from `network manual` on, up to what is expected, each with the comment above it. */
export function stepsOf(text: string): Told[] {
  const lines = text.split("\n").map((line) => line.trim());
  const steps: Told[] = [];
  let about: string[] = [];
  for (const line of lines.slice(lines.indexOf("network manual") + 1)) {
    if (line.startsWith("#")) about.push(line.slice(1).trim());
    else if (line !== "") {
      if (!line.startsWith("expect ")) steps.push({ line, about: about.join(" ") });
      about = [];
    }
  }
  return steps;
}

/** What an empty field means: any number, or none. That of a single timer means nothing of its own. */
const EMPTY: Readonly<Record<string, string>> = {
  steps: "any",
  timers: "any",
  epochs: "any",
  crashes: "0",
  "blank-disks": "0",
  duplicates: "0",
  requests: "0",
  liars: "0",
  lies: "0",
  twins: "0",
};

/** What a bound is whose field is empty: `any`, `0`, or nothing of its own. */
export function empty(name: string): string {
  return EMPTY[name] ?? "";
}

/** Bounds as the engine reads them (`crashes=1 timers=any`), from what stands in the fields. */
export function written(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => [name, value.trim() || empty(name)])
    .flatMap(([name, value]) => (value ? `${name}=${value}` : []))
    .join(" ");
}

/** Bytes in MB. */
export function megabytes(bytes: number): number {
  return bytes < 10e6 ? Math.round(bytes / 1e5) / 10 : Math.round(bytes / 1e6);
}

/** A small chance as one in so many, with two digits that count; `undefined` where there is none worth a word: less than one in 10¹². */
export function oneIn(chance: number): number | undefined {
  if (!(chance >= 1e-12)) return undefined;
  const many = 1 / Math.min(1, chance);
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(many)) - 1);
  return Math.round(many / scale) * scale;
}
