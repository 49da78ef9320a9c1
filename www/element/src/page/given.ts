/** What a host page hands to the element is checked before it is used: whatever is wrong is told by its name. */

/** A text. Throws a `TypeError` that names it. */
export function text(name: string, value: unknown): string {
  if (typeof value !== "string") throw wrong(name, "a string", value);
  return value;
}

/** A whole number from 0 on. Throws a `TypeError` that names it. */
export function whole(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw wrong(name, "a whole number from 0 on", value);
  return value;
}

/**
 * A number above 0, also as a text: frameworks hand what stands in an attribute to the property of its name. Throws a
 * `TypeError` that names it.
 */
export function positive(name: string, given: unknown): number {
  const value = typeof given === "string" && Number(given) > 0 ? Number(given) : given;
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) throw wrong(name, "a number above 0", value);
  return value;
}

/** A place in a run: an event, or a time in virtual microseconds. */
export type Place = { event: number; time?: undefined } | { event?: undefined; time: number };

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000 };

/** A place, written as an event's number (`40`) or as a time (`1.2s`, `600ms`). Throws a `TypeError` that names it. */
export function place(name: string, value: unknown): Place {
  const [, number = "", unit] = /^\s*(\d+(?:\.\d+)?)(us|ms|s)?\s*$/.exec(text(name, value)) ?? [];
  const event = Number(number);
  const known = number !== "" && (unit !== undefined || Number.isSafeInteger(event));
  if (!known) throw wrong(name, "an event's number, such as 40, or a time, such as 1.2s", value);
  return unit === undefined ? { event } : { time: Math.round(event * (UNITS[unit] ?? 1)) };
}

function wrong(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`\`${name}\` must be ${wanted}, not ${shown(value)}`);
}

/** A value in a few characters. Objects are not asked: their own code could run, or fail. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || ["number", "boolean", "undefined"].includes(typeof value)) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
