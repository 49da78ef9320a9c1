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

/** A number above 0. Throws a `TypeError` that names it. */
export function positive(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) throw wrong(name, "a number above 0", value);
  return value;
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
