/** Task 1: `vote_on` and `decide`, on hands whose right answers are known. */
import type { Examiner, Session, Step, Stepped } from "./examiner.ts";
import { PREFERENCES } from "./tasks.ts";
import { Wrong } from "./wrong.ts";

const HANDS: string[][] = [
  PREFERENCES,
  ["Pizza", "Sushi", "Sushi", "Tacos", "Sushi"],
  ["Sushi", "Tacos", "Sushi", "Tacos", "Pizza"],
  ["Ramen", "Ramen", "Ramen", "Ramen", "Ramen"],
  ["Curry", "Tacos"],
];

/** Tallies, with the one restaurant that may be decided, or null where none may. */
const TALLIES: [Record<string, number>, string | null][] = [
  [{ Sushi: 5 }, "Sushi"],
  [{ Pizza: 5 }, "Pizza"],
  [{ Pizza: 2, Sushi: 2, Tacos: 1 }, null],
  [{ Tacos: 1, Sushi: 2, Pizza: 2 }, null],
  [{ Pizza: 1, Sushi: 1, Tacos: 1, Curry: 1, Ramen: 1 }, null],
  [{ Sushi: 3, Tacos: 3 }, null],
  [{ Pizza: 1, Sushi: 4 }, "Sushi"],
  [{ Sushi: 2, Pizza: 3 }, "Pizza"],
  [{ Ramen: 1, Pizza: 1, Sushi: 2, Curry: 1 }, "Sushi"],
];

/** So many hands and tallies more are drawn: who only knows the fixed ones does not pass. */
const DRAWN = 12;

export async function votesAndDecides(examiner: Examiner): Promise<string> {
  await votes(examiner);
  await decides(examiner);
  await repeats(examiner);
  await knowsOnlyItsOwn(examiner);
  return `Votes on ${HANDS.length + DRAWN} hands of proposals and decisions on ${TALLIES.length + DRAWN} tallies are right, and repeat with their seed.`;
}

async function votes(examiner: Examiner): Promise<void> {
  const expected = `${examiner.words.vote} returns one of the proposals, and leaves the list as it is`;
  for (const given of [...HANDS, ...Array.from({ length: DRAWN }, () => examiner.draw.hand())]) {
    const step: Step = { agent: 0, call: "vote_on", round: 1, given };
    const [told] = await examiner.session(one([step]), expected);
    if (!told) continue;
    const said = `${examiner.call(step)} returned ${examiner.show(told.answer)}`;
    if (told.answer.is !== "text") throw new Wrong(`${said}.`, expected, told.line);
    if (!given.includes(told.answer.text)) throw new Wrong(`${said}, which nobody proposed.`, expected, told.line);
    if (told.changed) {
      const line = (await examiner.lineOfChange(one([step]))) ?? told.line;
      throw new Wrong(`${examiner.call(step)} changed the list of proposals.`, expected, line);
    }
  }
}

const one = (steps: Step[], seed = 1): Session => ({
  seed,
  agents: [{ class: "VotingAgent", preference: "Pizza" }],
  steps,
});

async function decides(examiner: Examiner): Promise<void> {
  const { none } = examiner.words;
  let accepts: { share: number; text: string } | undefined;
  let refuses: { share: number; text: string; line: number | null } | undefined;
  const drawn = Array.from({ length: DRAWN }, (_, at) => examiner.draw.tally(at % 3 === 0));
  for (const [given, winner] of [...TALLIES, ...drawn]) {
    const step: Step = { agent: 0, call: "decide", round: 1, given };
    const sum = Object.values(given).reduce((all, count) => all + count, 0);
    const share = (winner === null ? 0 : (given[winner] ?? 0)) / sum;
    const expected = expectation(winner, share, none);
    const [told] = await examiner.session(one([step]), expected);
    if (!told) continue;
    const { answer, line } = told;
    const text = `${examiner.call(step)} returned ${examiner.show(answer)}`;
    if (told.changed) {
      const at = (await examiner.lineOfChange(one([step]))) ?? line;
      throw new Wrong(`${examiner.call(step)} changed the tally.`, "decide leaves the votes as they are", at);
    }
    const good = answer.is === "nothing" ? share < 1 : answer.is === "text" && answer.text === winner;
    if (!good) throw new Wrong(`${text}${winner === null ? ", although it is a tie" : ""}.`, expected, line);
    if (answer.is === "text" && (!accepts || share < accepts.share)) accepts = { share, text };
    if (answer.is === "nothing" && winner !== null && (!refuses || share > refuses.share))
      refuses = { share, text, line };
  }
  if (accepts && refuses && refuses.share > accepts.share) {
    throw new Wrong(
      `${refuses.text}, but ${accepts.text}.`,
      "who accepts a share of the votes accepts a larger one too",
      refuses.line,
    );
  }
}

function expectation(winner: string | null, share: number, none: string): string {
  if (winner === null) return `${none}: with a tie at the top there is no consensus`;
  if (share === 1) return `"${winner}": all agents voted for it`;
  return `"${winner}", which has the most votes, or ${none} if your rule asks for more`;
}

/** Two rounds of all five, who agree on nothing. */
function company(seed: number, places: number[]): Session {
  const steps = [1, 2].flatMap((round) =>
    (["propose", "vote_on", "decide"] as const).flatMap((call) =>
      places.map((place, agent): Step => {
        const given = { propose: undefined, vote_on: HANDS[round], decide: TALLIES[round === 1 ? 2 : 4]?.[0] }[call];
        return { agent, call, round, place, ...(given ? { given } : {}) };
      }),
    ),
  );
  const agents = places.map((place) => ({
    class: "VotingAgent" as const,
    preference: PREFERENCES[place] ?? "",
    place,
  }));
  return { seed, agents, steps };
}

const ALL = PREFERENCES.map((_, place) => place);

async function repeats(examiner: Examiner): Promise<void> {
  const expected = `the same answers each time: chance comes from ${examiner.words.random} alone, which the seed settles`;
  for (let seed = 1; seed <= 6; seed += 1) {
    const session = company(seed, ALL);
    const first = await examiner.session(session, expected);
    const second = await examiner.session(session, expected);
    differ(
      examiner,
      session.steps,
      first,
      second,
      (call, a, b) => `With one and the same seed ${call} returned ${a}, and then ${b}.`,
      expected,
    );
  }
}

async function knowsOnlyItsOwn(examiner: Examiner): Promise<void> {
  const expected = "an agent's answers depend on what it is told, and on nothing that other agents have";
  const session = company(3, ALL);
  const together = await examiner.session(session, expected);
  for (const place of ALL) {
    const alone = await examiner.session(company(3, [place]), expected);
    const its = session.steps
      .map((step, at) => ({ step, told: together[at] }))
      .filter(({ step }) => step.agent === place);
    const steps = its.map(({ step }) => step);
    const among = its.flatMap(({ told }) => told ?? []);
    const text = (call: string, a: string, b: string) =>
      `Agent ${place + 1}: among others ${call} returned ${a}, but alone ${b}.`;
    differ(examiner, steps, among, alone, text, expected);
  }
}

function differ(
  examiner: Examiner,
  steps: Step[],
  first: Stepped[],
  second: Stepped[],
  text: (call: string, a: string, b: string) => string,
  expected: string,
): void {
  steps.forEach((step, at) => {
    const [a, b] = [first[at], second[at]];
    if (!a || !b || JSON.stringify(a.answer) === JSON.stringify(b.answer)) return;
    throw new Wrong(text(examiner.call(step), examiner.show(a.answer), examiner.show(b.answer)), expected, a.line);
  });
}
