/**
 * Which runs stand side by side, as the part of an address after `#`: names of the gallery, as `#one+two`; or `#c1=` and, in
 * base64url, the deflated JSON of their texts and of the time. It may be a stranger's: everything in it is checked.
 */
import { packText, unpackText } from "@consensus-playground/engine/link.ts";
import { LINK_BYTES } from "@consensus-playground/engine/limits.ts";

/** How many runs there are at most. */
export const MOST = 3;
/** The latest time that a link leads to, in virtual microseconds: an hour. */
const LATEST = 3_600_000_000;

export interface Comparison {
  /** Texts of scenarios. */
  runs: string[];
  /** The virtual time, in microseconds. */
  now: number;
}

/** The names in an address, if that is what it holds. */
export function namesIn(hash: string): string[] | undefined {
  const names = /^#?([\w-]+(?:\+[\w-]+)*)$/.exec(hash)?.[1]?.split("+");
  return names && names.length <= MOST ? names : undefined;
}

/** The address of runs as they are; `undefined` where they are too long for one. */
export async function pack({ runs, now }: Comparison): Promise<string | undefined> {
  const body = await packText(JSON.stringify({ r: runs, t: Math.round(now) }), LINK_BYTES);
  return body === undefined ? undefined : `#c1=${body}`;
}

/** Reads what `pack` made; `undefined` where it is damaged. Rejects with a sentence where it is too long. */
export async function unpack(hash: string): Promise<Comparison | undefined> {
  const body = /^#?c1=(.*)$/s.exec(hash)?.[1];
  if (body === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(await unpackText(body, LINK_BYTES));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { r, t } = (typeof value === "object" && value !== null ? value : {}) as { r?: unknown; t?: unknown };
  if (!Array.isArray(r) || r.length < 1 || r.length > MOST || !r.every((one) => typeof one === "string"))
    return undefined;
  if (typeof t !== "number" || !(t >= 0 && t <= LATEST)) return undefined;
  return { runs: r, now: t };
}
