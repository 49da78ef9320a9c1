"""The wheel beside what is on record."""

import json
import pickle
from pathlib import Path

import pytest

import consensus_playground as cp

TESTS = Path(__file__).parents[2] / "tests"
HASHES = dict(line.split() for line in (TESTS / "scenario-hashes.txt").read_text().splitlines())
FIRST = {protocol["id"]: protocol["firstScenario"] for protocol in cp.protocols()}


def scenario(name: str) -> str:
    """A scenario's text; that of a protocol's name is the protocol's first."""
    shared = TESTS / f"scenarios/{name}.scenario"
    return shared.read_text(encoding="utf-8") if shared.exists() else FIRST[name]


RAFT = scenario("raft")


@pytest.mark.parametrize("name", HASHES)
def test_a_scenario_leaves_the_trace_on_record(name: str) -> None:
    assert cp.run(scenario(name)).trace_hash == HASHES[name]
    playground = cp.Playground(scenario(name))
    playground.finish()
    assert playground.trace_hash() == HASHES[name]


def test_another_seed_is_another_run() -> None:
    one, other = cp.run(RAFT, seed=1), cp.run(RAFT, seed=2)
    assert (one.seed, other.seed) == (1, 2)
    assert one.trace_hash != other.trace_hash
    assert one == cp.run(RAFT, seed=1)


def test_outcomes_say_what_failed() -> None:
    run = cp.run("protocol raft\nreplicas 3\nrun 2s\nexpect leader\nexpect committed 5\n")
    assert [(outcome.line, outcome.verdict) for outcome in run.outcomes if outcome.text.startswith("expect")] == [
        (4, "ok"),
        (5, "failed"),
    ]
    assert not run.ok
    assert run.outcomes[-1].why


@pytest.mark.parametrize("work", [cp.run, cp.Playground, lambda text: cp.sweep(text, 10, workers=2)])
def test_mistakes_have_line_and_column(work) -> None:
    with pytest.raises(cp.ScenarioError) as caught:
        work("protocol raft\nreplicas three\n")
    assert (caught.value.line, caught.value.column) == (2, 10)
    assert "number" in caught.value.message
    assert isinstance(caught.value, ValueError)


def test_a_mistake_leaves_open_what_was() -> None:
    playground = cp.Playground(RAFT)
    with pytest.raises(cp.ScenarioError):
        playground.open("protocol nonsense")
    assert playground.open(RAFT)["protocol"] == "raft"
    with pytest.raises(ValueError, match="[0-9]"):
        playground.act("crash 99")
    with pytest.raises(RuntimeError, match="call open"):
        cp.Playground().step()


def test_time_travels() -> None:
    playground = cp.Playground(RAFT)
    end = playground.finish()
    whole, events = playground.trace_hash(), end["event"]
    playground.seek(events // 2)
    assert playground.trace_hash() != whole
    playground.seek(events)
    playground.finish()
    assert playground.trace_hash() == whole
    playground.seek(events // 2)
    playground.act("request put z 26")
    assert "put z 26" in playground.script()
    assert playground.undo() and playground.redo() and not playground.redo()
    assert not playground.switch_branch(999)
    assert playground.run("10ms")["now"] == playground.run(0)["now"]


def test_a_task_is_followed() -> None:
    playground = cp.Playground("protocol raft\nreplicas 3\n")
    assert playground.task() is None
    playground.set_task("goal leader\n")
    before = playground.task()
    playground.run("3s")
    assert before != playground.task()
    with pytest.raises(cp.ScenarioError):
        playground.set_task("goal nonsense")


def test_everything_is_shown() -> None:
    playground = cp.Playground(RAFT)
    playground.run("1s")
    events = playground.events(1, 5)
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5]
    assert playground.explain(1) is not None and playground.explain(10**6) is None
    assert len(playground.messages()) > 5
    flights = playground.frame()["flights"]
    assert len({len(column) for column in flights.values()}) == 1 and flights["id"]
    assert playground.flight(flights["id"][0]) is not None or flights["fate"][0] != 0
    assert playground.history() and playground.fold() and playground.population() is None
    lines = playground.export("ndjson").splitlines()
    assert all(json.loads(line) for line in lines) and len(lines) >= playground.step()["event"] - 1
    assert playground.export("shiviz")


def test_the_library_tells_of_itself() -> None:
    assert {"raft", "pbft"} <= {protocol["id"] for protocol in cp.protocols()}
    assert any(usage.startswith("crash") for usage in cp.act_usages())
    assert cp.read_scenario("protocol raft\nreplicas x\n")["errors"]
    lesson = next((TESTS.parent / "lessons").glob("01*.md"))
    assert not cp.check_lesson(lesson.read_text(encoding="utf-8"))["mistakes"]


def test_what_comes_back_can_be_sent_on() -> None:
    run = cp.run(RAFT)
    assert pickle.loads(pickle.dumps(run)) == run
