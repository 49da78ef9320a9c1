/** Things to be drawn alike are drawn at once: a stroke costs much the same for one line as for a hundred. */
import type { Pen } from "./svg-pen.ts";

/** How something is drawn. */
export interface Look {
  colour: string;
  alpha: number;
  /** The lines' width, in pixels; 0 for what is filled. */
  width: number;
  dashed?: boolean;
}

/** Collects coordinates by look, in the order in which looks are first seen; `draw` carries them out. */
export class Batch {
  private readonly all = new Map<string, { look: Look; at: number[] }>();

  /** Numbers as the shape takes them: two ends of a line, or a circle's middle and radius. */
  add(look: Look, a: number, b: number, c: number, d = 0): void {
    const key = `${look.colour} ${look.alpha} ${look.width} ${look.dashed === true}`;
    let found = this.all.get(key);
    if (!found) this.all.set(key, (found = { look, at: [] }));
    found.at.push(a, b, c, d);
  }

  lines(pen: Pen): void {
    for (const { look, at } of this.all.values()) {
      pen.strokeStyle = look.colour;
      pen.globalAlpha = look.alpha;
      pen.lineWidth = look.width;
      if (look.dashed) pen.setLineDash([3, 3]);
      pen.beginPath();
      for (let i = 0; i < at.length; i += 4) {
        pen.moveTo(at[i] ?? 0, at[i + 1] ?? 0);
        pen.lineTo(at[i + 2] ?? 0, at[i + 3] ?? 0);
      }
      pen.stroke();
      if (look.dashed) pen.setLineDash([]);
    }
    pen.globalAlpha = 1;
  }

  dots(pen: Pen): void {
    for (const { look, at } of this.all.values()) {
      pen.fillStyle = look.colour;
      pen.globalAlpha = look.alpha;
      pen.beginPath();
      for (let i = 0; i < at.length; i += 4) {
        const [x, y, r] = [at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0];
        pen.moveTo(x + r, y);
        pen.arc(x, y, r, 0, 2 * Math.PI);
      }
      pen.fill();
    }
    pen.globalAlpha = 1;
  }
}
