// Wrong solutions of the exercise: each is the right one but for what stands here, and fails one of the five checks with these
// words, at the line marked. Task 0 is what is found before any check.
import { readFileSync } from "node:fs";

const read = (ending) => readFileSync(new URL(`right.${ending}`, import.meta.url), "utf8");
const RIGHT = { py: read("py"), js: read("js") };

/** The lines of the right solution after the first that holds `before`, down to the next that is just `end`. */
function body(ending, before, end) {
  const lines = RIGHT[ending].split("\n");
  const first = lines.findIndex((line) => line.includes(before)) + 1;
  return lines.slice(first, lines.indexOf(end, first)).join("\n");
}

const VOTE = { py: body("py", "def vote_on", ""), js: body("js", "voteOn(", "  }") };
const DECIDE = { py: body("py", "def decide", ""), js: body("js", "decide(", "  }") };
const MEASURE = body("py", "def measure_rounds", "");
const LIAR = `class ByzantineAgent(VotingAgent):\n${body("py", "class ByzantineAgent", "")}`;
const MAJORITY_OR_NONE = `        winner = max(votes, key=votes.get)
        return winner if votes[winner] * 2 > sum(votes.values()) else None`;

/** Name and language, the task that fails, what is said of it, and what stands in place of what. */
const WRONG = [
  ["a-word-too-few.py", 0, "SyntaxError", ["return self.preference", "retrun self.preference  # <- wrong"]],
  ["a-word-too-few.js", 0, "SyntaxError", ["return this.preference;", "retrun this.preference; // <- wrong"]],
  ["ties-ignored.py", 1, "although it is a tie", [DECIDE.py, "        return max(votes, key=votes.get)  # <- wrong"]],
  [
    "ties-ignored.js",
    1,
    "although it is a tie",
    [
      DECIDE.js,
      `    const names = Object.keys(votes);
    return names.reduce((best, name) => (votes[name] > votes[best] ? name : best)); // <- wrong`,
    ],
  ],
  [
    "takes-the-first.py",
    1,
    'returned "Pizza"',
    [
      DECIDE.py,
      `        winner = list(votes)[0]
        if max(votes.values()) * 2 > sum(votes.values()):
            return winner  # <- wrong
        return None`,
    ],
  ],
  [
    "takes-the-first.js",
    1,
    'returned "Pizza"',
    [
      DECIDE.js,
      `    const [winner] = Object.keys(votes);
    const all = Object.values(votes).reduce((sum, count) => sum + count, 0);
    return Math.max(...Object.values(votes)) * 2 > all ? winner : null; // <- wrong`,
    ],
  ],
  ["never-decides.py", 1, "returned None", [DECIDE.py, "        return None  # <- wrong"]],
  ["returns-none.py", 1, "returned None", [VOTE.py, "        self.vote = random.choice(proposals)  # <- wrong"]],
  ["returns-none.js", 1, "returned null", [`${VOTE.js}\n  }`, "    this.vote = pick(proposals);\n  } // <- wrong"]],
  [
    "crashes.py",
    1,
    "KeyError: 'Pizza'",
    [
      DECIDE.py,
      `        if votes[self.preference] * 2 > sum(votes.values()):  # <- wrong
            return self.preference
        return None`,
    ],
  ],
  ["crashes.js", 1, "TypeError", [DECIDE.js, "    return votes.find((name) => name === this.preference); // <- wrong"]],
  [
    "endless-loop.py",
    1,
    "too many steps",
    [
      VOTE.py,
      `        self.vote = random.choice(proposals)
        while self.vote != "Burger":
            self.vote = random.choice(proposals)  # <- wrong
        return self.vote`,
    ],
  ],
  [
    "endless-loop.js",
    1,
    "too many steps",
    [
      VOTE.js,
      `    this.vote = null;
    while (this.vote !== "Burger") { // <- wrong
      this.vote = pick(proposals);
    }
    return this.vote;`,
    ],
  ],
  [
    "mutates-proposals.py",
    1,
    "changed the list",
    [VOTE.py, "        proposals.sort()  # <- wrong\n        return proposals[0]"],
  ],
  [
    "mutates-proposals.js",
    1,
    "changed the list",
    [VOTE.js, "    proposals.reverse(); // <- wrong\n    return proposals[0];"],
  ],
  [
    "votes-for-anything.py",
    1,
    "which nobody proposed",
    [VOTE.py, '        return random.choice(["Noodles", "Soup"])  # <- wrong'],
  ],
  ["votes-for-anything.js", 1, "which nobody proposed", [VOTE.js, '    return pick(["Noodles", "Soup"]); // <- wrong']],
  [
    "unseeded-chance.py",
    1,
    "With one and the same seed",
    [VOTE.py, "        return random.SystemRandom().choice(proposals)  # <- wrong"],
  ],
  [
    "counts-its-calls.js",
    1,
    "but alone",
    ["class VotingAgent {", "let calls = 0;\n\nclass VotingAgent {"],
    [VOTE.js, "    calls += 1;\n    return proposals[calls % proposals.length]; // <- wrong"],
  ],
  [
    "peeks-at-others.py",
    1,
    "but alone",
    ["class VotingAgent:", "everybody = []\n\n\nclass VotingAgent:"],
    ["self.vote = None", "self.vote = None\n        everybody.append(self)"],
    [
      VOTE.py,
      `        wish = everybody[-1].preference
        return wish if wish in proposals else proposals[0]  # <- wrong`,
    ],
  ],
  [
    "peeks-at-others.js",
    1,
    "but alone",
    ["class VotingAgent {", "const everybody = [];\n\nclass VotingAgent {"],
    ["this.vote = null;", "this.vote = null;\n    everybody.push(this);"],
    [
      VOTE.js,
      `    const wish = everybody.at(-1).preference;
    return proposals.includes(wish) ? wish : proposals[0]; // <- wrong`,
    ],
  ],
  [
    "stubborn-for-ever.py",
    2,
    "In 0 of 60 runs",
    ["def vote_on(self, proposals: List[str]) -> str:", "def vote_on(self, proposals: List[str]) -> str:  # <- wrong"],
    [VOTE.py, "        return self.preference if self.preference in proposals else proposals[0]"],
    [DECIDE.py, MAJORITY_OR_NONE],
  ],
  ["no-byzantine.py", 3, "no class ByzantineAgent", [LIAR, ""]],
  [
    "byzantine-half.py",
    3,
    "In 400 votes",
    [
      "return random.choice(sorted(set(proposals)))",
      "return random.choice([self.preference, random.choice(proposals)])  # <- wrong",
    ],
  ],
  [
    "byzantine-only-once.py",
    3,
    "In 400 votes",
    [
      "        return random.choice(sorted(set(proposals)))",
      `        if self.vote is None:
            self.vote = random.choice(proposals)
        return self.vote  # <- wrong`,
    ],
  ],
  [
    "byzantine-only-once.js",
    3,
    "In 400 votes",
    ["return pick([...new Set(proposals)]);", "this.vote ??= pick(proposals);\n    return this.vote; // <- wrong"],
  ],
  ["claims-a-constant.py", 4, "returned 3, and each agent voted 0 times", [MEASURE, "    return 3  # <- wrong"]],
  [
    "claims-wrong-rounds.py",
    4,
    "returned 0, and each agent voted once",
    ["return rounds", "return rounds - 1  # <- wrong"],
  ],
  [
    "claims-wrong-rounds.js",
    4,
    "returned 0, and each agent voted once",
    ["return round;", "return round - 1; // <- wrong"],
  ],
  [
    "one-round-too-many.js",
    4,
    "and each agent voted 2 times",
    ["maxRounds = 50) {", "maxRounds = 50) {\n  let done = false;"],
    [
      "    if (decisions.every((decision) => decision !== null)) return round;",
      `    if (done) return round; // <- wrong
    done = decisions.every((decision) => decision !== null);`,
    ],
  ],
  [
    "changes-to-anything.py",
    5,
    "which nobody wanted",
    ["self.preference = random.choice(leading)", 'self.preference = random.choice(["Soup", "Noodles"])'],
    ["        return None\n\n\nclass", "        return None  # <- wrong\n\n\nclass"],
  ],
  [
    "changes-to-anything.js",
    5,
    "which nobody wanted",
    [
      "this.preference = pick(leading);\n    return null;",
      'this.preference = pick(["Soup"]);\n    return null; // <- wrong',
    ],
  ],
  [
    "keeps-its-mind.py",
    5,
    "kept to it",
    ["def decide(self, votes: Dict[str, int]) -> str:", "def decide(self, votes: Dict[str, int]) -> str:  # <- wrong"],
    [DECIDE.py, MAJORITY_OR_NONE],
  ],
];

/** Carries the replacements out. What is replaced must be there, or the right solution was changed under them. */
function change(name, code, edits) {
  for (const [old, fresh] of edits) {
    if (!old || !code.includes(old)) throw new Error(`${name}: the right solution has no \`${old}\``);
    code = code.replace(old, () => fresh);
  }
  return code;
}

/** The wrong solutions in a language (`py` or `js`): `line` is undefined where none is to be marked. */
export function wrong(ending) {
  const ours = WRONG.filter(([name]) => name.endsWith(`.${ending}`));
  return ours.map(([name, task, says, ...edits]) => {
    const code = change(name, RIGHT[ending], edits);
    const place = code.split("\n").findIndex((line) => line.includes("<- wrong"));
    return { name, task, says, code, line: place < 0 ? undefined : place + 1 };
  });
}
