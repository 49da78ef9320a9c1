/**
 * What the page asks of a person's code, beyond the harness: single answers, lines of mistakes, sessions for the grader.
 * Each function takes and gives JSON. `__at` notes the line of each `return`, `__on` of each loop: the page puts calls of them into the code.
 */
globalThis.Probe = (() => {
  "use strict";

  const { baseOf, learn, place, setUp, show, takeAsked, trial, randomVoter, voteName, BadAnswer } = Harness;
  const { parse, stringify } = JSON;
  const calls = { propose: Harness.PROPOSE, vote_on: Harness.VOTE, decide: Harness.DECIDE };
  const MOST_AGENTS = 500;
  /** Counts a vote outside of this interpreter, and says whether the agent agrees with the others by now. */
  const cast = globalThis.__cast ?? (() => false);
  delete globalThis.__cast;
  const MOST_OUTPUT = 20_000;
  const agents = new Map();
  let line = null;
  let loop = null;
  let printed = "";

  Object.defineProperty(globalThis, "__on", {
    value(number) {
      loop = number;
    },
  });
  Object.defineProperty(globalThis, "__at", {
    value(number, value) {
      line = number;
      return value;
    },
  });

  function print(...values) {
    if (printed.length > MOST_OUTPUT) return;
    const word = (value) => (typeof value === "string" ? value : show(value));
    printed += `${values.map(word).join(" ")}\n`;
    if (printed.length > MOST_OUTPUT)
      printed = `${printed.slice(0, MOST_OUTPUT)}\n... the rest of the output was cut.\n`;
  }
  globalThis.print = print;
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };

  function takePrinted() {
    const text = printed;
    printed = "";
    return text;
  }

  /** Where the mistake happened, from the stack that the interpreter wrote. */
  function problemOf(error) {
    if (error instanceof BadAnswer) return { message: `${error.message}.`, line, kind: "answer" };
    const stack = String(error?.stack ?? "");
    const [, at] = /my_agent\.js:(\d+)/.exec(stack) ?? [];
    const message = error instanceof Error ? `${error.name}: ${error.message}` : `Uncaught ${show(error)}`;
    return { message: message.slice(0, 500), line: at ? Number(at) : null, kind: "runtime" };
  }

  /** Carries work out, and gives its result or the problem. What the interpreter itself stops gets past this. */
  function guarded(work) {
    line = null;
    takeAsked();
    let said;
    try {
      said = { value: work() };
    } catch (error) {
      // What the interpreter throws when memory or stack run out, the host tells better.
      if (error === null || error?.name === "InternalError") throw error;
      said = { problem: problemOf(error) };
    }
    said.printed = takePrinted();
    const asked = takeAsked();
    if (!asked) return stringify(said);
    // All of this happens again, with the answer.
    const [, at] = /my_agent\.js:(\d+)/.exec(asked.stack) ?? [];
    const { prompt, choices } = asked;
    return stringify({ asks: { prompt, choices, line: at ? Number(at) : null }, printed: "" });
  }

  function classOf(names, name, byzantine) {
    const honest = names.VotingAgent;
    if (typeof honest !== "function") throw new ReferenceError("the code defines no class VotingAgent");
    return byzantine ? (names.ByzantineAgent ?? randomVoter(honest)) : honest;
  }

  const fits = (answer, votes) => typeof answer === "string" && Object.hasOwn(votes, answer) && votes[answer] > 0;

  /** One call of an agent. */
  function ask(agent, question) {
    const { call, seed, dinner, round } = question;
    place(baseOf(seed, dinner), question.agent - 1, round, calls[call]);
    if (call === "propose") return agent.propose();
    if (call === "vote_on") return agent[voteName(agent.constructor)](question.proposals.slice());
    const answer = agent.decide({ ...question.votes });
    if (!fits(answer, question.votes) && typeof agent.update === "function") agent.update({ ...question.votes });
    return answer;
  }

  /** Answers a question. With `replay`, the agent is made anew and asked those questions before. */
  function answer(names, text) {
    const question = parse(text);
    const name = `${question.seed}/${question.dinner}/${question.agent}`;
    return guarded(() => {
      if (question.replay || !agents.has(name)) {
        if (agents.size >= MOST_AGENTS) agents.delete(agents.keys().next().value);
        place(baseOf(question.seed, question.dinner), question.agent - 1, 0, Harness.INIT);
        const made = classOf(names, "VotingAgent", question.byzantine);
        agents.set(name, new made(`Agent ${question.agent}`, question.first ?? question.preference));
        for (const earlier of question.replay ?? []) ask(agents.get(name), earlier);
        takePrinted();
      }
      line = null;
      const said = ask(agents.get(name), question);
      const none = (said === null || said === undefined) && question.call === "decide";
      if (typeof said !== "string" && !none)
        throw new BadAnswer(nameOf(names, question.call), question.agent - 1, said);
      return said ?? null;
    });
  }

  const nameOf = (names, call) => (call === "vote_on" ? voteName(names.VotingAgent) : call);

  /** Trials of one slice: for each its rounds (0: never), what was decided (places on the menu), and the votes. */
  function trials(names, text) {
    const told = parse(text);
    return guarded(() => {
      const setup = setUp(names, told);
      const done = [];
      let seed = told.from;
      try {
        for (; seed < told.from + told.count; seed += 1) {
          const ballots = told.votes ? [] : undefined;
          const [rounds, decided] = trial(setup, seed, ballots);
          const places = [];
          for (let i = 0; i < decided.length; i += 1) places[i] = setup.menu.indexOf(decided[i]);
          done[done.length] = ballots ? [rounds ?? 0, places, ballots] : [rounds ?? 0, places];
        }
      } catch (error) {
        if (error === null || error?.name === "InternalError") throw error;
        return { menu: setup.menu, done, problem: problemOf(error), bad: error instanceof BadAnswer };
      }
      return { menu: setup.menu, done };
    });
  }

  /** A value as the grader hears it: `is` says what it is. */
  function told(value) {
    if (value === null || value === undefined) return { is: "nothing" };
    if (typeof value === "string") return { is: "text", text: value };
    if (Number.isInteger(value)) return { is: "number", number: value };
    return { is: "other", text: show(value) };
  }

  const preferenceOf = (agent) => (typeof agent?.preference === "string" ? agent.preference : null);

  /** Makes agents and calls them in turn, for the grader: each step's answer, its line, and what it did to its argument. */
  function session(names, text) {
    const wanted = parse(text);
    const steps = [];
    return guarded(() => {
      try {
        const made = wanted.agents.map((one, number) => {
          place(baseOf(wanted.seed), one.place ?? number, 0, Harness.INIT);
          if (typeof names[one.class] !== "function")
            throw new ReferenceError(`the code defines no class ${one.class}`);
          return new names[one.class](`Agent ${(one.place ?? number) + 1}`, one.preference);
        });
        for (const step of wanted.steps) steps.push(oneStep(made[step.agent], step, wanted));
      } catch (error) {
        if (error === null || error?.name === "InternalError") throw error;
        return { steps, problem: problemOf(error) };
      }
      return { steps };
    });
  }

  function oneStep(agent, step, wanted) {
    const { call, given } = step;
    place(baseOf(step.seed ?? wanted.seed), step.place ?? step.agent, step.round, calls[call]);
    const mine = given && (Array.isArray(given) ? given.slice() : { ...given });
    // Who tries to change what is frozen is told on which line.
    if (step.frozen) Object.freeze(mine);
    line = null;
    const value = call === "vote_on" ? agent[voteName(agent.constructor)](mine) : agent[call](mine);
    const at = line;
    const changed = given !== undefined && stringify(mine) !== stringify(given);
    if (call === "decide" && !fits(value, given) && typeof agent.update === "function") agent.update({ ...given });
    return { answer: told(value), line: at, changed, preference: preferenceOf(agent) };
  }

  /**
   * An agent of the grader's: it votes for its own preference until a round, and then for the first proposal. Which round
   * that is, the grader alone knows, and counts.
   */
  class Scripted {
    #number;

    constructor(number, preference) {
      this.#number = number;
      this.agentId = `Agent ${number + 1}`;
      this.preference = preference;
      this.vote = null;
    }

    propose() {
      return this.preference;
    }

    voteOn(proposals) {
      this.vote = cast(this.#number) ? proposals[0] : this.preference;
      return this.vote;
    }

    update() {}

    vote_on(proposals) {
      return this.voteOn(proposals);
    }

    decide(votes) {
      const list = votes instanceof Map ? [...votes] : Object.entries(votes);
      const sum = list.reduce((all, [, count]) => all + count, 0);
      return list.find(([, count]) => count * 2 > sum)?.[0] ?? null;
    }
  }

  /** A person's own agent whose votes are counted. */
  function counted(made, number) {
    const vote = voteName(made);
    return class extends made {
      [vote](proposals) {
        cast(number);
        return super[vote](proposals);
      }
    };
  }

  /** Has the person's `measureRounds` measure agents that are counted: what it claims, and the votes really cast. */
  function measure(names, text) {
    const wanted = parse(text);
    return guarded(() => {
      const measureRounds = names.measureRounds;
      if (typeof measureRounds !== "function") {
        throw new ReferenceError("the code defines no function measureRounds(agents, maxRounds)");
      }
      const made = wanted.preferences.map((preference, number) => {
        place(baseOf(wanted.seed), number, 0, Harness.INIT);
        if (wanted.scripted) return new Scripted(number, preference);
        return new (counted(names.VotingAgent, number))(`Agent ${number + 1}`, preference);
      });
      place(baseOf(wanted.seed), 0, 1, Harness.PROPOSE);
      line = null;
      const claim = measureRounds(made, wanted.maxRounds);
      return { claim: told(claim), line };
    });
  }

  Harness.freeze();
  return {
    answer,
    learn: (text) => learn(parse(text)),
    trials,
    session,
    measure,
    takePrinted,
    loop: () => String(loop),
  };
})();
