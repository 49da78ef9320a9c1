/**
 * The pace by meaning: how fast virtual time passes while what is on the picture is new, repeats, or is waited for. A pure
 * function of the scene; it decides when something is seen, never what happens.
 */
import type { Running, Times } from "./novelty.ts";

/** How long something takes on the screen, in ms of real time: the first time that it is seen, and ever after. */
interface Span {
  first: number;
  least: number;
}

/** The flight of a message that is new. */
const FLIGHT: Span = { first: 1250, least: 320 };
/** A timer that runs down to something new. */
const COUNTDOWN: Span = { first: 3500, least: 500 };
/** A milestone, at which everything stands still. */
const BEAT: Span = { first: 1300, least: 250 };
/** One round of what repeats: a timer's, or a flight where no timer drives it. */
const ROUND = 120;
/** From this many rounds on they become shorter, down to the least. */
const MANY_ROUNDS = 20;
const LEAST_ROUND = 30;
/** Nobody sees coming how long the script waits: time begins at so many µs a ms, and runs ever faster. */
const WAIT = 100;
/** How long (ms) a wait of any length takes until it is e times as long. */
const GROWTH = 600;
/** Of flights that differ much in length, the shortest is still seen so long. */
const GLIMPSE = 300;
/** How much is taken off each time that something of the same sort is seen. */
const HABIT = 0.8;
/** What was seen more often than this is hurried past: the least becomes shorter yet, down to this part of it. */
const TOO_OFTEN = 40;
const HURRIED = 1 / 6;

/** What decides the pace at one moment. Times are virtual microseconds. */
export interface Scene {
  now: number;
  /** When the next event is due; infinite where nothing moves by itself. */
  next: number;
  /** When the last event was. */
  last: number;
  /** The messages in the air that are new. */
  fresh: readonly { sent: number; due: number; times: Times }[];
  /** Those that repeat. */
  old: readonly { sent: number; due: number }[];
  /** The timers that run, the next to fire first. */
  timers: readonly Running[];
  /** How many rounds of the same there were. */
  rounds: number;
  /** How long everything still stands still, in ms of real time. */
  beat: number;
}

/** How long what is seen for the so-manieth time takes, in ms of real time. */
function lasts({ first, least }: Span, times: Times): number {
  const hurried = times > TOO_OFTEN ? Math.max(HURRIED, TOO_OFTEN / times) : 1;
  return Math.max(least * hurried, first * HABIT ** Math.max(0, times - 1));
}

/** How long a milestone is looked at, in ms of real time. */
export function beatOf(times: Times): number {
  return times > 0 ? lasts(BEAT, times) : 0;
}

/** Virtual microseconds for each ms of real time, up to the next event. */
export function rate(scene: Scene): number {
  const { now, next, last, fresh } = scene;
  const waiting = Math.max(WAIT, (now - last) / GROWTH);
  if (!Number.isFinite(next)) return waiting;
  const known = fresh.filter(({ due }) => Number.isFinite(due));
  if (known.length > 0) return ofFlights(known, now, next);
  return Math.max(ofNothingNew(scene, next) ?? waiting, (next - last) / COUNTDOWN.first, 1e-3);
}

/** The shortest new flight decides, within what the others bear. */
function ofFlights(fresh: Scene["fresh"], now: number, next: number): number {
  const rates = fresh
    .map(({ sent, due, times }) => Math.max(1, due - sent) / lasts(FLIGHT, times))
    .sort((a, b) => a - b);
  const glimpses = fresh.map(
    ({ sent, due, times }) => Math.max(1, due - sent) / Math.min(GLIMPSE, lasts(FLIGHT, times)),
  );
  const middle = rates[rates.length >> 1] ?? 1;
  const kind = Math.min(Math.max(rates[0] ?? 1, middle / 2), ...glimpses);
  // A flight that takes no time must not hold up the others.
  return Math.max(kind, (next - now) / COUNTDOWN.first, middle / 20);
}

/** Where timers run, or messages fly that repeat. */
function ofNothingNew({ timers, old, rounds }: Scene, next: number): number | undefined {
  const round = Math.max(LEAST_ROUND, Math.min(ROUND, (ROUND * MANY_ROUNDS) / Math.max(1, rounds)));
  const upcoming = timers.find(({ due }) => Math.abs(due - next) < 1);
  if (upcoming && !upcoming.repeats) return (upcoming.due - upcoming.set) / lasts(COUNTDOWN, upcoming.times + 1);
  const periods = timers.filter(({ repeats }) => repeats).map(({ set, due }) => due - set);
  const beaten = periods.length > 0 ? Math.min(...periods) / round : undefined;
  if (upcoming || beaten !== undefined) return beaten;
  const flights = old.map(({ sent, due }) => due - sent).filter(Number.isFinite);
  return flights.length > 0 ? Math.min(...flights) / round : undefined;
}

/** Where so much real time (ms) leads, at most to the next event; the speed; and what is left of the beat then. */
export function paced(scene: Scene, ms: number): { now: number; speed: number; beat: number } {
  const held = Math.min(scene.beat, ms);
  const { now, next } = scene;
  const speed = held < ms ? rate(scene) : 0;
  return { now: Math.max(now, Math.min(next, now + (ms - held) * speed)), speed, beat: scene.beat - held };
}
