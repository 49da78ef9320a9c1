/** Task 4: the rounds that the person's function claims, against the votes really cast. */
import type { Examiner, Measured } from "./examiner.ts";
import { PREFERENCES } from "./tasks.ts";
import { Wrong } from "./wrong.ts";

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

export async function measures(examiner: Examiner): Promise<string> {
  const { draw } = examiner;
  const rounds = [1, draw.between(2, 5), draw.between(6, 12)];
  for (const agrees of rounds) await agreesIn(examiner, agrees);
  await neverAgrees(examiner, draw.between(4, 9));
  const claims = [];
  for (let seed = 1; seed <= 10; seed += 1) claims.push(await ownAgents(examiner, draw.firstSeed - 1 + seed));
  return `Rounds of agents that agree in round ${rounds.join(", ")} and never are right; your own took ${claims.join(", ")}.`;
}

async function line(examiner: Examiner, measured: Measured): Promise<number | null> {
  return measured.line ?? (await examiner.lineOf(examiner.words.measure));
}

async function agreesIn(examiner: Examiner, agrees: number): Promise<void> {
  const expected = `${agrees}: the agents here all vote the same for the first time in round ${agrees}`;
  const measured = await examiner.measure({ seed: 1, preferences: PREFERENCES, maxRounds: 50, agrees }, expected);
  const { claim } = measured;
  const cast = Math.max(...measured.cast);
  const said = `${examiner.words.measure} returned ${examiner.show(claim)}, and each agent voted ${times(cast)}`;
  if (Math.min(...measured.cast) !== cast) {
    const saw = `Some agents voted ${times(Math.min(...measured.cast))}, others ${times(cast)}.`;
    throw new Wrong(saw, "every agent votes once in each round", await line(examiner, measured));
  }
  if (cast !== agrees || claim.is !== "number" || claim.number !== agrees) {
    throw new Wrong(`${said}.`, expected, await line(examiner, measured));
  }
}

async function neverAgrees(examiner: Examiner, maxRounds: number): Promise<void> {
  const { none, measure } = examiner.words;
  const expected = `${none} after ${maxRounds} rounds: the agents here never agree, and there were at most ${maxRounds} rounds`;
  const measured = await examiner.measure({ seed: 1, preferences: PREFERENCES, maxRounds, agrees: 0 }, expected);
  const cast = Math.max(...measured.cast);
  if (measured.claim.is !== "nothing" || cast !== maxRounds) {
    const saw = `${measure} returned ${examiner.show(measured.claim)}, and each agent voted ${times(cast)}.`;
    throw new Wrong(saw, expected, await line(examiner, measured));
  }
}

async function ownAgents(examiner: Examiner, seed: number): Promise<string> {
  const expected = "as many rounds as your agents voted in";
  const measured = await examiner.measure({ seed, preferences: PREFERENCES, maxRounds: 50 }, expected);
  const { claim } = measured;
  const cast = Math.max(...measured.cast);
  const right = claim.is === "number" ? claim.number === cast : claim.is === "nothing" && cast === 50;
  if (!right) {
    const saw = `With seed ${seed} ${examiner.words.measure} claims ${examiner.show(claim)}, but your agents voted ${times(cast)}.`;
    throw new Wrong(saw, expected, await line(examiner, measured));
  }
  return examiner.show(claim);
}
