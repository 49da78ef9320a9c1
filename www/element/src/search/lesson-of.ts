/** A found schedule as a lesson: a draft in the format of `lessons/README.md`, for whoever teaches to go on from. */
import { stop } from "@consensus-playground/engine/format.ts";
import { say } from "../language/language.ts";
import { stepsOf, type Told } from "./words.ts";
import "../language/en/search.ts";

/** How many steps are left for after the question, where something comes about in the last ones. */
const LAST = 3;

/** What is asked, and the two answers as the core decides between them. */
interface Question {
  ask: string;
  right: string;
  /** The reply to whoever is right. */
  praise: string;
  wrong: string;
  /** The conditions of both, as after `expect`. */
  holds: string;
  fails: string;
}

/** `text` is a scenario that a search has found, `sentence` what comes about in it. */
export function lessonOf(text: string, sentence: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const title = lines.find((line) => line.startsWith("#"))?.replace(/^#+\s*/, "") ?? say("search.lesson");
  const opening = lines.slice(0, lines.indexOf("network manual") + 1).filter((line) => line && !line.startsWith("#"));
  const goal = lines.findLast((line) => line.startsWith("expect "))?.slice("expect ".length) ?? "all";
  const steps = stepsOf(text);
  const shown = goal === "not decided 1" ? Math.ceil(steps.length / 10) : Math.max(0, steps.length - LAST);
  const [before, after] = [steps.slice(0, shown), steps.slice(shown)];
  const { ask, right, praise, wrong, holds, fails } = question(goal, after.length, sentence);
  return `# ${title}

${say("search.lesson-intro")}

\`\`\`scenario
# ${say("search.lesson-scene")}
${[...opening, ...before.map(({ line }) => line)].join("\n")}
\`\`\`

${ask}

- [ ] ${wrong} \`expect ${fails}\`
  > ${stop(sentence)}
- [x] ${right} \`expect ${holds}\`
  > ${praise}

\`\`\`play
${after.map(({ line }) => line).join("\n")}
\`\`\`

${stop(sentence)} ${say("search.lesson-steps")}

${after.slice(-LAST).map(listed).join("\n")}
`;
}

const listed = ({ about, line }: Told): string => `- ${about || line}`;

function question(goal: string, count: number, sentence: string): Question {
  const [, property] = /^violation (\S+)$/.exec(goal) ?? [];
  const not = goal.startsWith("not ") ? goal.slice("not ".length) : `not ${goal}`;
  if (property)
    return {
      ask: say("search.lesson-breaks", { count }),
      right: stop(sentence),
      praise: say("search.lesson-praise"),
      wrong: say("search.lesson-sound"),
      holds: goal,
      fails: property,
    };
  const undecided = goal === "not decided 1";
  return {
    ask: undecided
      ? say("search.lesson-decides", { count })
      : say("search.lesson-is-so", { count, goal: `\`${goal}\`` }),
    right: say(undecided ? "search.lesson-no" : "search.lesson-yes"),
    praise: say(undecided ? "search.lesson-scheduler" : "search.lesson-praise"),
    wrong: say(undecided ? "search.lesson-yes" : "search.lesson-no"),
    holds: goal,
    fails: not,
  };
}
