/** All scenarios as people look for them: by title and sentence, protocol, topic, level, and whether something breaks. */
import { join } from "node:path";
import { carriedOut, core, type Descriptor } from "./core.ts";
import { drawing } from "./drawing.ts";
import { scenarioFiles } from "./gallery.ts";

export interface Entry {
  /** What its address says after `#`. */
  name: string;
  title: string;
  sentence: string;
  protocol: { id: string; name: string };
  topics: string[];
  level: (typeof LEVELS)[number];
  /** A property is broken at its end; and whether that is because the protocol was given a bug. */
  breaks: boolean;
  bug: boolean;
  picture: string;
}

export const LEVELS = ["start here", "next", "in depth"] as const;
/** Up to how many lines of a script belong to the first levels. */
const SHORT = 10;
const MIDDLING = 22;

/** Which words of a scenario show that it is about a topic. */
const TOPICS: Readonly<Record<string, RegExp>> = {
  election:
    /role = leader|request-vote|election-timeout of|view-change|new-view|crash (?:leader|primary)|pre-vote|primary =/,
  replication: /expect (?:committed|completed)|last-index|commit-index|request (?:put|add)/,
  reads: /request get|set reads|read-only|linearizability/,
  membership: /request members|learner|removed|transfer|joint/,
  liars: /^(?:at \S+\s+)?byzantine\b/m,
  blocking: /blocked|in-doubt|cooperative|too many crashed/i,
  crashes: /^(?:at \S+\s+)?(?:crash|restart|pause)\b/m,
  "a cut network": /^(?:at \S+\s+)?(?:partition|cut|heal)\b/m,
  chance: /coin|hash-rate|expect .* in \d+ of \d+ seeds|network latency exponential/,
};

export const TOPIC_NAMES = Object.keys(TOPICS);

/** The comment at a scenario's top: its title, and what to know of it. */
function heading(text: string): { title: string; sentence: string } {
  const [top = ""] = text.split(/^[^#]/m, 1);
  const [title = "", ...rest] = top.split("\n").map((line) => line.replace(/^#\s?/, "").trim());
  return { title, sentence: rest.join(" ").trim() };
}

async function entry(name: string, text: string, about: Descriptor): Promise<Entry> {
  const { state } = await carriedOut(text);
  const lines = text.split("\n").filter((line) => /^[^#\s]/.test(line)).length;
  const bugs = about.options.filter(({ bug }) => bug).map((one) => one.name);
  return {
    name,
    ...heading(text),
    protocol: { id: about.id, name: about.name },
    topics: TOPIC_NAMES.filter((topic) => TOPICS[topic]?.test(text)),
    level: LEVELS[lines <= SHORT ? 0 : lines <= MIDDLING ? 1 : 2],
    breaks: state.violations.length > 0,
    bug: bugs.some((one) => new RegExp(`^\\s*(?:at \\S+\\s+)?set ${one} on`, "m").test(text)),
    picture: drawing(state, about),
  };
}

export async function catalogue(root: string): Promise<Entry[]> {
  const files = scenarioFiles(join(root, "tests/scenarios"));
  const entries: Entry[] = [];
  for (const about of (await core()).protocols()) {
    entries.push(await entry(about.id, about.firstScenario, about));
    for (const { file, text } of files.get(about.id) ?? []) entries.push(await entry(file, text, about));
  }
  return entries.sort((a, b) => Number(a.bug) - Number(b.bug));
}
