/** What the signs of the space-time diagram mean: those that are in sight, each drawn as the diagram draws it. */
import { Fate } from "@consensus-playground/engine/types.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Record } from "@consensus-playground/engine/protocol.ts";
import { isClient, plain } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import type { Palette } from "../stage/palette.ts";
import { EPOCH_COLOURS, epochIndex } from "../styles/tokens.ts";
import { LEFT, type Axis } from "./axis.ts";
import type { Pen } from "./svg-pen.ts";

export interface Sign {
  name: string;
  /** What protocols call something stays English. */
  lang?: "en";
  /** Draws it into a box of `SIGN` by `SIGN / 2` pixels. */
  draw(pen: Pen, palette: Palette): void;
}

export const SIGN = 28;
const [MIDDLE, Y] = [SIGN / 2, SIGN / 4];
const FAULTS: ReadonlySet<string> = new Set(["crash", "restart", "pause", "resume", "meddle"]);

/** What is in sight on an axis. */
interface Sight {
  run: Run;
  record: Record;
  axes: readonly Axis[];
  /** Whether the present is drawn. */
  present: boolean;
}

export function legendOf(sight: Sight): Sign[] {
  return [...epochs(sight), ...lanes(sight), ...messages(sight), ...marks(sight)];
}

function inSight({ axes }: Sight, x: (axis: Axis) => [from: number, to: number]): boolean {
  return axes.some((axis) => {
    const [from, to] = x(axis);
    return to >= LEFT && from <= LEFT + axis.wide;
  });
}

function eventsOf(sight: Sight) {
  return sight.record.events.filter((event) => inSight(sight, (axis) => [axis.event(event), axis.event(event)]));
}

/** The colours; where there are more epochs than colours, those of the first. */
function epochs(sight: Sight): Sign[] {
  const all = new Set<number>();
  for (const { node, epoch } of eventsOf(sight)) if (node && !isClient(node) && epoch >= 0) all.add(epoch);
  const shown = [...all].sort((a, b) => a - b).slice(0, EPOCH_COLOURS);
  const word = sight.run.descriptor?.epoch ?? "";
  return shown.map((epoch, place) => ({
    name: `${word} ${epoch}${place === shown.length - 1 && all.size > shown.length ? " …" : ""}`,
    lang: "en",
    draw: (pen, palette) => line(pen, palette.epochs[epochIndex(epoch)] ?? palette.line, 4),
  }));
}

function lanes(sight: Sight): Sign[] {
  const { run } = sight;
  const seen = new Set(eventsOf(sight).map(({ role }) => role));
  const lead = run.descriptor?.roles.find(({ name, look }) => look === "lead" && seen.has(name));
  const down = eventsOf(sight).some(({ what }) => what === "crash");
  return [
    ...(lead ? [{ name: plain(lead.name), lang: "en" as const, draw: led }] : []),
    ...(down ? [{ name: say("timeline.legend.down"), draw: fallen }] : []),
  ];
}

const led = (pen: Pen, palette: Palette) => line(pen, palette.soft, 5);

function fallen(pen: Pen, palette: Palette): void {
  pen.globalAlpha = 0.7;
  pen.fillStyle = palette.line;
  pen.fillRect(2, 0, SIGN - 4, SIGN / 2);
  pen.globalAlpha = 1;
}

function messages(sight: Sight): Sign[] {
  const replies = new Set((sight.run.descriptor?.messages ?? []).filter(({ reply }) => reply).map(({ name }) => name));
  const seen = sight.record.messages.filter((message) =>
    inSight(sight, (axis) => {
      const { start, end } = axis.message(message);
      return [start, end];
    }),
  );
  const flying = ({ soft }: Palette) => soft;
  const signs: [boolean, Sign][] = [
    [
      seen.some(({ kind }) => !replies.has(kind)),
      { name: say("timeline.legend.message"), draw: (pen, palette) => arrow(pen, flying(palette), []) },
    ],
    [
      seen.some(({ kind }) => replies.has(kind)),
      { name: say("timeline.legend.reply"), draw: (pen, palette) => arrow(pen, flying(palette), [3, 3]) },
    ],
    [
      seen.some(({ fate }) => (fate as Fate) !== Fate.Flying && (fate as Fate) !== Fate.Delivered),
      { name: say("timeline.legend.lost"), draw: cross },
    ],
  ];
  return signs.flatMap(([shown, sign]) => (shown ? [sign] : []));
}

function marks(sight: Sight): Sign[] {
  const events = eventsOf(sight);
  const dot = (r: number) => (pen: Pen, palette: Palette) => disc(pen, palette.ink, MIDDLE, Y, r);
  const signs: [boolean, Sign][] = [
    [events.some(({ what }) => what === "fire"), { name: say("timeline.legend.timer"), draw: diamond }],
    [
      events.some(({ rule, milestone, what }) => rule > 0 && !milestone && what !== "fire"),
      { name: say("timeline.legend.rule"), draw: dot(1.6) },
    ],
    [
      events.some(({ milestone }) => milestone),
      {
        name: say("timeline.legend.milestone"),
        draw: (pen, palette) => {
          upright(pen, palette.ink);
          dot(3)(pen, palette);
        },
      },
    ],
    [events.some(({ what }) => FAULTS.has(what)), { name: say("timeline.legend.fault"), draw: square }],
    [
      events.some(({ violation }) => violation),
      { name: say("timeline.violation"), draw: (pen, palette) => upright(pen, palette.bad) },
    ],
    [sight.present, { name: say("timeline.legend.now"), draw: (pen, palette) => upright(pen, palette.accent) }],
  ];
  return signs.flatMap(([shown, sign]) => (shown ? [sign] : []));
}

function line(pen: Pen, colour: string, width: number): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(2, Y);
  pen.lineTo(SIGN - 2, Y);
  pen.stroke();
}

function arrow(pen: Pen, colour: string, dashes: number[]): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.3;
  pen.setLineDash(dashes);
  pen.beginPath();
  pen.moveTo(2, 1);
  pen.lineTo(SIGN - 4, SIGN / 2 - 3);
  pen.stroke();
  pen.setLineDash([]);
  disc(pen, colour, SIGN - 4, SIGN / 2 - 3, 2.3);
}

function cross(pen: Pen, palette: Palette): void {
  pen.strokeStyle = palette.ink;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const side of [-3.5, 3.5]) {
    pen.moveTo(MIDDLE - side, Y - 3.5);
    pen.lineTo(MIDDLE + side, Y + 3.5);
  }
  pen.stroke();
}

function disc(pen: Pen, colour: string, x: number, y: number, r: number): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fill();
}

function diamond(pen: Pen, { ink }: Palette): void {
  pen.fillStyle = ink;
  pen.beginPath();
  pen.moveTo(MIDDLE, Y - 4);
  pen.lineTo(MIDDLE + 4, Y);
  pen.lineTo(MIDDLE, Y + 4);
  pen.lineTo(MIDDLE - 4, Y);
  pen.lineTo(MIDDLE, Y - 4);
  pen.fill();
}

function square(pen: Pen, { ink }: Palette): void {
  pen.fillStyle = ink;
  pen.fillRect(MIDDLE - 3, Y - 3, 6, 6);
}

function upright(pen: Pen, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(MIDDLE, 0);
  pen.lineTo(MIDDLE, SIGN / 2);
  pen.stroke();
}
