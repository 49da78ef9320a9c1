"""Runs a restaurant vote many times over, without a network: the page and a desktop get the same numbers.

    python harness.py my_agent.py --agents 6 --preferences Pizza,Sushi,Tacos --trials 1000

`my_agent.py` defines `class VotingAgent` (and `class ByzantineAgent`, if there are to be some). One trial goes like
this: in each round every agent proposes, then votes on all proposals (in the order of the agents), then decides on the
tally (restaurants in the order in which agents voted for them). `decide` returns None while there is no consensus;
then `update(votes)` is called where the agent has it. An agent that has decided stands by that: it is its proposal and
its vote in all later rounds. A trial ends when all agents that are not Byzantine have decided, or after `--max-rounds`.

An agent may call `ask(prompt, choices)`: it gives the choice that a language model made. The page puts the question to
the model that a person chose there; here, answers come from a recording that the page wrote: `--answers answers.json`.

Chance comes from the seed: `random` starts afresh for each (seed, dinner, agent, round, call), so that no answer
depends on the order of calls. Time stands still.
"""

import builtins
import datetime
import json
import os
import random
import sys
import time
import types

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
INIT, PROPOSE, VOTE, DECIDE = range(4)
NOW = 1_700_000_000.0


def mix(z):
    """64 well-mixed bits of 64 (Wang's hash for integers, 2007): by shifts and sums, for large products are slow here."""
    z = (~z + (z << 21)) & MASK
    z ^= z >> 24
    z = (z + (z << 3) + (z << 8)) & MASK
    z ^= z >> 14
    z = (z + (z << 2) + (z << 4)) & MASK
    z ^= z >> 28
    return (z + (z << 31)) & MASK


class Chance(random.Random):
    """What stands behind the module `random`: a generator that is started again at no cost, by setting `key` to another."""

    key = 0
    begun = None
    state = 0

    def draw(self):
        if self.begun != self.key:
            self.begun = self.key
            self.state = mix(self.key & MASK)
            return self.state
        self.state = (self.state + STEP) & MASK
        return mix(self.state)

    def start(self, key):
        """Starts with this key again, even where it is the same."""
        self.key, self.begun = key, None

    def _randbelow(self, n):
        # Uneven by less than n in 2**64: no count of trials could show it.
        return self.draw() * n >> 64

    def choice(self, seq):
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self.draw() * len(seq) >> 64]

    def random(self):
        return (self.draw() >> 11) * 2.0**-53

    def getrandbits(self, k):
        if 0 < k <= 64:
            return self.draw() >> (64 - k)
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        bits = 0
        for _ in range((k + 63) // 64):
            bits = bits << 64 | self.draw()
        return bits >> (-k % 64)

    def randbytes(self, n):
        return self.getrandbits(n * 8).to_bytes(n, "little")

    def gauss(self, mu=0.0, sigma=1.0):
        self.gauss_next = None
        return super().gauss(mu, sigma)

    def seed(self, a=None, version=2):
        """A seed of the agent's own counts; without one, it goes on by the trial's."""
        self.gauss_next = None
        self.start(mix(self.key ^ STEP) if a is None else random.Random(a).getrandbits(64))

    def getstate(self):
        return (self.key, self.begun, self.state)

    def setstate(self, state):
        self.key, self.begun, self.state = state


CHANCE = Chance(0)


class Asking(BaseException):
    """Stops a call whose question to a model has no answer yet; once it has, the call is made again from its start."""


ANSWERS = {}
ASKED = []
MOST_CHOICES, MOST_PROMPT = 50, 10_000


def ask(prompt, choices):
    """The one of the choices that a language model made, for this prompt."""
    choices = [str(choice) for choice in choices]
    prompt = str(prompt)
    if not 0 < len(choices) <= MOST_CHOICES:
        raise ValueError(f"ask needs 1 to {MOST_CHOICES} choices, not {len(choices)}")
    if len(prompt) > MOST_PROMPT:
        raise ValueError(f"ask takes a prompt of at most {MOST_PROMPT} letters, not {len(prompt)}")
    known = ANSWERS.get((prompt, *choices))
    if known is not None:
        return known
    # Noted, for code that catches everything goes on without an answer.
    ASKED.append({"prompt": prompt, "choices": choices, "line": sys._getframe(1).f_lineno})
    raise Asking(f"nothing recorded answers: {prompt}")


def learn(answers):
    """Takes answers over: pairs of the JSON text of [prompt, *choices] and the choice."""
    for name, answer in answers:
        ANSWERS[tuple(json.loads(name))] = answer


def base_of(seed, dinner=1):
    return mix((mix(seed & MASK) + dinner) & MASK)


def key_of(base, agent, round, call):
    """What an agent's (from 0) chance starts with in a call: see `trial`."""
    return base + (round << 16) + (call << 8) + agent


def freeze():
    """Chance by the seed, and a clock that stands still; and `ask` without any import."""
    builtins.ask = ask
    for name in dir(CHANCE):
        if not name.startswith("_") and callable(getattr(random, name, None)) and not isinstance(getattr(random, name), type):
            setattr(random, name, getattr(CHANCE, name))
    random._inst = CHANCE
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        if hasattr(time, name):
            setattr(time, name, lambda: NOW)
            setattr(time, name + "_ns", lambda: int(NOW) * 10**9)
    time.sleep = lambda seconds: None

    class Datetime(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(NOW, tz or datetime.timezone.utc).replace(tzinfo=tz)

        @classmethod
        def utcnow(cls):
            return cls.now()

        @classmethod
        def today(cls):
            return cls.now()

    class Date(datetime.date):
        @classmethod
        def today(cls):
            return Datetime.now().date()

    datetime.datetime, datetime.date = Datetime, Date


class BadAnswer(Exception):
    """An answer that is none: what was asked is `call`."""

    def __init__(self, call, agent, answer):
        self.call, self.agent = call, agent
        wanted = "a restaurant's name or None" if call == "decide" else "a restaurant's name"
        super().__init__(f"{call} returned {show(answer)}, not {wanted}")


def show(value):
    """A short repr that can't fail."""
    try:
        text = repr(value)
    except Exception:
        text = f"an object of class {type(value).__name__}"
    return text if len(text) <= 80 else text[:77] + "..."


def random_voter(voting_agent):
    """What a Byzantine agent is where the code defines none: it votes for any proposal."""

    class RandomVoter(voting_agent):
        def vote_on(self, proposals):
            return random.choice(proposals)

    return RandomVoter


class Setup:
    """Who votes: agent i (from 1) prefers `preferences[i - 1]`, over again after the last."""

    def __init__(self, namespace, agents=5, preferences=("Pizza", "Sushi", "Tacos", "Curry", "Ramen"), byzantine=(), max_rounds=50):
        if "VotingAgent" not in namespace:
            raise NameError("the code defines no class VotingAgent")
        honest = namespace["VotingAgent"]
        liar = namespace.get("ByzantineAgent") or random_voter(honest)
        self.preferences = [preferences[i % len(preferences)] for i in range(agents)]
        self.menu = list(dict.fromkeys(self.preferences))
        self.classes = [liar if i + 1 in byzantine else honest for i in range(agents)]
        self.honest = [i for i in range(agents) if i + 1 not in byzantine]
        self.max_rounds = max_rounds


def trial(setup, seed, ballots=None):
    """One trial: the rounds it took (None: no consensus) and what each agent decided. Adds each round's votes to `ballots`."""
    chance, menu, honest = CHANCE, setup.menu, setup.honest
    base = base_of(seed)
    # The same seed may be tried again: whatever comes first starts afresh.
    chance.begun = None
    agents, updates = [], None
    for i, preference in enumerate(setup.preferences):
        chance.key = base + i
        agents.append(setup.classes[i](f"Agent {i + 1}", preference))
    decided = [None] * len(agents)
    for number in range(1, setup.max_rounds + 1):
        key = base + (number << 16) + (PROPOSE << 8)
        proposals = []
        for i, agent in enumerate(agents):
            answer = decided[i]
            if answer is None:
                chance.key = key + i
                answer = agent.propose()
                if answer.__class__ is not str:
                    raise BadAnswer("propose", i, answer)
            if answer in menu:
                proposals.append(answer)
        key = base + (number << 16) + (VOTE << 8)
        tally, votes = {}, []
        for i, agent in enumerate(agents):
            answer = decided[i]
            if answer is None:
                chance.key = key + i
                answer = agent.vote_on(proposals[:])
                if answer.__class__ is not str:
                    raise BadAnswer("vote_on", i, answer)
            if answer in proposals:
                tally[answer] = tally.get(answer, 0) + 1
                votes.append(answer)
            else:
                votes.append(None)
        if ballots is not None:
            ballots.append(votes)
        key = base + (number << 16) + (DECIDE << 8)
        for i, agent in enumerate(agents):
            if decided[i] is None:
                chance.key = key + i
                answer = agent.decide(tally.copy())
                if answer is not None and answer.__class__ is not str:
                    raise BadAnswer("decide", i, answer)
                if answer in tally:
                    decided[i] = answer
                else:
                    if updates is None:
                        updates = [getattr(agent, "update", None) for agent in agents]
                    if updates[i] is not None:
                        updates[i](tally.copy())
        for i in honest:
            if decided[i] is None:
                break
        else:
            return number, decided
    return None, decided


def load(source, name):
    """Runs a person's code as a module of its own, and gives its names."""
    module = types.ModuleType(name)
    module.__file__ = name + ".py"
    sys.modules[name] = module
    CHANCE.start(0)
    exec(compile(source, name + ".py", "exec"), module.__dict__)
    return module.__dict__


def main(arguments):
    import argparse

    parser = argparse.ArgumentParser(description="Runs a restaurant vote many times over.")
    parser.add_argument("file", help="the code with class VotingAgent")
    parser.add_argument("--agents", type=int, default=5)
    parser.add_argument("--preferences", default="Pizza,Sushi,Tacos,Curry,Ramen", help="separated by commas")
    parser.add_argument("--byzantine", default="", help="which agents are Byzantine, such as 4,5")
    parser.add_argument("--max-rounds", type=int, default=50)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the first trial's; each further one has the next")
    parser.add_argument("--answers", help="what a model answered, as the page has recorded it")
    parser.add_argument("--json", action="store_true", help="prints [seed, rounds, decided] of each trial")
    told = parser.parse_args(arguments)
    byzantine = [int(number) for number in told.byzantine.split(",") if number]
    with open(told.file, encoding="utf-8") as file:
        source = file.read()
    if told.answers:
        with open(told.answers, encoding="utf-8") as file:
            learn(json.load(file)["answers"])
    freeze()
    sys.path.insert(0, os.path.dirname(os.path.abspath(told.file)))
    setup = Setup(load(source, "my_agent"), told.agents, told.preferences.split(","), byzantine, told.max_rounds)
    results = [(seed, *trial(setup, seed)) for seed in range(told.seed, told.seed + told.trials)]
    if told.json:
        return print(json.dumps(results))
    counts = {}
    for _, rounds, _ in results:
        counts[rounds] = counts.get(rounds, 0) + 1
    for rounds in sorted(counts, key=lambda rounds: (rounds is None, rounds)):
        name = "never" if rounds is None else f"{rounds} round{'s' if rounds > 1 else ''}"
        print(f"{name:>10} {counts[rounds]:>7} {'#' * round(50 * counts[rounds] / len(results))}")


if __name__ == "__main__":
    # Sets of names have the same order everywhere only if their hashes are not salted: that is settled at the start.
    if os.environ.get("PYTHONHASHSEED") != "0":
        import subprocess

        sys.exit(subprocess.run([sys.executable, *sys.argv], env={**os.environ, "PYTHONHASHSEED": "0"}).returncode)
    main(sys.argv[1:])
