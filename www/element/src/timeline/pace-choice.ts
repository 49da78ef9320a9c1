/** By meaning or in true time, and how fast: the end of every transport. */
import { html, type TemplateResult } from "lit";
import { pace } from "@consensus-playground/engine/format.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { say } from "../language/language.ts";
import { BY_MEANING, TRUE_TIME, tempo } from "./speeds.ts";

type Pace = Run["pace"];

/** What plays, one run or several on a clock. */
interface Playing {
  readonly pace: Pace;
  /** How fast by meaning, over the usual. */
  readonly tempo: number;
  /** Virtual time over real time. */
  readonly speed: number;
}

/** Tells what is chosen: a pace, or how fast in the pace at hand. */
export function paceChoice(playing: Playing, chosen: (pace: Pace, value?: number) => void): TemplateResult {
  const meaning = playing.pace === "meaning";
  const [least, most] = meaning ? BY_MEANING : TRUE_TIME;
  const value = meaning ? playing.tempo : playing.speed;
  const factor = meaning ? tempo(value) : pace(value);
  const choose = ({ target }: Event) => chosen((target as HTMLSelectElement).value as Pace);
  const set = ({ target }: Event) => chosen(playing.pace, 10 ** Number((target as HTMLInputElement).value));
  return html`<div class="speed">
    <select
      aria-label=${say("transport.pace")}
      title=${say(meaning ? "transport.about-meaning" : "transport.about-time")}
      @change=${choose}
    >
      <option value="meaning" ?selected=${meaning}>${say("transport.by-meaning")}</option>
      <option value="time" ?selected=${!meaning}>${say("transport.true-time")}</option>
    </select>
    <input
      type="range"
      min=${least}
      max=${most}
      step="0.05"
      aria-label=${say("transport.speed")}
      aria-valuetext=${say(meaning ? "transport.of-usual" : "transport.of-real-time", { factor })}
      .value=${String(Math.log10(value))}
      @input=${set}
    />
    <span>${meaning ? `${factor} ×` : factor}</span>
  </div>`;
}
