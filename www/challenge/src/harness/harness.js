/**
 * Runs a restaurant vote many times over, without a network: the page and a desktop get the same numbers.
 *
 *     node harness.js my_agent.js --agents 6 --preferences Pizza,Sushi,Tacos --trials 1000
 *
 * `my_agent.js` defines `class VotingAgent` (and `class ByzantineAgent`, if there are to be some). One trial goes like
 * this: in each round every agent proposes, then votes on all proposals (in the order of the agents), then decides on
 * the tally (restaurants in the order in which agents voted for them). `decide` returns null while there is no
 * consensus; then `update(votes)` is called where the agent has it. An agent that has decided stands by that: it is
 * its proposal and its vote in all later rounds. A trial ends when all agents that are not Byzantine have decided, or
 * after `--max-rounds`.
 *
 * An agent may call `ask(prompt, choices)`: it gives the choice that a language model made. The page puts the question to
 * the model that a person chose there; here, answers come from a recording that the page wrote: `--answers answers.json`.
 *
 * Chance comes from the seed: `Math.random` starts afresh for each (seed, dinner, agent, round, call), so that no
 * answer depends on the order of calls. Time stands still. Both `voteOn` and `vote_on` are heard.
 */
globalThis.Harness = (() => {
  "use strict";

  const INIT = 0;
  const PROPOSE = 1;
  const VOTE = 2;
  const DECIDE = 3;
  const NOW = 1_700_000_000_000;
  const { imul, floor } = Math;

  /** 32 well-mixed bits of 32 (an xorshift-multiply finaliser with constants found by search: Wellons 2018). */
  function mix(bits) {
    let h = imul(bits ^ (bits >>> 16), 0x21f0aaad);
    h = imul(h ^ (h >>> 15), 0x735a2d97);
    return h ^ (h >>> 15);
  }

  let key = 0;
  let more = 0;
  let fresh = true;
  let s0 = 1;
  let s1 = 0;

  /** A number from 0 up to 1 (xoroshiro64**: Blackman, Vigna 2018), started from `key` where that was just set. */
  function random() {
    if (fresh) {
      fresh = false;
      s0 = mix(imul(key, 0x9e3779b9));
      s1 = mix(s0 ^ more) | 1;
    }
    const bits = imul(s0, 0x9e3779bb);
    const result = imul((bits << 5) | (bits >>> 27), 5) >>> 0;
    s1 ^= s0;
    s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
    s1 = (s1 << 13) | (s1 >>> 19);
    return result / 4294967296;
  }

  const answers = new Map();
  let asked = null;
  const MOST_CHOICES = 50;
  const MOST_PROMPT = 10_000;

  /** Stops a call whose question to a model has no answer yet; once it has, the call is made again from its start. */
  class Asking extends Error {
    constructor(prompt) {
      super(`nothing recorded answers: ${prompt}`);
      this.name = "Asking";
    }
  }

  /** The one of the choices that a language model made, for this prompt. */
  function ask(prompt, choices) {
    const words = Array.from(choices, String);
    const text = String(prompt);
    if (words.length === 0 || words.length > MOST_CHOICES)
      throw new RangeError(`ask needs 1 to ${MOST_CHOICES} choices, not ${words.length}`);
    if (text.length > MOST_PROMPT)
      throw new RangeError(`ask takes a prompt of at most ${MOST_PROMPT} letters, not ${text.length}`);
    const known = answers.get(JSON.stringify([text, ...words]));
    if (known !== undefined) return known;
    const error = new Asking(text);
    // Noted, for code that catches everything goes on without an answer.
    asked ??= { prompt: text, choices: words, stack: String(error.stack) };
    throw error;
  }

  /** Takes answers over: pairs of the JSON text of [prompt, ...choices] and the choice. */
  function learn(pairs) {
    for (const [name, answer] of pairs) answers.set(name, answer);
  }

  /** The first question that was asked since the last look, and had no answer. */
  function takeAsked() {
    const first = asked;
    asked = null;
    return first;
  }

  /** What the chance of a trial is drawn from: two words of 32 bits. */
  function baseOf(seed, dinner = 1) {
    const whole = typeof seed === "number" ? seed : Number(BigInt.asUintN(53, BigInt(seed)));
    const low = mix(whole | 0);
    return [mix(low + dinner), mix(low ^ floor(whole / 4294967296))];
  }

  /** Sets the chance for one call of one agent (from 0). */
  function place(base, agent, round, call) {
    key = base[0] + (round << 10) + (call << 8) + agent;
    more = base[1];
    fresh = true;
  }

  /** Chance by the seed, and a clock that stands still; and `ask` for everybody. */
  function freeze() {
    globalThis.ask = ask;
    Math.random = random;
    const Clock = Date;
    globalThis.Date = class Date extends Clock {
      constructor(...given) {
        super(...(given.length > 0 ? given : [NOW]));
      }
      static now() {
        return NOW;
      }
    };
    if (typeof performance !== "undefined") performance.now = () => 0;
  }

  /** An answer that is none. */
  class BadAnswer extends Error {
    constructor(call, agent, answer) {
      const wanted = call === "decide" ? "a restaurant's name or null" : "a restaurant's name";
      super(`${call} returned ${show(answer)}, not ${wanted}`);
      this.name = "BadAnswer";
      this.call = call;
    }
  }

  /** A short text for any value; can't fail. */
  function show(value) {
    let text;
    try {
      text = typeof value === "function" ? "a function" : value === undefined ? "undefined" : JSON.stringify(value);
    } catch {
      text = undefined;
    }
    text = String(text ?? typeof value);
    return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
  }

  /** What the class calls its vote. */
  const voteName = (made) => (typeof made.prototype.voteOn === "function" ? "voteOn" : "vote_on");

  /** What a Byzantine agent is where the code defines none: it votes for any proposal. */
  function randomVoter(honest) {
    const vote = voteName(honest);
    return class extends honest {
      [vote](proposals) {
        return proposals[floor(random() * proposals.length)];
      }
    };
  }

  /** Who votes: agent i (from 1) prefers `preferences[i - 1]`, over again after the last. */
  function setUp(names, { agents, preferences, byzantine = [], maxRounds }) {
    const honest = names.VotingAgent;
    if (typeof honest !== "function") throw new ReferenceError("the code defines no class VotingAgent");
    const liar = names.ByzantineAgent ?? randomVoter(honest);
    const one = (_, place) => preferences[place % preferences.length];
    const wishes = Array.from({ length: agents }, one);
    const classes = wishes.map((_, place) => (byzantine.includes(place + 1) ? liar : honest));
    return {
      wishes,
      menu: [...new Set(wishes)],
      classes,
      votes: classes.map(voteName),
      lies: wishes.map((_, place) => byzantine.includes(place + 1)),
      maxRounds,
    };
  }

  /** One trial: [rounds, decided], rounds null without consensus. Adds each round's votes to `ballots`. */
  function trial(setup, seed, ballots) {
    const { wishes, menu, classes, votes: voteNames, lies, maxRounds } = setup;
    const count = wishes.length;
    const base = baseOf(seed);
    const agents = [];
    const decided = [];
    for (let i = 0; i < count; i += 1) {
      place(base, i, 0, INIT);
      agents[i] = new classes[i](`Agent ${i + 1}`, wishes[i]);
      decided[i] = null;
    }
    // What follows sets the chance as `place` does, without a call: it is done a hundred times a trial.
    for (let round = 1; round <= maxRounds; round += 1) {
      let start = base[0] + (round << 10) + (PROPOSE << 8);
      const proposals = [];
      for (let i = 0; i < count; i += 1) {
        let answer = decided[i];
        if (answer === null) {
          key = start + i;
          fresh = true;
          answer = agents[i].propose();
          if (typeof answer !== "string") throw new BadAnswer("propose", i, answer);
        }
        if (menu.includes(answer)) proposals[proposals.length] = answer;
      }
      start = base[0] + (round << 10) + (VOTE << 8);
      // Without a prototype: a restaurant may be called `constructor`.
      const tally = Object.create(null);
      const votes = [];
      for (let i = 0; i < count; i += 1) {
        let answer = decided[i];
        if (answer === null) {
          key = start + i;
          fresh = true;
          answer = agents[i][voteNames[i]](proposals.slice());
          if (typeof answer !== "string") throw new BadAnswer(voteNames[i], i, answer);
        }
        const counts = proposals.includes(answer);
        votes[i] = counts ? answer : null;
        if (counts) tally[answer] = (tally[answer] ?? 0) + 1;
      }
      if (ballots) ballots[ballots.length] = votes;
      start = base[0] + (round << 10) + (DECIDE << 8);
      let open = 0;
      for (let i = 0; i < count; i += 1) {
        if (decided[i] !== null) continue;
        key = start + i;
        fresh = true;
        const answer = agents[i].decide({ ...tally });
        if (typeof answer !== "string" && answer !== null && answer !== undefined)
          throw new BadAnswer("decide", i, answer);
        if (typeof answer === "string" && tally[answer] > 0) {
          decided[i] = answer;
        } else {
          if (typeof agents[i].update === "function") agents[i].update({ ...tally });
          if (!lies[i]) open += 1;
        }
      }
      if (open === 0) return [round, decided];
    }
    return [null, decided];
  }

  return {
    ...{ INIT, PROPOSE, VOTE, DECIDE, BadAnswer, baseOf, freeze, learn, place, randomVoter, setUp, show, takeAsked },
    ...{ trial, voteName },
  };
})();

if (typeof process !== "undefined" && /(^|[/\\])harness\.js$/.test(process.argv?.[1] ?? "")) {
  Promise.all([import("node:fs"), import("node:util"), import("node:vm")]).then(([fs, util, vm]) => {
    const { values: told, positionals } = util.parseArgs({
      allowPositionals: true,
      options: {
        agents: { type: "string", default: "5" },
        preferences: { type: "string", default: "Pizza,Sushi,Tacos,Curry,Ramen" },
        byzantine: { type: "string", default: "" },
        "max-rounds": { type: "string", default: "50" },
        trials: { type: "string", default: "1000" },
        seed: { type: "string", default: "0" },
        answers: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    if (positionals.length !== 1) throw new Error("say which file: node harness.js my_agent.js");
    if (told.answers) Harness.learn(JSON.parse(fs.readFileSync(told.answers, "utf8")).answers);
    Harness.freeze();
    vm.runInThisContext(fs.readFileSync(positionals[0], "utf8"), { filename: positionals[0] });
    const names = vm.runInThisContext(
      "({ VotingAgent: typeof VotingAgent === 'undefined' ? undefined : VotingAgent, ByzantineAgent: typeof ByzantineAgent === 'undefined' ? undefined : ByzantineAgent })",
    );
    const setup = Harness.setUp(names, {
      agents: Number(told.agents),
      preferences: told.preferences.split(","),
      byzantine: told.byzantine.split(",").filter(Boolean).map(Number),
      maxRounds: Number(told["max-rounds"]),
    });
    const first = Number(told.seed);
    const results = [];
    for (let seed = first; seed < first + Number(told.trials); seed += 1)
      results.push([seed, ...Harness.trial(setup, seed)]);
    if (told.json) return console.log(JSON.stringify(results));
    const counts = new Map();
    for (const [, rounds] of results) counts.set(rounds, (counts.get(rounds) ?? 0) + 1);
    for (const [rounds, count] of [...counts].sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))) {
      const name = rounds === null ? "never" : `${rounds} round${rounds > 1 ? "s" : ""}`;
      console.log(`${name.padStart(10)} ${String(count).padStart(7)} ${"#".repeat((50 * count) / results.length)}`);
    }
  });
}
