/** The few things that the diagram draws with: a canvas can do them, and so can an SVG picture. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "fillRect"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "arc"
  | "rect"
  | "clip"
  | "fill"
  | "stroke"
  | "save"
  | "restore"
  | "translate"
  | "fillText"
  | "measureText"
  | "setLineDash"
>;

/** How wide a text is, set in a font as a canvas takes it. */
export type Measure = (text: string, font: string) => number;

/**
 * Writes down as SVG what is drawn with it. A clip holds from `clip` to `restore` and is a rectangle. The picture stands by
 * itself: other programs have neither the page's fonts nor its style sheets.
 */
export class SvgPen implements Pen {
  fillStyle: CanvasRenderingContext2D["fillStyle"] = "black";
  strokeStyle: CanvasRenderingContext2D["strokeStyle"] = "black";
  lineWidth = 1;
  globalAlpha = 1;
  font = "11px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  private readonly parts: string[] = [];
  private path = "";
  private box = "";
  private dashes = "";
  private clips = 0;
  /** How many groups were opened since each `save`. */
  private readonly groups: number[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly name: string,
    private readonly measure: Measure,
  ) {}

  fillRect(x: number, y: number, w: number, h: number): void {
    this.parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" ${this.paint("fill")}/>`);
  }
  beginPath(): void {
    this.path = "";
  }
  moveTo(x: number, y: number): void {
    this.path += `M${n(x)} ${n(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `L${n(x)} ${n(y)}`;
  }
  /** Whole circles only. */
  arc(x: number, y: number, r: number): void {
    this.path += `M${n(x - r)} ${n(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }
  rect(x: number, y: number, w: number, h: number): void {
    this.box = `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"/>`;
  }
  clip(): void {
    this.clips += 1;
    this.parts.push(`<clipPath id="c${this.clips}">${this.box}</clipPath>`);
    this.open(`clip-path="url(#c${this.clips})"`);
  }
  translate(x: number, y: number): void {
    this.open(`transform="translate(${n(x)} ${n(y)})"`);
  }
  fill(): void {
    this.parts.push(`<path d="${this.path}" ${this.paint("fill")}/>`);
  }
  stroke(): void {
    const dash = this.dashes ? ` stroke-dasharray="${this.dashes}"` : "";
    this.parts.push(
      `<path d="${this.path}" fill="none" ${this.paint("stroke")} stroke-width="${this.lineWidth}"${dash}/>`,
    );
  }
  save(): void {
    this.groups.push(0);
  }
  restore(): void {
    this.parts.push("</g>".repeat(this.groups.pop() ?? 0));
  }
  fillText(text: string, x: number, y: number): void {
    const { size, bold } = this.letters;
    // Not every program knows `dominant-baseline`.
    const base = this.textBaseline === "middle" ? y + size * 0.36 : y;
    const weight = bold ? ' font-weight="bold"' : "";
    const anchor = this.textAlign === "center" ? ' text-anchor="middle"' : "";
    const look = `font-size="${size}"${weight}${anchor} ${this.paint("fill")}`;
    this.parts.push(`<text x="${n(x)}" y="${n(base)}" ${look}>${escaped(text)}</text>`);
  }
  measureText(text: string): TextMetrics {
    const { size, bold } = this.letters;
    return { width: this.measure(text, `${bold ? "bold " : ""}${size}px sans-serif`) } as TextMetrics;
  }
  setLineDash(dashes: number[]): void {
    this.dashes = dashes.join(" ");
  }

  toString(): string {
    const { width, height } = this;
    const size = `width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}"`;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" role="img">`;
    return `${head}\n<title>${escaped(this.name)}</title>\n${this.parts.join("\n")}\n</svg>\n`;
  }

  private open(attribute: string): void {
    this.parts.push(`<g ${attribute}>`);
    const last = this.groups.length - 1;
    if (last < 0) throw new Error("a clip or a shift without a save would never end");
    this.groups[last] = (this.groups[last] ?? 0) + 1;
  }

  private get letters(): { size: number; bold: boolean } {
    return { size: Number(/(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? 11), bold: /\bbold\b/.test(this.font) };
  }

  private paint(what: "fill" | "stroke"): string {
    const colour = what === "fill" ? this.fillStyle : this.strokeStyle;
    // Not `opacity`: that makes a group of its own, on which some programs stumble where it has no height.
    const alpha = this.globalAlpha < 1 ? ` ${what}-opacity="${this.globalAlpha}"` : "";
    return `${what}="${typeof colour === "string" ? colour : "none"}"${alpha}`;
  }
}

/** XML knows no control characters, not even escaped; a person's title may hold some. */
function escaped(text: string): string {
  const known = text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
  return known.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
