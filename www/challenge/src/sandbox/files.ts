/** Fetches an interpreter's files, once a page, and unpacks them. */
import { javascript, python, type Packed } from "virtual:challenge-files";
import type { Language, OnLoading } from "../types.ts";

export interface Interpreter {
  script: string;
  wasm: ArrayBuffer;
  library?: ArrayBuffer;
}

/** Whether this page can run a language: the offline page has no Python. */
export function canRun(language: Language): boolean {
  return language === "javascript" || python !== null;
}

const loading = new Map<Language, Promise<Interpreter>>();
const NAMES: Record<Language, string> = { python: "Python", javascript: "JavaScript" };

/** An interpreter's files. A failure is forgotten, so that the next call tries again. */
export function interpreter(language: Language, onLoading: OnLoading): Promise<Interpreter> {
  const known = loading.get(language);
  if (known) return known;
  const fresh = load(language, onLoading);
  fresh.catch(() => loading.delete(language));
  loading.set(language, fresh);
  return fresh;
}

async function load(language: Language, onLoading: OnLoading): Promise<Interpreter> {
  const files = language === "python" ? python : javascript;
  if (!files) throw new Error("This page is the offline file, which runs JavaScript only. Python runs on the site.");
  const list: Packed[] = Object.values(files);
  const total = list.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number) => onLoading(`Loading ${NAMES[language]}`, (done += bytes), total);
  onBytes(0);
  const [script, wasm, library] = await Promise.all(list.map((file) => unpacked(file, onBytes)));
  if (!script || !wasm) throw new Error(`${NAMES[language]} is not whole`);
  return { script: new TextDecoder().decode(script), wasm, ...(library ? { library } : {}) };
}

/** Some servers unpack gzip by themselves: then it does not begin as such any more. */
async function unpacked({ address, bytes }: Packed, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`${address} can't be loaded (${response.status})`);
  const [peeked, whole] = response.body.tee();
  const reader = peeked.getReader();
  const { value: start } = await reader.read();
  void reader.cancel();
  const packed = start?.[0] === 0x1f && start[1] === 0x8b;
  const unzip = new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>;
  const stream = packed ? whole.pipeThrough(unzip) : whole;
  const buffer = new Uint8Array(bytes);
  let at = 0;
  for (const parts = stream.getReader(); ;) {
    const { done, value } = await parts.read();
    if (done) break;
    buffer.set(value, at);
    at += value.length;
    onBytes(value.length);
  }
  if (at !== bytes) throw new Error(`${address} has ${at} bytes instead of ${bytes}`);
  return buffer.buffer;
}
