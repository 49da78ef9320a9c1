"""The compiled core."""

from typing import Any, Literal, final

__version__: str

class ScenarioError(ValueError):
    """What a malformed scenario or task raises."""

    line: int
    """The line, from 1."""
    column: int
    """The column, from 1, in characters."""
    message: str
    """What was expected there."""

@final
class Playground:
    """A scenario that is being carried out. It belongs to the thread that made it."""

    def __new__(cls, text: str | None = None) -> Playground: ...
    def open(self, text: str) -> dict[str, Any]:
        """Opens a scenario at its beginning. Raises ScenarioError; what was open then stays open."""
    def act(self, line: str) -> None:
        """Does something now: a line of a scenario without a time, such as ``crash 2``."""
    def set_task(self, rules: str) -> None:
        """Follows a task of a lesson from this moment of the run on."""
    def task(self) -> dict[str, Any] | None:
        """How the task stands at this moment of the run."""
    def answer(self, agent: int, text: str) -> None:
        """Answers the oldest open question of an agent, whatever the text."""
    def step(self) -> dict[str, Any]:
        """One event, or one line of the script."""
    def run(self, span: float | str, ticks: int | None = None, event: int | None = None) -> dict[str, Any]:
        """Lets virtual time pass: ``"16.7ms"``, or a number of microseconds."""
    def finish(self) -> dict[str, Any]:
        """Carries the script out to its end."""
    def onward(self, ticks: int) -> dict[str, Any]:
        """Goes on until an event that is worth a mark has happened, in at most ``ticks`` steps."""
    def seek(self, event: int, ticks: int | None = None) -> dict[str, Any]:
        """Goes to right after an event: back, or forth as far as things have happened once."""
    def seek_time(self, time: float | str) -> dict[str, Any]:
        """Goes to a time: back, or forth as far as things have happened once."""
    def undo(self) -> bool:
        """Takes back what was done by hand last, and goes to where it was done."""
    def redo(self) -> bool:
        """Does again what was taken back last."""
    def switch_branch(self, id: int) -> bool:
        """Returns to a branch, at its end; the present run becomes a branch."""
    def rename_branch(self, id: int, name: str) -> bool:
        """Calls a branch something else, or (0) the present run."""
    def discard_branch(self, id: int) -> bool:
        """Gives a branch up."""
    def export(self, format: Literal["ndjson", "shiviz"]) -> str:
        """The trace for other tools."""
    def state(self) -> dict[str, Any]:
        """Everything that is now."""
    def frame(self, fresh: bool = True, whole: list[int] | None = None) -> dict[str, Any]:
        """What a picture needs: what changed since the last frame, or everything."""
    def events(self, from_: int = 1, count: int = ..., of: list[int] | None = None) -> list[dict[str, Any]]:
        """Of ``count`` events from a number on, those at some replicas and at clients; or all."""
    def messages(self, from_: int = 1, count: int = ..., of: list[int] | None = None) -> list[dict[str, Any]]:
        """Of ``count`` messages from a number on, those between some replicas and clients; or all."""
    def flight(self, id: int) -> dict[str, Any] | None:
        """All that a message in flight carries."""
    def explain(self, event: int) -> dict[str, Any] | None:
        """Why an event happened and what it changed."""
    def history(self) -> dict[str, Any]:
        """What clients asked and were told, with an order that explains it or the operation that nothing explains."""
    def population(self) -> dict[str, Any] | None:
        """The groups that replicas fall into, over time; None where the protocol has none."""
    def fold(self, at: int | None = None) -> dict[str, Any]:
        """The states of all replicas as folds over their logs, at an index, or at the last."""
    def fold_event(self, replica: int, index: int | None = None) -> int:
        """The event in which a replica came to have applied an index; 0 for none."""
    def script(self) -> str:
        """The scenario with what was done by hand."""
    def trace_hash(self) -> str:
        """A hash over all that has happened and all that is, as 16 hexadecimal digits."""

def all_protocols() -> list[dict[str, Any]]:
    """The vocabularies of all protocols that a scenario can name."""

def act_usages() -> list[str]:
    """How each thing that can be done or expected is written."""

def read_scenario(text: str) -> dict[str, Any]:
    """Reads a scenario, for an editor: all that is wrong in it, and what each word is."""

def check_lesson(text: str) -> dict[str, Any]:
    """Reads a lesson and carries out all that it claims."""

def carry_out(text: str, seed: int | None = None) -> dict[str, Any]:
    """Carries a scenario out to its end."""

def carry_out_seeds(text: str, first: int, count: int) -> dict[str, Any]:
    """Carries a scenario out for each of ``count`` seeds from ``first`` on, and adds up what came of it."""
