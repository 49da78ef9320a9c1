/** Things to be drawn alike are drawn at once: a stroke costs much the same for one line as for a hundred. */
import type { Pen } from "./svg-pen.ts";

/** How something is drawn. */
export interface Look {
  colour: string;
  alpha: number;
  /** The lines' width, in pixels; 0 for what is filled. */
  width: number;
  dashed: boolean;
}

interface Sheaf extends Look {
  at: number[];
  /** How many numbers of `at` hold; the rest is left from an earlier picture, so that nothing is allocated again. */
  filled: number;
}

/** Collects coordinates by look, in the order in which looks are first seen; `lines` and the like carry them out. */
export class Batch {
  private readonly all: Sheaf[] = [];
  private used = 0;

  /** Numbers as the shape takes them: two ends of a line, or a circle's middle and radius. */
  add(look: Readonly<Look>, a: number, b: number, c: number, d = 0): void {
    const sheaf = this.find(look);
    const { at, filled } = sheaf;
    at[filled] = a;
    at[filled + 1] = b;
    at[filled + 2] = c;
    at[filled + 3] = d;
    sheaf.filled = filled + 4;
  }

  lines(pen: Pen): void {
    this.each(pen, (at, filled, look) => {
      pen.strokeStyle = look.colour;
      pen.lineWidth = look.width;
      if (look.dashed) pen.setLineDash(DASHES);
      pen.beginPath();
      for (let i = 0; i < filled; i += 4) {
        pen.moveTo(at[i] ?? 0, at[i + 1] ?? 0);
        pen.lineTo(at[i + 2] ?? 0, at[i + 3] ?? 0);
      }
      pen.stroke();
      if (look.dashed) pen.setLineDash(NONE);
    });
  }

  dots(pen: Pen): void {
    this.each(pen, (at, filled, look) => {
      pen.fillStyle = look.colour;
      pen.beginPath();
      for (let i = 0; i < filled; i += 4) {
        const [x, y, r] = [at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0];
        pen.moveTo(x + r, y);
        pen.arc(x, y, r, 0, 2 * Math.PI);
      }
      pen.fill();
    });
  }

  diamonds(pen: Pen): void {
    this.each(pen, (at, filled, look) => {
      pen.fillStyle = look.colour;
      pen.beginPath();
      for (let i = 0; i < filled; i += 4) {
        const [x, y, r] = [at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0];
        pen.moveTo(x, y - r);
        pen.lineTo(x + r, y);
        pen.lineTo(x, y + r);
        pen.lineTo(x - r, y);
        pen.lineTo(x, y - r);
      }
      pen.fill();
    });
  }

  /** Draws all that was collected, and forgets it. */
  private each(pen: Pen, draw: (at: readonly number[], filled: number, look: Look) => void): void {
    for (let place = 0; place < this.used; place += 1) {
      const sheaf = this.all[place];
      if (!sheaf) continue;
      pen.globalAlpha = sheaf.alpha;
      draw(sheaf.at, sheaf.filled, sheaf);
    }
    pen.globalAlpha = 1;
    this.used = 0;
  }

  /** There are few looks: comparing them costs less than a key for each of a thousand lines. */
  private find({ colour, alpha, width, dashed }: Readonly<Look>): Sheaf {
    for (let place = 0; place < this.used; place += 1) {
      const one = this.all[place];
      if (one?.colour === colour && one.alpha === alpha && one.width === width && one.dashed === dashed) return one;
    }
    const sheaf = (this.all[this.used] ??= { colour, alpha, width, dashed, at: [], filled: 0 });
    this.used += 1;
    return Object.assign(sheaf, { colour, alpha, width, dashed, filled: 0 });
  }
}

const DASHES = [3, 3];
const NONE: number[] = [];
