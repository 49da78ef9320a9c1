/** Films a run: plays it on, draws it beside the page onto a canvas, and has the browser record that. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Palette } from "../stage/palette.ts";
import { FilmPictures } from "./picture.ts";

const PICTURES_A_SECOND = 30;
const BITS_A_SECOND = 4_000_000;
/** The longest film, in milliseconds, and the largest, in bytes. */
export const LONGEST = 5 * 60_000;
const LARGEST = 256 * 1024 * 1024;
/** How long the first and the last picture stand, in milliseconds. */
const STANDS = 800;
/** What can be recorded, the most widely understood first. */
const TYPES = ["video/mp4;codecs=avc1.42E01F", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

/** What of a run is filmed. */
export interface Stretch {
  /** The event to begin after; left out for where the run stands. */
  from?: number;
  /** Whether the run has come far enough. At the end of its script it rests by itself. */
  over: (run: Run) => boolean;
}

export interface Film {
  content: Blob;
  /** The ending of its file's name. */
  ending: "mp4" | "webm";
}

/** The kind of film that this browser can record, if it can. */
export function filmType(): string | undefined {
  if (typeof MediaRecorder === "undefined" || !("captureStream" in HTMLCanvasElement.prototype)) return undefined;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type));
}

export class Camera {
  /** How long it has recorded, in milliseconds. */
  elapsed = 0;
  private readonly pictures: FilmPictures;
  private cancelled = false;
  private wanted = true;
  private size = 0;

  /** @param tell - Called now and then while it records. */
  constructor(
    private readonly run: Run,
    palette: Palette,
    private readonly tell: () => void,
  ) {
    this.pictures = new FilmPictures(run, palette);
  }

  /** Ends the film with what there is. */
  stop(): void {
    this.wanted = false;
  }

  /** Ends it, and nothing comes of it. */
  cancel(): void {
    this.cancelled = true;
    this.wanted = false;
  }

  /** Films a stretch; `undefined` where that was cancelled. Rejects where the browser can't. */
  async film({ from, over }: Stretch, type: string): Promise<Film | undefined> {
    const { run, pictures } = this;
    if (from !== undefined) await run.seek(from);
    const stream = pictures.canvas.captureStream(PICTURES_A_SECOND);
    const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: BITS_A_SECOND });
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => {
      parts.push(data);
      this.size += data.size;
    });
    const ended = new Promise<void>((resolve, reject) => {
      recorder.addEventListener("stop", () => resolve());
      recorder.addEventListener("error", (event) => reject(event.error as Error));
    });
    pictures.draw(performance.now());
    recorder.start(1000);
    try {
      await this.show(recorder, () => this.elapsed < STANDS);
      run.play();
      await this.show(recorder, () => run.playing && !over(run));
      run.pause();
      const end = this.elapsed + STANDS;
      await this.show(recorder, () => this.elapsed < end);
    } finally {
      run.pause();
      if (recorder.state !== "inactive") recorder.stop();
      for (const track of stream.getTracks()) track.stop();
    }
    await ended;
    if (this.cancelled) return undefined;
    const [kind = ""] = type.split(";");
    return { content: new Blob(parts, { type: kind }), ending: kind.endsWith("mp4") ? "mp4" : "webm" };
  }

  /** Draws on while something holds. While nobody sees the page, time stands still, in the film as well. */
  private async show(recorder: MediaRecorder, holds: () => boolean): Promise<void> {
    let before = await nextPicture();
    while (this.wanted && holds() && this.elapsed < LONGEST && this.size < LARGEST && recorder.state !== "inactive") {
      if (document.hidden) {
        recorder.pause();
        before = await nextPicture();
        recorder.resume();
      }
      this.pictures.draw(before);
      const now = await nextPicture();
      this.elapsed += now - before;
      before = now;
      this.tell();
    }
  }
}

function nextPicture(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
