/** The pictures of a film: the stage, and below it what happens and when. */
import type { Run } from "@consensus-playground/engine/run.ts";
import type { EventView } from "@consensus-playground/engine/types.ts";
import { capital, moment } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { draw } from "../stage/draw.ts";
import type { Shown } from "../stage/flight.ts";
import { rowsOfCells } from "../stage/holdings.ts";
import { arrange, type Layout } from "../stage/layout.ts";
import type { Palette } from "../stage/palette.ts";
import { drawNodes, fitting } from "./nodes.ts";

export const WIDTH = 1280;
export const HEIGHT = 720;
/** How much larger all is drawn than on the page: films are looked at from afar. */
const LARGER = 1.5;
/** How high the caption is, on the page's scale. */
const CAPTION = 56;
const MARGIN = 18;
/** How long a milestone's sentence stays, in milliseconds, whatever else happens. */
const STAYS = 1600;

export class FilmPictures {
  readonly canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  private readonly context = this.canvas.getContext("2d");
  private layout: Layout | undefined;
  private key = "";
  private shown: Shown[] = [];
  private told: { event: EventView; at: number } | undefined;

  constructor(
    private readonly run: Run,
    private readonly palette: Palette,
  ) {}

  /** Draws how things are. `now`: real time in milliseconds. */
  draw(now: number): void {
    const { context, run, palette } = this;
    const { frame } = run;
    if (!context || !frame) return;
    const layout = this.arranged();
    context.setTransform(LARGER, 0, 0, LARGER, 0, 0);
    const { shown } = this;
    this.shown = draw({ context, layout, run, palette, still: false, hovered: null, shown });
    drawNodes({ context, layout, run, palette });
    // What drew the stage cleared it first: its paper comes below what is there by now.
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = palette.paper;
    context.fillRect(0, 0, layout.width, layout.height);
    context.globalCompositeOperation = "source-over";
    this.caption(context, layout, now);
  }

  private arranged(): Layout {
    const { run } = this;
    const ids = [...run.nodes.keys()];
    const rows = rowsOfCells(run);
    const key = `${String(ids)} ${rows}`;
    if (!this.layout || key !== this.key)
      this.layout = arrange(ids, run.topology, WIDTH / LARGER, HEIGHT / LARGER - CAPTION, rows);
    this.key = key;
    return this.layout;
  }

  private caption(context: CanvasRenderingContext2D, { width, height }: Layout, now: number): void {
    const { palette, run } = this;
    context.fillStyle = palette.card;
    context.fillRect(0, height, width, CAPTION);
    context.fillStyle = palette.line;
    context.fillRect(0, height, width, 1);
    const { event } = this.latest(now) ?? {};
    const when = `${moment(run.frame?.now ?? 0)} · ${say("shelf.event", { event: run.event })}`;
    context.textBaseline = "alphabetic";
    context.textAlign = "right";
    context.font = `12px ${palette.font}`;
    context.fillStyle = palette.soft;
    context.fillText(when, width - MARGIN, height + 45);
    context.textAlign = "left";
    const title = run.info?.title ?? "";
    context.fillText(
      fitting(context, title, width - 3 * MARGIN - context.measureText(when).width),
      MARGIN,
      height + 45,
    );
    context.font = `600 15px ${palette.font}`;
    context.fillStyle = event?.violation ? palette.bad : palette.ink;
    context.fillText(fitting(context, capital(event?.title ?? ""), width - 2 * MARGIN), MARGIN, height + 24);
  }

  /** What to tell: the last event, but a milestone for some while. */
  private latest(now: number): { event: EventView; at: number } | undefined {
    const recent = this.run.frame?.recent ?? [];
    const worth = ({ milestone, violation }: EventView) => milestone || violation;
    const event = recent.findLast(worth) ?? recent.at(-1);
    const { told } = this;
    if (!event || event.id === told?.event.id) return told;
    if (!worth(event) && told && worth(told.event) && now - told.at < STAYS) return told;
    return (this.told = { event, at: now });
  }
}
