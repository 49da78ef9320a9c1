"""Consensus Playground: agents that agree, run by one deterministic core.

Everything is a function of a scenario's text and its seed, so a run in Python is the run on the page::

    import consensus_playground as cp

    text = "protocol raft\\nreplicas 5\\nat 1s crash leader\\nrun 3s\\nexpect leader\\n"
    print(cp.run(text, seed=7).trace_hash)
    print(cp.sweep(text, 1000, workers=2))

Times are virtual microseconds. What :class:`Playground` shows are the same structures as in JavaScript, as dictionaries with the same
keys. ``consensus_playground.widget`` shows a playground in a notebook.
"""

from ._engine import Playground, ScenarioError, __version__, act_usages, check_lesson, read_scenario
from ._engine import all_protocols as protocols
from ._runs import Failure, Outcome, Run, Statistics, run, sweep, sweep_range

__all__ = [
    "Failure",
    "Outcome",
    "Playground",
    "Run",
    "ScenarioError",
    "Statistics",
    "__version__",
    "act_usages",
    "check_lesson",
    "protocols",
    "read_scenario",
    "run",
    "sweep",
    "sweep_range",
]
