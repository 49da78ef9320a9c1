"""Sweeps: the same statistics, whoever worked."""

import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import consensus_playground as cp

#: A small run whose outcome depends on its seed.
TEXT = """protocol raft
replicas 3
network latency 5ms..120ms loss 20%
run 600ms
expect leader
"""
MANY = 100_000


def as_bytes(statistics: cp.Statistics) -> bytes:
    return repr(statistics).encode()


@pytest.fixture(scope="module")
def alone() -> cp.Statistics:
    return cp.sweep_range(TEXT, 0, 3_001)


def test_each_figure_is_that_of_the_runs() -> None:
    runs = [cp.run(TEXT, seed) for seed in range(200, 260)]
    swept = cp.sweep(TEXT, range(200, 260), workers=2, chunk=7)
    assert swept.runs == 60
    assert swept.trace_sum == sum(int(run.trace_hash, 16) for run in runs) % 2**64
    assert swept.failed == sum(not run.ok for run in runs)
    assert 0 < swept.failed < 60
    assert swept.total("events") == sum(run.events for run in runs)
    assert swept.mean("messages") * 60 == sum(run.messages for run in runs)
    assert [failure.seed for failure in swept.failures] == [run.seed for run in runs if not run.ok][:20]
    assert swept.quantile("events", 0.5) == sorted(run.events for run in runs)[29]
    events = [run.events for run in runs]
    assert swept.variance("events") * 60**2 == 60 * sum(n * n for n in events) - sum(events) ** 2


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("chunk", [1_000, 77])
def test_threads_change_nothing(alone: cp.Statistics, workers: int, chunk: int) -> None:
    assert as_bytes(cp.sweep(TEXT, 3_001, workers=workers, chunk=chunk)) == as_bytes(alone)


def test_order_changes_nothing(alone: cp.Statistics) -> None:
    first, second, third = (cp.sweep_range(TEXT, 0, 1), cp.sweep_range(TEXT, 1, 2_000), cp.sweep_range(TEXT, 2_001, 1_000))
    assert as_bytes(third + (first + second)) == as_bytes((second + third) + first) == as_bytes(alone)
    assert as_bytes(pickle.loads(pickle.dumps(alone)) + cp.Statistics()) == as_bytes(alone)


def test_processes_change_nothing(alone: cp.Statistics) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert as_bytes(cp.sweep(TEXT, 3_001, executor=processes)) == as_bytes(alone)


def test_dask_changes_nothing(alone: cp.Statistics) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        assert as_bytes(cp.sweep(TEXT, 3_001, executor=client)) == as_bytes(alone)


def test_what_can_not_be_swept_is_said() -> None:
    for wrong in (dict(seeds=range(0, 10, 2)), dict(seeds=range(-3, 3)), dict(seeds=5, workers=0), dict(seeds=5, chunk=0)):
        with pytest.raises(ValueError):
            cp.sweep(TEXT, **wrong)
    assert cp.sweep(TEXT, 0) == cp.Statistics()


def test_many_seeds_by_one_and_by_two(capsys: pytest.CaptureFixture[str]) -> None:
    rates, sums = [], []
    for workers in (1, 2):
        began = time.perf_counter()
        sums.append(cp.sweep(TEXT, MANY, workers=workers))
        rates.append(MANY / (time.perf_counter() - began))
    assert sums[0].runs == MANY
    assert as_bytes(sums[0]) == as_bytes(sums[1])
    with capsys.disabled():
        one, two = rates
        print(f"\n{MANY} seeds: {one:,.0f} a second by 1 worker, {two:,.0f} by 2, {two / one:.2f} times; {sums[0]}")
