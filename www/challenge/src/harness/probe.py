"""What the page asks of a person's code, beyond the harness: single answers, lines of mistakes, sessions for the grader."""

import builtins
import contextlib
import gc
import io
import json
import os
import random
import signal
import sys

import harness

NAME = "my_agent"
FILE = NAME + ".py"
CALLS = {"propose": harness.PROPOSE, "vote_on": harness.VOTE, "decide": harness.DECIDE}
MOST_AGENTS = 500
MOST_OUTPUT = 20_000


class OutOfSteps(BaseException):
    """The budget of steps is used up."""


class Paper(io.StringIO):
    """Takes what is printed; of that, a limited part is told."""

    def take(self):
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text if len(text) <= MOST_OUTPUT else text[:MOST_OUTPUT] + "\n... the rest of the output was cut.\n"


PAPER = Paper()
plain_print = print


def quick_print(*values, sep=" ", end="\n", file=None, flush=False):
    """Prints at fewer steps: each str() of the plain one costs as many as fifty loops."""
    if file is not None or (sep or " ").__class__ is not str or (end or "").__class__ is not str:
        return plain_print(*values, sep=sep, end=end, file=file)
    texts = [value if value.__class__ is str else str(value) for value in values]
    PAPER.write((" " if sep is None else sep).join(texts) + ("\n" if end is None else end))


class Code:
    """The person's code, as it was loaded last."""

    source = ""
    names = {}
    agents = {}
    line = None


def line_of(frame):
    """The line of the person's code that a frame stands in or was called from."""
    while frame is not None:
        if frame.f_code.co_filename == FILE:
            return frame.f_lineno
        frame = frame.f_back
    return None


def tell(what, line, write=os.write):
    """Tells the worker a line: it reads what is written to the standard error, and hands no function of its own to Python."""
    try:
        write(2, f"{what} {line}\n".encode())
    except OSError:
        pass


def out_of_steps(_, frame):
    # The line is told before anything is raised: whoever catches even this is stopped from outside.
    tell("overdue", line_of(frame))
    raise OutOfSteps


def follow():
    """From now on, each line of the person's code is told before it runs: to find the one that never ends."""

    def trace(frame, event, _):
        if frame.f_code.co_filename != FILE:
            return None
        if event == "line":
            tell("step", frame.f_lineno)
        return trace

    sys.settrace(trace)


def note_return(frame, event, _):
    if event == "return" and frame.f_code.co_filename == FILE:
        Code.line = frame.f_lineno


def last_line(error):
    line, walked = None, error.__traceback__
    while walked is not None:
        if walked.tb_frame.f_code.co_filename == FILE:
            line = walked.tb_lineno
        walked = walked.tb_next
    return line


def problem_of(error):
    """A mistake as the page shows it."""
    kind, line, column = "runtime", last_line(error), None
    name = type(error).__name__
    message = harness.show(error)
    try:
        text = str(error)
        message = f"{name}: {text}" if text else name
    except Exception:
        pass
    if isinstance(error, SyntaxError) and error.filename == FILE:
        kind, line, column = "syntax", error.lineno, error.offset
        message = f"{name}: {error.msg}"
    elif isinstance(error, OutOfSteps):
        kind, message = "time", "This takes too many steps: a loop that never ends?"
    elif isinstance(error, MemoryError):
        kind, message = "memory", "MemoryError: the memory (128 MB) is used up."
    elif isinstance(error, harness.BadAnswer):
        kind, message, line = "answer", str(error) + ".", Code.line
    elif isinstance(error, RecursionError):
        message = "RecursionError: a function calls itself without end."
    # A mistake that the code made up may say anything of its place.
    line, column = [place if type(place) is int and place > 0 else None for place in (line, column)]
    return {"message": message[:500], "line": line, "column": column, "kind": kind}


def guarded(work):
    """Carries work out, and gives its result or the problem, as JSON, with what was printed."""
    Code.line = None
    said = {}
    harness.ASKED.clear()
    sys.stdout = sys.stderr = PAPER
    try:
        said["value"] = work()
    except BaseException as error:
        said["problem"] = problem_of(error)
    finally:
        sys.setprofile(None)
    try:
        said["printed"] = PAPER.take()
        if harness.ASKED:
            # All of this happens again, with the answer.
            return json.dumps({"asks": harness.ASKED[0], "printed": ""})
        return json.dumps(said)
    except BaseException as error:
        # The steps may be used up in the very last moment, or the memory; then this is all there is to tell.
        return json.dumps({"problem": problem_of(error), "printed": ""})


def learn(text):
    """Takes a model's answers over."""
    harness.learn(json.loads(text))
    return json.dumps({"value": None, "printed": ""})


def load_code(source):
    def work():
        Code.source, Code.names, Code.agents = source, {}, {}
        Code.names = harness.load(source, NAME)
        if not isinstance(Code.names.get("VotingAgent"), type):
            raise NameError("the code defines no class VotingAgent")

    return guarded(work)


def class_of(byzantine):
    honest = Code.names.get("VotingAgent")
    if honest is None:
        raise NameError("the code defines no class VotingAgent")
    return (Code.names.get("ByzantineAgent") or harness.random_voter(honest)) if byzantine else honest


def place(seed, dinner, agent, number, call):
    harness.CHANCE.start(harness.key_of(harness.base_of(int(seed), dinner), agent, number, call))


def ask(agent, question):
    """One call of an agent; the line that returned its answer is noted."""
    call = question["call"]
    place(question["seed"], question["dinner"], question["agent"] - 1, question["round"], CALLS[call])
    if call == "propose":
        return agent.propose()
    if call == "vote_on":
        return agent.vote_on(list(question["proposals"]))
    answer = agent.decide(dict(question["votes"]))
    # As in a trial: what was not voted for is no consensus.
    if answer not in question["votes"] and hasattr(agent, "update"):
        agent.update(dict(question["votes"]))
    return answer


def answer(text):
    """Answers a question. With `replay`, the agent is made anew and asked those questions before."""
    question = json.loads(text)
    name = f"{question['seed']}/{question['dinner']}/{question['agent']}"

    def work():
        agents = Code.agents
        if "replay" in question or name not in agents:
            if len(agents) >= MOST_AGENTS:
                agents.pop(next(iter(agents)))
            place(question["seed"], question["dinner"], question["agent"] - 1, 0, harness.INIT)
            first = question.get("first", question["preference"])
            agents[name] = class_of(question.get("byzantine"))(f"Agent {question['agent']}", first)
            for earlier in question.get("replay", ()):
                ask(agents[name], earlier)
            PAPER.take()
        sys.setprofile(note_return)
        said = ask(agents[name], question)
        sys.setprofile(None)
        if not (said.__class__ is str or said is None and question["call"] == "decide"):
            raise harness.BadAnswer(question["call"], question["agent"] - 1, said)
        return said

    return guarded(work)


def trials(text):
    """Trials of one slice: for each its rounds (0: never), what was decided (places on the menu), and the votes."""
    told = json.loads(text)

    def work():
        setup = harness.Setup(Code.names, told["agents"], told["preferences"], told["byzantine"], told["maxRounds"])
        places = {name: place for place, name in enumerate(setup.menu)}
        done, at = [], told["from"]
        try:
            for at in range(told["from"], told["from"] + told["count"]):
                ballots = [] if told.get("votes") else None
                rounds, decided = harness.trial(setup, at, ballots)
                row = [rounds or 0, [places.get(name, -1) for name in decided]]
                done.append(row if ballots is None else [*row, ballots])
            return {"menu": setup.menu, "done": done}
        except BaseException as error:
            if isinstance(error, harness.BadAnswer):
                find_line(setup, at)
            return {"menu": setup.menu, "done": done, "problem": problem_of(error)}

    return guarded(work)


def find_line(setup, seed):
    """Runs a trial with a bad answer again, to note the line that gave it."""
    sys.setprofile(note_return)
    try:
        harness.trial(setup, seed)
    except harness.BadAnswer:
        pass
    finally:
        sys.setprofile(None)


def told_value(value):
    """A value as the grader hears it: `is` says what it is."""
    if value is None:
        return {"is": "nothing"}
    if value.__class__ is str:
        return {"is": "text", "text": value}
    if value.__class__ is int:
        return {"is": "number", "number": value}
    return {"is": "other", "text": harness.show(value)}


def preference_of(agent):
    value = getattr(agent, "preference", None)
    return value if isinstance(value, str) else None


def session(text):
    """Makes agents and calls them in turn, for the grader: each step's answer, its line, and what it did to its argument."""
    told = json.loads(text)
    steps = []

    def work():
        # Fresh names, so that nothing is left of other sessions; what the code prints was heard when it was loaded.
        names = harness.load(Code.source, NAME)
        PAPER.take()
        agents = []
        try:
            for number, one in enumerate(told["agents"]):
                place(told["seed"], 1, one.get("place", number), 0, harness.INIT)
                made = names.get(one["class"])
                if not isinstance(made, type):
                    raise NameError(f"the code defines no class {one['class']}")
                agents.append(made(f"Agent {one.get('place', number) + 1}", one["preference"]))
            for step in told["steps"]:
                agent = agents[step["agent"]]
                steps.append(one_step(agent, step, told))
        except BaseException as error:
            return {"steps": steps, "problem": problem_of(error)}
        return {"steps": steps}

    return guarded(work)


def frozen(given):
    """A list or dict that can't be changed: who tries is told on which line."""

    def refuse(self, *given, **named):
        raise TypeError("this must not be changed")

    changing = "__setitem__ __delitem__ __iadd__ __imul__ __ior__ append clear extend insert pop popitem remove reverse setdefault sort update"
    kind = type(given)
    return type(kind.__name__, (kind,), {name: refuse for name in changing.split() if hasattr(kind, name)})(given)


def one_step(agent, step, told):
    call, given = step["call"], step.get("given")
    place(step.get("seed", told["seed"]), 1, step.get("place", step["agent"]), step["round"], CALLS[call])
    mine = given.copy() if given is not None else None
    if step.get("frozen"):
        mine = frozen(mine)
    Code.line = None
    sys.setprofile(note_return)
    try:
        value = agent.propose() if call == "propose" else getattr(agent, call)(mine)
    finally:
        sys.setprofile(None)
    line = Code.line
    changed = given is not None and (mine != given or list(mine) != list(given))
    if call == "decide" and (value is None or value not in given) and hasattr(agent, "update"):
        agent.update(given.copy())
    return {"answer": told_value(value), "line": line, "changed": changed, "preference": preference_of(agent)}


def cast(number, read=os.read):
    """Counts a vote outside of this interpreter, and says whether the agent agrees with the others by now."""
    tell("cast", number)
    return read(0, 1) == b"1"


class Scripted:
    """An agent of the grader's: it votes for its own preference until a round, and then for the first proposal. Which round
    that is, the grader alone knows, and counts."""

    def __init__(self, number, preference):
        self.agent_id, self.preference, self.vote = f"Agent {number + 1}", preference, None
        self.number = number

    def propose(self):
        return self.preference

    def vote_on(self, proposals):
        self.vote = proposals[0] if cast(self.number) else self.preference
        return self.vote

    def update(self, votes):
        pass

    def decide(self, votes):
        winner = max(votes, key=votes.get)
        return winner if votes[winner] * 2 > sum(votes.values()) else None


def counted(made, number):
    """A person's own agent whose votes are counted."""

    class Counted(made):
        def vote_on(self, proposals):
            cast(number)
            return super().vote_on(proposals)

    Counted.__name__ = made.__name__
    return Counted


def measure(text):
    """Has the person's `measure_rounds` measure agents that are counted: what it claims, and the votes really cast."""
    told = json.loads(text)

    def work():
        names = harness.load(Code.source, NAME)
        PAPER.take()
        function = names.get("measure_rounds")
        if not callable(function):
            raise NameError("the code defines no function measure_rounds(agents, max_rounds)")
        agents = []
        for number, preference in enumerate(told["preferences"]):
            place(told["seed"], 1, number, 0, harness.INIT)
            if told["scripted"]:
                agents.append(Scripted(number, preference))
            else:
                agents.append(counted(names["VotingAgent"], number)(f"Agent {number + 1}", preference))
        place(told["seed"], 1, 0, 1, harness.PROPOSE)
        sys.setprofile(note_return)
        claim = function(agents, told["maxRounds"])
        sys.setprofile(None)
        return {"claim": told_value(claim), "line": Code.line}

    return guarded(work)


def lines(names):
    """The line on which each class or function of the code begins, for mistakes that no single line made."""
    found = {}
    try:
        import ast

        for node in ast.walk(ast.parse(Code.source)):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found.setdefault(node.name, node.lineno)
    except Exception:
        pass
    return json.dumps({"value": {name: found.get(name) for name in json.loads(names)}, "printed": ""})


# What Pyodide is made of: each of these leads to JavaScript, whose arrays no limit counts.
PYODIDE = ("js", "pyodide", "_pyodide", "_pyodide_core", "pyodide_js")
# Built-in modules that reach into memory, start processes, or are there to test Python itself.
UNSAFE = ("_ctypes", "_posixsubprocess", "_remote_debugging", "_interpreters", "_xxtestfuzz", "faulthandler", "mmap", "xxsubtype", *PYODIDE)


def warm():
    """Imports all built-in modules that a person's code may use: later none can be made any more."""
    for name in sys.builtin_module_names:
        if name not in UNSAFE and not name.startswith("_test"):
            # Some belong to parts of the library that are not here.
            with contextlib.suppress(ImportError):
                __import__(name)


def of_pyodide(name):
    return isinstance(name, str) and name.split(".")[0] in PYODIDE


def leads_out(thing):
    """Whether this is JavaScript's, or makes something that is."""
    kind = type(thing)
    if kind.__name__ == "JsProxy" or kind.__name__.endswith("JsMethod"):
        return True
    return kind is type(len) and of_pyodide(getattr(thing, "__module__", None))


def no_loop(*_, **__):
    raise RuntimeError("asyncio.run does not work here: nothing runs beside your code")


def close_doors():
    """Takes away what leads out of Python. There is nothing to reach there, and this says so at once; nor is there a way
    to the memory of JavaScript, by the modules, by `gc`, or by making a module anew."""
    import _imp
    import asyncio

    asyncio._set_running_loop(None)
    asyncio.run = no_loop
    sys.set_asyncgen_hooks(None, None)
    sys.excepthook = sys.__excepthook__
    for one in sys.meta_path:
        getattr(one, "jsproxies", {}).clear()
    # Some are classes and some are objects; both say where they come from.
    sys.meta_path[:] = [one for one in sys.meta_path if not of_pyodide(one.__module__)]
    for name in [name for name in sys.modules if of_pyodide(name)]:
        del sys.modules[name]
    for name in ("create_builtin", "exec_builtin", "create_dynamic", "exec_dynamic"):
        delattr(_imp, name)
    # A module's names outlive it: in its functions, and in the copy from which it would be made again.
    for names in [one for one in gc.get_objects() if type(one) is dict and of_pyodide(one.get("__name__"))]:
        names.clear()
    del names
    gc.collect()
    if any(map(leads_out, gc.get_objects())):
        raise RuntimeError("something still leads out of Python")
    signal.signal(signal.SIGINT, out_of_steps)
    sys.setrecursionlimit(min(sys.getrecursionlimit(), 1000))


builtins.print = quick_print
random.seed(0)
harness.freeze()
