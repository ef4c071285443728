"""What the allowed library itself evaluates, reads or moves is classed by what its code reaches, not by instance."""

import functools

import pytest

from actors.scan.classes import APPROVED, classify
from actors.scan.poisoning import scan
from actors.scan.reaching import CLASSED
from actors.scan.tables import FUNCTIONS, denied
from benchmarks.library_reach import Reach, reaching

HOSTILE = {
    "singledispatch runs an annotation": """
import functools
@functools.singledispatch
def run(x): return 1
def other(x: "__import__('os').system('id')"): return 2
run.register(other)
""",
    "singledispatch runs an annotation that is a variable": """
from functools import singledispatch as s
T = "print(1)"
def other(x: T): return 2
def run(a):
    return s(other).register(other)
""",
    "update_wrapper moves code": """
from functools import update_wrapper
def run(a, names):
    def inner(): pass
    return update_wrapper(inner, a, assigned=names)
""",
    "update_wrapper moves code by place": """
import functools
def run(a, names):
    def inner(): pass
    return functools.update_wrapper(inner, a, *names)
""",
    "wraps moves code": """
import contextlib
def run(a, names): return contextlib.wraps(a, names)
""",
    "wraps is passed on": """
import functools
def run(a): return [functools.update_wrapper][0]
""",
    "a warning shows a file": """
import warnings
def run(place): return warnings.formatwarning("x", UserWarning, place, 1)
""",
    "a frame shows a file": """
from traceback import FrameSummary as F
def run(place): return F(place, 1, "x").line
""",
    "a list of frames shows a file": """
import traceback
def run(place): return traceback.format_list([(place, 1, "x", None)])
""",
    "linecache reads a file": """
import linecache
def run(place): return linecache.getline(place, 1)
""",
    "global_enum writes into a module": """
import enum
def run(a): return enum.global_enum(a)
""",
    "global_enum by text": """
import enum
def run(a): return getattr(enum, "global_enum")(a)
""",
    "a dataclass of given annotations": """
import dataclasses
class C:
    __annotations__ = {"x: int = print('hi')": int}
def run(a): return dataclasses.dataclass(C)
""",
    "a dataclass of annotations that are put together": """
from dataclasses import dataclass
def run(a): return dataclass(type("C", (), {"__annot" + "ations__": {a: int}}))
""",
    "a dataclass of annotations that are set": """
from dataclasses import dataclass
class C: pass
def run(a):
    setattr(C, "__annotations__", {a: int})
    return dataclass(C)
""",
}


@functools.cache
def found() -> dict[str, tuple[str, ...]]:
    return reaching()


def test_every_callable_that_reaches_evaluation_files_or_code_is_classed() -> None:
    loose = [path for path in found() if path not in CLASSED and path not in FUNCTIONS and denied(path) is None]
    assert not loose, "class them in actors/scan/reaching.py"


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("functools.singledispatch", "eval"),
        ("functools.update_wrapper", "code"),
        ("warnings.formatwarning", "open"),
        ("traceback.FrameSummary", "open"),
        ("enum.global_enum", "modules"),
        ("dataclasses.dataclass", "exec"),
        ("collections.namedtuple", "eval"),
    ],
)
def test_the_list_finds_what_is_known_to_reach_an_end(path: str, end: str) -> None:
    assert end in found()[path]


def test_what_only_computes_reaches_nothing() -> None:
    import statistics
    import textwrap

    assert Reach().of(textwrap.wrap) == Reach().of(statistics.median) == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_what_makes_the_library_evaluate_read_or_move_code_is_never_learnt_at_once(name: str) -> None:
    assert scan(HOSTILE[name]).verdict != "pass", name
    assert classify("run", "compute", "general", HOSTILE[name]).rank in (*APPROVED, "forbidden")


def test_a_module_that_the_sandbox_does_not_hold_is_named_as_such() -> None:
    source = "import numpy as np\ndef run(a):\n    return float(np.array(a).mean())\n"
    classed = classify("run", "mean of numbers", "general", source)
    assert classed.rank == "restricted"
    (reason,) = classed.reasons
    assert "import numpy: the sandbox does not hold it" in reason
