/**
 * Where a lesson's text comes from: a link that holds it whole, an address on this site, a child of the element, a file.
 * Whatever it is, it is a stranger's text: bounded, and never anything but text.
 */
import { LESSON_BYTES } from "@consensus-playground/engine/limits.ts";
import { packText, unpackText } from "@consensus-playground/engine/link.ts";
import { say } from "../language/language.ts";
import "../language/en/lesson.ts";

const VERSION = 1;

/** Whether the part of an address after `#` means a lesson, readable or not. */
export function isLessonLink(hash: string): boolean {
  return /^#?l\d+=/.test(hash);
}

/** The part of an address that holds a lesson, from `#` on. Throws where the lesson is too long. */
export async function packLesson(text: string): Promise<string> {
  const body = await packText(text, LESSON_BYTES);
  if (body === undefined) throw new Error(say("lesson.fault.long"));
  return `#l${VERSION}=${body}`;
}

/** Reads such a link. Throws an `Error` with a sentence for the person where it can't be read. */
export async function unpackLesson(hash: string): Promise<string> {
  const [, version, body] = /^#?l(\d{1,9})=(.*)$/s.exec(hash) ?? [];
  if (body === undefined || Number(version) !== VERSION) throw new Error(say("lesson.fault.version"));
  return unpackText(body, LESSON_BYTES);
}

/** Fetches a lesson of this site. Another site's is not even asked for. */
export async function fetchLesson(address: string): Promise<string> {
  const place = placeOf(address);
  if (!place) throw new Error(say("lesson.fault.foreign", { address: address.slice(0, 200) }));
  const gone = () => new Error(say("lesson.fault.gone", { address: address.slice(0, 200) }));
  let response: Response;
  try {
    response = await fetch(place, { credentials: "same-origin", redirect: "error" });
  } catch {
    throw gone();
  }
  // A host that answers everything with its home page has no such lesson.
  if (!response.ok || (response.headers.get("content-type") ?? "").includes("text/html")) throw gone();
  return bounded(response.body);
}

function placeOf(address: string): URL | undefined {
  try {
    const place = new URL(address, location.href);
    return place.origin === location.origin && /^https?:$/.test(place.protocol) ? place : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file that a person chose or dropped. */
export function readFile(file: Blob): Promise<string> {
  return bounded(file.stream());
}

/** Reads no more than a lesson may have, however much there is. */
async function bounded(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  const reader = stream?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let [text, length] = ["", 0];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > LESSON_BYTES) {
      await reader.cancel();
      throw new Error(say("lesson.fault.long"));
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Takes away the indentation that a text has from the page around it. */
export function outdent(text: string): string {
  const lines = text
    .replace(/^\s*\n/, "")
    .trimEnd()
    .split("\n");
  const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => /^\s*/.exec(line)?.[0].length ?? 0));
  return `${lines.map((line) => line.slice(depth)).join("\n")}\n`;
}
