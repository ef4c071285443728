"""A registered tool is tried on its own examples again: how many hold, and why none is tried."""

from typing import Any

import msgspec
import pytest

from messages import task
from messages.task import Example, Host
from messages.tools import sandbox, tool
from messages.tools.sandbox import Result
from tests.actors.bench import Bench, only
from tests.actors.tools.registry.test_registry import approved, bench, change, proposed, sealed, stocked

MORE = (Example(args=(1,), result=2), Example(args=(4,), result=8), Example(args=(5,), result=10))


def with_examples(**more: Any) -> Bench:
    made = bench()
    dossier = proposed(made, examples=MORE, **more).dossier
    made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9))
    return made


def value(result: Any) -> Result:
    return Result(status="returned", value=result, wall_ms=2.0)


def rechecked(made: Bench, *results: Result) -> tool.Rechecked:
    made.hears(tool.Recheck(task="R", tool="double"))
    said: tool.Rechecked = only(
        made.hears(sandbox.Ran(task="R", purpose="registry:tests", results=results)), tool.Rechecked
    )
    return said


def test_each_example_that_is_kept_is_run_once() -> None:
    run = only(with_examples().hears(tool.Recheck(task="R", tool="double")), sandbox.Run)
    assert run.calls == ((1,), (4,), (5,))
    assert run.purpose == "registry:tests"


def test_all_examples_hold() -> None:
    found = rechecked(with_examples(), value(2), value(8), value(10))
    assert (found.version, found.held, found.broken, found.reason, found.wall_ms) == (1, 3, 0, "", 6.0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (value(9), "(4) gives 9, and gave 8"),
        (value("8"), "(4) gives '8', and gave 8"),
        (Result(status="raised", error="ValueError: no", wall_ms=1.0), "(4) ends as raised: ValueError: no"),
    ],
)
def test_what_does_not_hold_is_counted_and_the_first_is_told(wrong: Result, told: str) -> None:
    found = rechecked(with_examples(), value(2), wrong, value(11))
    assert (found.held, found.broken, found.reason) == (1, 2, told)


def test_what_the_sandbox_did_not_run_does_not_hold() -> None:
    found = rechecked(with_examples(), value(2))
    assert (found.held, found.broken) == (1, 2)


def test_an_answer_counts_once_and_none_of_a_task_that_is_over() -> None:
    made = with_examples()
    rechecked(made, value(2), value(8), value(10))
    again = sandbox.Ran(task="R", purpose="registry:tests", results=(value(2),))
    assert made.hears(again) == ()
    made.hears(tool.Recheck(task="S", tool="double"))
    made.hears(task.Cancelled(task="S", reason="no"))
    assert made.hears(msgspec.structs.replace(again, task="S")) == ()


def test_why_none_is_tried_is_told_at_once() -> None:
    unknown = only(stocked().hears(tool.Recheck(task="R", tool="treble")), tool.Rechecked)
    assert "treble" in unknown.reason
    assert unknown.tried == 0
    older = only(stocked().hears(tool.Recheck(task="R", tool="double", version=7)), tool.Rechecked)
    assert "7" in older.reason


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"example": None, "examples": ()}, "no example is kept"),
        ({"hosts": (Host(host="example.org"),)}, "sends requests to example.org"),
    ],
)
def test_a_tool_whose_examples_show_nothing_is_not_run(more: dict[str, Any], told: str) -> None:
    made = bench()
    dossier = proposed(made, **more).dossier
    made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9))
    assert told in only(made.hears(tool.Recheck(task="R", tool="double")), tool.Rechecked).reason


def test_a_call_beside_it_is_still_a_call() -> None:
    made = stocked()
    assert only(approved(made, "L2"), tool.Registered).version == 2
    made.hears(tool.Recheck(task="R", tool="double"))
    assert made.hears(sandbox.Ran(task="R", purpose="registry:call", results=(value(2),))) == ()
