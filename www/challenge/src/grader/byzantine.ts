/** Task 3: a Byzantine agent's votes, tested by their distribution. */
import type { Examiner, Session, Step } from "./examiner.ts";
import { PREFERENCES } from "./tasks.ts";
import { Wrong } from "./wrong.ts";

const SEEDS = 100;
const ROUNDS = 4;
/** Chi-squared with four degrees of freedom is above this once in 10,000 times. */
const CRITICAL = 23.51;

const sessionOf = (firstSeed: number): Session => ({
  seed: firstSeed,
  agents: [{ class: "ByzantineAgent", preference: "Pizza" }],
  steps: Array.from({ length: SEEDS * ROUNDS }, (_, at): Step => {
    const [seed, round] = [firstSeed + Math.floor(at / ROUNDS), 1 + (at % ROUNDS)];
    return { agent: 0, call: "vote_on", round, seed, given: PREFERENCES };
  }),
});

export async function byzantine(examiner: Examiner): Promise<string> {
  const session = sessionOf(examiner.draw.firstSeed);
  const total = session.steps.length;
  const expected = `random votes over the five proposals: about ${total / PREFERENCES.length} of ${total} for each`;
  const told = await examiner.session(session, expected);
  const counts = new Map(PREFERENCES.map((name) => [name, 0]));
  for (const { answer, line, changed } of told) {
    const said = `The Byzantine agent's ${examiner.words.vote} returned ${examiner.show(answer)}`;
    if (changed) throw new Wrong("The Byzantine agent changed the list of proposals.", expected, line);
    if (answer.is !== "text") throw new Wrong(`${said}.`, expected, line);
    const count = counts.get(answer.text);
    if (count === undefined) throw new Wrong(`${said}, which nobody proposed.`, expected, line);
    counts.set(answer.text, count + 1);
  }
  const even = told.length / PREFERENCES.length;
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
  const saw = `In ${told.length} votes: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}.`;
  if (chi > CRITICAL) throw new Wrong(saw, expected, told.at(-1)?.line ?? null);
  await repeats(examiner, session, told.map(({ answer }) => examiner.show(answer)).join());
  await examiner.trials([PREFERENCES.length], "a run of four agents and the Byzantine one");
  return saw;
}

async function repeats(examiner: Examiner, session: Session, before: string): Promise<void> {
  const expected = `the same votes for the same seeds: chance comes from ${examiner.words.random}`;
  const told = await examiner.session(session, expected);
  if (told.map(({ answer }) => examiner.show(answer)).join() === before) return;
  throw new Wrong(
    "With the same seeds the Byzantine agent's votes were others the second time.",
    expected,
    told[0]?.line ?? null,
  );
}
