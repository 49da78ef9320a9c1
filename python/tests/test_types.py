"""The stubs beside the compiled module."""

import ast
from pathlib import Path

import consensus_playground as cp
from consensus_playground import _engine


def test_the_stubs_name_what_is_there() -> None:
    stubs = ast.parse(Path(_engine.__file__).with_name("_engine.pyi").read_text())
    named = {node.name: node for node in stubs.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assert set(named) == {name for name in vars(_engine) if not name.startswith("__")}
    methods = {node.name for node in named["Playground"].body if isinstance(node, ast.FunctionDef)} - {"__new__"}
    assert methods == {name for name in vars(cp.Playground) if not name.startswith("__")}


def test_everything_is_told_of() -> None:
    public = [getattr(cp, name) for name in cp.__all__ if name != "__version__"]
    methods = [getattr(cp.Playground, name) for name in vars(cp.Playground) if not name.startswith("__")]
    assert all(thing.__doc__ for thing in [*public, *methods])
    assert Path(cp.__file__).with_name("py.typed").exists()
