/** Files for the person: what is told to be in the downloads is there, whole. */

import { DOWNLOAD_BYTES } from "@consensus-playground/engine/limits.ts";
import { say } from "../language/language.ts";

/** Puts a file together out of pieces, each small enough for a string, and knows how long it must become. */
export class Download {
  private readonly parts: Blob[] = [];
  private size = 0;

  constructor(
    readonly name: string,
    private readonly type: string,
  ) {}

  /** Adds a piece. Throws where the file becomes too long. */
  add(piece: string | Blob): void {
    const content = typeof piece === "string" ? new Blob([piece]) : piece;
    this.size += content.size;
    if (this.size > DOWNLOAD_BYTES) throw new Error(say("page.too-long", { file: this.name }));
    this.parts.push(content);
  }

  /** Hands the file to the person. Throws where it did not come to be. */
  async save(): Promise<void> {
    const content = new Blob(this.parts, { type: this.type });
    // A browser without room for a blob tells its size all the same, but can't read it.
    const end = await content
      .slice(Math.max(0, this.size - 1))
      .arrayBuffer()
      .catch(() => undefined);
    if (content.size !== this.size || end?.byteLength !== Math.min(1, this.size))
      throw new Error(say("page.no-room", { file: this.name }));
    saveFile(content, this.name);
  }
}

/** Hands a file to the person, as a download. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
