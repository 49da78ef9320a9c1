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
  | "clearRect"
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
  | "fillText"
  | "measureText"
  | "setLineDash"
>;

/** Writes down as SVG what is drawn with it. A clip holds from `clip` to `restore` and is a rectangle. */
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

  /** `measure` is a real canvas, which knows how wide letters are. */
  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly paper: string,
    private readonly measure: CanvasRenderingContext2D,
  ) {}

  clearRect(): void {
    this.parts.push(`<rect width="100%" height="100%" fill="${this.paper}"/>`);
  }
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
    this.parts.push(`<clipPath id="c${this.clips}">${this.box}</clipPath><g clip-path="url(#c${this.clips})">`);
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
  save(): void {}
  restore(): void {
    this.parts.push("</g>");
  }
  fillText(text: string, x: number, y: number): void {
    const middle = this.textBaseline === "middle" ? ' dominant-baseline="central"' : "";
    const letters = text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
    this.parts.push(`<text x="${n(x)}" y="${n(y)}"${middle} ${this.paint("fill")}>${letters}</text>`);
  }
  measureText(text: string): TextMetrics {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }
  setLineDash(dashes: number[]): void {
    this.dashes = dashes.join(" ");
  }

  toString(): string {
    const { width, height } = this;
    const font = 'font-family="system-ui, sans-serif" font-size="11"';
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font}>`;
    return `${head}${this.parts.join("\n")}</svg>\n`;
  }

  private paint(what: "fill" | "stroke"): string {
    const colour = what === "fill" ? this.fillStyle : this.strokeStyle;
    const alpha = this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
    return `${what}="${typeof colour === "string" ? colour : "none"}"${alpha}`;
  }
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
