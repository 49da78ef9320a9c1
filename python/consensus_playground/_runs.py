"""Runs without anyone watching, and sweeps over seeds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, Protocol

from . import _engine

#: How many seeds are named for which something failed.
MOST_NAMED = 20
#: How many seeds a worker takes at once: a few hundredths of a second.
CHUNK = 500


@dataclass(frozen=True)
class Outcome:
    """What became of a line of a scenario."""

    line: int
    text: str
    #: ``ok``, ``failed``, ``undecided`` or ``unreached``.
    verdict: str
    #: What was seen, where that needs saying.
    why: str


@dataclass(frozen=True)
class Run:
    """A run that came to its end."""

    protocol: str
    title: str
    seed: int
    #: The virtual time at its end, in microseconds.
    now: int
    events: int
    messages: int
    #: Messages between different replicas: what the papers count.
    between_replicas: int
    requests: int
    answered: int
    decided: int
    #: A hash over all that happened and all that is: 16 hexadecimal digits, the same natively, in wasm and in Python.
    trace_hash: str
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """Whether every line was carried out and every expectation held."""
        return all(outcome.verdict == "ok" for outcome in self.outcomes)


@dataclass(frozen=True, order=True)
class Failure:
    """The first line of a run that failed, or was not decided."""

    seed: int
    line: int
    why: str


@dataclass(frozen=True)
class Statistics:
    """What came of many runs, in whole numbers.

    Two of them add up by ``+``. However the seeds were shared out, the sum is the same to the last bit.
    """

    runs: int = 0
    #: Runs in which an expectation failed or a line was not reached.
    failed: int = 0
    #: Runs in which nothing failed, but something could not be decided.
    undecided: int = 0
    #: The sum of all traces' hashes, modulo 2**64.
    trace_sum: int = 0
    #: For ``now``, ``events``, ``messages``, ``between_replicas``, ``answered`` and ``decided``: how many runs had which value.
    counts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    #: For each line of the script how often it was ok, failed, undecided, unreached.
    lines: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)
    #: The failures with the lowest seeds, 20 at most.
    failures: tuple[Failure, ...] = ()
    #: The undecided with the lowest seeds, 20 at most.
    open: tuple[Failure, ...] = ()

    def __add__(self, other: Statistics) -> Statistics:
        if not isinstance(other, Statistics):
            return NotImplemented
        names = sorted({*self.counts, *other.counts})
        lines = sorted({*self.lines, *other.lines})
        none = (0, 0, 0, 0)
        return Statistics(
            runs=self.runs + other.runs,
            failed=self.failed + other.failed,
            undecided=self.undecided + other.undecided,
            trace_sum=(self.trace_sum + other.trace_sum) % 2**64,
            counts={name: _added(self.counts.get(name, {}), other.counts.get(name, {})) for name in names},
            lines={
                line: tuple(a + b for a, b in zip(self.lines.get(line, none), other.lines.get(line, none), strict=True))
                for line in lines
            },  # type: ignore[arg-type]
            failures=tuple(sorted(self.failures + other.failures)[:MOST_NAMED]),
            open=tuple(sorted(self.open + other.open)[:MOST_NAMED]),
        )

    def total(self, name: str) -> int:
        """The sum of a figure over all runs."""
        return sum(value * runs for value, runs in self.counts[name].items())

    def mean(self, name: str) -> Fraction:
        """The mean of a figure, exactly."""
        return Fraction(self.total(name), self.runs)

    def variance(self, name: str) -> Fraction:
        """The variance of a figure over these runs, exactly."""
        squares = sum(value * value * runs for value, runs in self.counts[name].items())
        return Fraction(squares, self.runs) - self.mean(name) ** 2

    def quantile(self, name: str, share: float | Fraction) -> int:
        """The least value that at least this share of the runs does not pass."""
        wanted, seen = Fraction(share) * self.runs, 0
        for value, runs in sorted(self.counts[name].items()):
            seen += runs
            if seen >= wanted:
                return value
        raise ValueError("a share is a number from 0 to 1, of at least one run")

    def __str__(self) -> str:
        return f"{self.runs} seeds, {self.failed} failed, {self.undecided} not decided"


class Executor(Protocol):
    """Who carries work out: an executor of ``concurrent.futures``, or a ``Client`` of ``dask.distributed``."""

    def submit(self, work: Any, /, *arguments: Any) -> Any:
        """Begins the work, and returns a future with a method ``result``."""


def run(text: str, seed: int | None = None) -> Run:
    """Carries a scenario out to its end, with another seed where one is given. Raises :class:`ScenarioError`."""
    ended = _engine.carry_out(text, seed)
    return Run(**{**ended, "outcomes": tuple(Outcome(**outcome) for outcome in ended["outcomes"])})


def sweep_range(text: str, first: int, count: int) -> Statistics:
    """Carries a scenario out for each of ``count`` seeds from ``first`` on, in this process and thread.

    All of :func:`sweep` is this, over ranges; any engine that carries functions out can do the same, and add up what comes back.
    """
    sums = _engine.carry_out_seeds(text, first, count)
    lines = {line: tuple(verdicts) for line, verdicts in sums["lines"].items()}
    named = {name: tuple(Failure(*failure) for failure in sums[name]) for name in ("failures", "open")}
    return Statistics(**{**sums, "lines": lines, **named})


def sweep(
    text: str, seeds: int | range, workers: int | None = None, executor: Executor | None = None, chunk: int = CHUNK
) -> Statistics:
    """Carries a scenario out for many seeds and adds up what came of it. Raises :class:`ScenarioError`.

    ``seeds`` is a number, for the seeds from 0 on, or a ``range`` without gaps. ``workers`` threads share them out, as many as there are
    cores unless it is said: the core lets other threads go on. With an ``executor`` it is that which works, such as a
    ``ProcessPoolExecutor`` or a ``Client`` of ``dask.distributed`` with workers on other machines. ``chunk`` seeds are one piece of work.
    """
    seeds = range(seeds) if isinstance(seeds, int) else seeds
    if seeds.step != 1:
        raise ValueError("seeds are a range without gaps")
    if seeds and not 0 <= seeds.start < seeds.stop <= 2**64:
        raise ValueError("seeds are whole numbers from 0 to 2**64 - 1")
    if chunk < 1 or (workers is not None and workers < 1):
        raise ValueError("workers and chunk are whole numbers from 1 on")
    _engine.carry_out_seeds(text, 0, 0)  # a mistake is told before anyone is sent to work
    pieces = [(text, first, min(chunk, seeds.stop - first)) for first in range(seeds.start, seeds.stop, chunk)]
    if executor is not None:
        return _sum(future.result() for future in [executor.submit(sweep_range, *piece) for piece in pieces])
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        return _sum(sweep_range(*piece) for piece in pieces)
    with ThreadPoolExecutor(workers) as threads:
        return _sum(threads.map(lambda piece: sweep_range(*piece), pieces))


def _sum(parts: Iterator[Statistics] | Any) -> Statistics:
    return reduce(Statistics.__add__, parts, Statistics())


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {value: one.get(value, 0) + other.get(value, 0) for value in sorted({*one, *other})}
