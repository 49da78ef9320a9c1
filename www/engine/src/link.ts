import { LINK_BYTES } from "./limits.ts";
/**
 * A run as a link: `#s1=` and, in base64url, the deflated JSON of the scenario with what was done by hand, where the
 * person stood in it, and what they looked at. A link is foreign text: everything in it is checked.
 */

/** What a link carries. */
export interface Shared {
  /** The scenario with what was done by hand. */
  s: string;
  /** The number of the event at which the person stood. */
  e: number;
  /** The clock there, in virtual microseconds. */
  t: number;
  /** The version of the core that made the link. */
  c: string;
  /** The hash of the run there, as 16 hexadecimal digits. */
  h: string;
  /** How the person looked at it. */
  v: { speed?: number; node?: string };
  /** A person's code that voted in the run, where there is any. It is shown, and never runs by itself. */
  p?: Program;
}

/** Code in one of the languages of the challenge. */
export interface Program {
  language: "python" | "javascript";
  code: string;
}

const VERSION = 1;
/** Whether the part of an address after `#` means a run, readable or not. Other anchors are none of ours. */
export function isLink(hash: string): boolean {
  return /^#?s\d+=/.test(hash);
}

/** The part of an address that stands for a run, from `#` on. */
export async function pack(shared: Shared): Promise<string> {
  const body = await packText(JSON.stringify(shared), LINK_BYTES);
  if (body === undefined) throw new Error("This run is too long for a link: its scenario passes 1 MiB.");
  return `#s${VERSION}=${body}`;
}

/** Reads a link. Throws an `Error` with a sentence for the person where it can't be read. */
export async function unpack(hash: string): Promise<Shared> {
  const [, version, body] = /^#?s(\d{1,9})=(.*)$/s.exec(hash) ?? [];
  if (version === undefined || body === undefined) throw new Error("This is not a link to a run.");
  if (Number(version) !== VERSION) throw new Error(foreign(Number(version)));
  const shared = parse(await unpackText(body, LINK_BYTES));
  if (!shared) throw new Error(DAMAGED);
  return shared;
}

const DAMAGED = "This link is damaged: it may have been cut off on its way. Ask for it once more.";

/** A text, deflated, in base64url; `undefined` where it has more bytes than a link may unpack to. */
export async function packText(text: string, most: number): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > most) return undefined;
  const packed = await new Response(deflate(bytes)).arrayBuffer();
  return toBase64(new Uint8Array(packed));
}

/** The text again. Throws an `Error` with a sentence for the person where it can't be had, or has more bytes. */
export async function unpackText(body: string, most: number): Promise<string> {
  // Deflating never makes anything notably longer, so a longer text can't have been made here.
  if (body.length > most * 1.5) throw new Error(`This link is too long: it would unpack to more than ${size(most)}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await inflate(fromBase64(body), most));
  } catch (error) {
    throw error instanceof RangeError ? error : new Error(DAMAGED, { cause: error });
  }
}

function size(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
}

function foreign(version: number): string {
  return version > VERSION
    ? `This link has the form s${version}, which a newer version of the playground made. This one reads s${VERSION}.`
    : `This link has the old form s${version}, which no version of the playground reads any more. This one reads s${VERSION}.`;
}

/** How many packed bytes are unpacked in one go: deflate makes of a byte at most 1032, so this is half a MiB at most. */
const SLICE = 512;

/** Unpacks slice by slice and stops at the limit, so that a few bytes can't fill the memory, nor hold up the page. */
async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const fed = feed(bytes, writable.getWriter());
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(
        `This link unpacks to more than ${size(most)}, the most that it may hold. It was not opened.`,
      );
    }
    parts.push(part.value);
  }
  await fed;
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** Each slice waits until what came of the one before has been read. What goes wrong is told to whoever reads. */
async function feed(bytes: Uint8Array<ArrayBuffer>, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  try {
    for (let from = 0; from < bytes.length; from += SLICE) {
      await writer.ready;
      await writer.write(bytes.subarray(from, from + SLICE));
    }
    await writer.close();
  } catch {
    // The reader has it.
  }
}

function deflate(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream().pipeThrough<Uint8Array<ArrayBuffer>>(new CompressionStream("deflate-raw"));
}

function parse(text: string): Shared | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { s, e, t, c, h, v, p } = value as { [name in keyof Shared]?: unknown };
  const number = (some: unknown): some is number => typeof some === "number" && some >= 0 && some <= 9e15;
  if (typeof s !== "string" || typeof c !== "string" || typeof h !== "string") return undefined;
  if (!number(e) || !number(t) || !Number.isInteger(e)) return undefined;
  const { speed, node } = (typeof v === "object" && v !== null ? v : {}) as { speed?: unknown; node?: unknown };
  const view = { ...(number(speed) ? { speed } : {}), ...(typeof node === "string" ? { node } : {}) };
  const code = program(p);
  return { s, e, t, c, h, v: view, ...(code ? { p: code } : {}) };
}

function program(value: unknown): Program | undefined {
  const { language, code } = (typeof value === "object" && value !== null ? value : {}) as {
    [name in keyof Program]?: unknown;
  };
  const known = language === "python" || language === "javascript";
  return known && typeof code === "string" ? { language, code } : undefined;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // A call takes a limited number of arguments.
  for (let from = 0; from < bytes.length; from += 8192)
    binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]*$/.test(text)) throw new Error("a character that base64url doesn't have");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** What to say of a link whose run or whose core is not the one of then. */
export function differs(then: string, now: string, same: boolean): string | undefined {
  const versions = then === now ? "" : ` The link comes from version ${then.slice(0, 40)}; this is version ${now}.`;
  if (!same)
    return `The run now differs from the one that was shared: it does not arrive at the same state.${versions}`;
  return versions === "" ? undefined : `The run is the one that was shared.${versions}`;
}
