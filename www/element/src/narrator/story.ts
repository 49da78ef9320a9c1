/** How it came to an event, told from the beginning, with repetition collapsed. Pure, so that it is tested without a page. */

/** What a story needs to know of an event. */
export interface Happened {
  id: number;
  at: number;
  node?: string | undefined;
  what: string;
  kind: string;
  title: string;
}

/** A line of the story. */
export interface StoryLine {
  /** The event that it goes to: of several the last. */
  id: number;
  at: number;
  title: string;
  /** How many events it stands for. */
  count: number;
}

/** The longest group of events that is looked for as a repetition: a timer, a message, its answer. */
const LONGEST_GROUP = 3;

/** The lines of a story, the oldest first, from the causes of an event, the nearest first. */
export function story(causes: readonly Happened[]): StoryLine[] {
  const events = [...causes].reverse();
  const lines: StoryLine[] = [];
  for (let at = 0; at < events.length;) {
    const { length, times } = repetition(events, at);
    for (let place = at; place < at + length; place++) {
      const last = events[place + length * (times - 1)];
      if (last) lines.push({ id: last.id, at: last.at, title: last.title, count: times });
    }
    at += length * times;
  }
  return lines;
}

/** The group of events at a place that covers most by being repeated; a single event where nothing is. */
function repetition(events: readonly Happened[], at: number): { length: number; times: number } {
  let best = { length: 1, times: 1 };
  for (let length = 1; length <= LONGEST_GROUP; length++) {
    let times = 1;
    while (repeats(events, at, length, times)) times++;
    if (times > 1 && length * times > best.length * best.times) best = { length, times };
  }
  return best;
}

function repeats(events: readonly Happened[], at: number, length: number, times: number): boolean {
  for (let place = at; place < at + length; place++) {
    const [one, other] = [events[place], events[place + length * times]];
    if (!one || !other || !alike(one, other)) return false;
  }
  return true;
}

/** Whether two events are the same but for their time. */
function alike(one: Happened, other: Happened): boolean {
  return one.node === other.node && one.what === other.what && one.kind === other.kind;
}
