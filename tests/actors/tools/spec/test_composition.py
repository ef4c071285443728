"""Tools that require others run as one source, each in a namespace of its own."""

from typing import Any

import pytest

from actors.tools.spec.composition import LONGEST, composed, faults
from actors.tools.spec.interface import digest_of
from messages.task import Example
from messages.tools.tool import Spec


def spec(name: str, source: str, *requires: str, entry: str = "f") -> Spec:
    return Spec(
        name=name,
        description=name,
        domain="general",
        source=source,
        entry=entry,
        parameters=("a",),
        origin="candidate",
        mastery=1.0,
        digest=digest_of(source, entry),
        example=Example(args=(1,), result=1),
        requires=requires,
    )


def among(*specs: Spec) -> Any:
    known = {each.name: each for each in specs}
    return lambda name: known.get(name, f"no tool is registered as {name!r}")


def run(source: str, entry: str, *args: object) -> object:
    """As the sandbox does it."""
    space: dict[str, Any] = {"__name__": "learnt"}
    exec(compile(source, "<learnt>", "exec", dont_inherit=True), space)
    return space[entry](*args)


DOUBLE = spec("double", "K = 2\ndef helper(a):\n    return a * K\ndef f(a):\n    return helper(a)\n")
PLUS = spec("plus", "K = 10\ndef helper(a):\n    return double(a) + K\ndef f(a):\n    return helper(a)\n", "double")
BOTH = spec("both", "K = 100\ndef f(a):\n    return double(a) + plus(a) + K\n", "plus", "double")


def test_a_tool_that_requires_nothing_goes_as_it_was_registered() -> None:
    assert composed(DOUBLE, among()) == DOUBLE.source


def test_required_tools_stand_under_their_names_and_helpers_of_one_name_do_not_meet() -> None:
    assert run(composed(BOTH, among(DOUBLE, PLUS)), "f", 3) == 6 + 16 + 100


def test_sources_go_along_as_they_were_registered() -> None:
    odd = spec("odd", 'from __future__ import annotations\ndef f(a: "{x}"):\n    return """a\n  b{}%s\\\\"""\n')
    user = spec("user", "def f(a):\n    global seen\n    seen = odd(a)\n    return seen\n", "odd")
    assert run(composed(user, among(odd)), "f", 1) == "a\n  b{}%s\\"


def test_an_error_names_the_line_of_the_source_in_which_it_happened() -> None:
    bad = spec("bad", "def f(a):\n    return 1 / a\n")
    user = spec("user", "def f(a):\n    return bad(a)\n", "bad")
    with pytest.raises(ZeroDivisionError) as told:
        run(composed(user, among(bad)), "f", 0)
    assert [(str(entry.path), entry.lineno + 1) for entry in told.traceback[-2:]] == [("<learnt>", 2)] * 2


def test_what_is_missing_is_named_all_at_once() -> None:
    (fault,) = faults("user", ("one", "double", "two"), among(DOUBLE))
    assert "'one'" in fault
    assert "'two'" in fault
    assert "'double'" not in fault


def test_a_circle_is_refused_with_the_way_it_goes() -> None:
    (fault,) = faults("double", ("both",), among(DOUBLE, PLUS, BOTH))
    assert "double -> both -> plus -> double" in fault
    assert list(faults("both", BOTH.requires, among(DOUBLE, PLUS))) == []


def test_what_would_be_too_long_together_is_told() -> None:
    long = spec("long", "#" * (LONGEST - 10))
    with pytest.raises(ValueError, match="are the most"):
        composed(spec("user", "", "long"), among(long))
    other = spec("other", "#" * 20)
    assert "are the most" in next(faults("user", ("long", "other"), among(long, other)))


def test_a_tool_that_many_require_goes_along_once() -> None:
    layers = [spec("t0", "def f(a):\n    return a\n")]
    for number in range(1, 30):
        below = tuple(each.name for each in layers[-2:])
        layers.append(spec(f"t{number}", f"def f(a):\n    return {below[-1]}(a)\n", *below))
    assert run(composed(layers[-1], among(*layers)), "f", 7) == 7
