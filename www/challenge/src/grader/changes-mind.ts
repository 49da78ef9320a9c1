/** Task 5: an agent that is alone with its wish, and what becomes of that wish. */
import type { Examiner, Session, Step } from "./examiner.ts";
import { Wrong } from "./wrong.ts";

interface Scene {
  proposals: string[];
  votes: Record<string, number>;
}

/** No consensus by any rule that asks for more than the most votes; in the last two by none at all. */
const SCENES: Scene[] = [
  { proposals: ["Pizza", "Sushi", "Sushi", "Tacos", "Thai"], votes: { Pizza: 1, Sushi: 2, Tacos: 1, Thai: 1 } },
  { proposals: ["Pizza", "Curry", "Ramen", "Curry", "Kebab"], votes: { Pizza: 1, Curry: 2, Ramen: 1, Kebab: 1 } },
  { proposals: ["Pizza", "Sushi", "Tacos", "Sushi", "Tacos"], votes: { Pizza: 1, Sushi: 2, Tacos: 2 } },
  { proposals: ["Pizza", "Curry", "Ramen", "Ramen", "Curry"], votes: { Pizza: 1, Curry: 2, Ramen: 2 } },
];
const SEEDS = 12;
const ROUNDS = 4;

export async function changesMind(examiner: Examiner): Promise<string> {
  const expected = "a preference that changes to one that others want";
  let [changes, chances] = [0, 0];
  for (const scene of SCENES) {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const told = await examiner.session(watched(scene, examiner.draw.firstSeed - 1 + seed), expected);
      for (let at = 1; at < told.length; at += 2) {
        const step = told[at];
        if (step?.answer.is !== "nothing") break;
        chances += 1;
        const { preference, line } = step;
        if (preference === "Pizza") continue;
        const said = `After votes ${JSON.stringify(scene.votes)} its preference was ${JSON.stringify(preference)}`;
        if (preference === null) throw new Wrong(`${said}, no restaurant.`, expected, line);
        if (!scene.proposals.includes(preference)) throw new Wrong(`${said}, which nobody wanted.`, expected, line);
        changes += 1;
        break;
      }
    }
  }
  if (changes === 0) {
    const line = await examiner.lineOf("update", "decide");
    throw new Wrong(
      `In ${chances} rounds without consensus an agent that prefers Pizza kept to it, whatever others wanted.`,
      expected,
      line,
    );
  }
  return `In ${SCENES.length * SEEDS} short runs an agent changed its preference ${changes} times, always to one that others wanted.`;
}

/** A few rounds in which the others stay as they are. */
function watched({ proposals, votes }: Scene, seed: number): Session {
  const steps = Array.from({ length: ROUNDS }, (_, at): Step[] => [
    { agent: 0, call: "vote_on", round: at + 1, given: proposals },
    { agent: 0, call: "decide", round: at + 1, given: votes },
  ]);
  return { seed, agents: [{ class: "VotingAgent", preference: "Pizza" }], steps: steps.flat() };
}
