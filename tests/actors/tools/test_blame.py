"""Whether arguments or tool are to blame for the end of a call."""

from typing import Any

import msgspec
import pytest

from actors.dossiers import sealed
from actors.tools.registry.actor import Registry
from actors.tools.registry.blame import is_beyond, is_misfed, resembles, shape
from messages.gate import change
from messages.task import Example
from messages.tools import deployment, sandbox, tool
from messages.tools.sandbox import Result
from messages.tools.tool import Range
from tests.actors.bench import Bench, only
from tests.actors.tools.registry.test_registry import call, proposed


def spec(*given: tuple[Any, ...], **more: Any) -> tool.Spec:
    first, *rest = (Example(args=args, result=None) for args in given)
    return tool.Spec(
        name="t",
        description="",
        domain="general",
        source="",
        entry="f",
        parameters=("x",),
        origin="candidate",
        mastery=1.0,
        digest="",
        example=first,
        examples=tuple(rest),
        **more,
    )


@pytest.mark.parametrize(
    ("given", "like", "strange"),
    [
        (["2024-01-05"], ["1999-12-31", "24-1-5"], ["foo", "", "2024/01/05", 7, None]),
        (["ada@example.org"], ["bob@b.io"], ["bob", "@", "a b@c.d e"]),
        (["  two words "], ["  Other ones "], ["1"]),
        ([3, 50], [1, 500], [0, -1, 5_000, "3", True]),
        ([[1, 2]], [[5], [20, 1]], [[], ["a"], [-1], 3]),
        ([[]], [[]], [[1]]),
        ([{"a": 1, "b": 2}, {"a": 1}], [{"a": 5}], [{"b": 1}, {}, []]),
        ([None], [None], [0]),
    ],
)
def test_an_argument_resembles_an_example_if_it_is_of_the_same_make(given: Any, like: Any, strange: Any) -> None:
    known = spec(*((each,) for each in given))
    assert all(resembles((each,), known) for each in like), [each for each in like if not resembles((each,), known)]
    assert not [each for each in strange if resembles((each,), known)]


def test_where_there_are_no_examples_nothing_is_strange() -> None:
    assert resembles(("anything",), msgspec.structs.replace(spec((1,)), example=None))


def test_the_shape_of_a_text_is_its_runs() -> None:
    assert shape("2024-01-05T10:30") == "0-0-0a0:0"
    assert shape("") == ""


def test_only_exceptions_that_speak_of_values_blame_the_arguments() -> None:
    def raised(error: str) -> Result:
        return Result(status="raised", error_type=error)

    assert is_misfed(raised("ValueError"), strange=True, beyond=False)
    assert not is_misfed(raised("ValueError"), strange=False, beyond=False)
    assert not is_misfed(raised("NameError"), strange=True, beyond=False)
    assert is_misfed(Result(status="timeout"), strange=False, beyond=True)
    assert not is_misfed(Result(status="timeout"), strange=True, beyond=False)
    assert not is_misfed(Result(status="killed"), strange=True, beyond=True)


def test_beyond_the_safe_range_is_what_is_larger_than_was_measured() -> None:
    known = spec((3,), ranges=(Range(parameter="x", unit="value", up_to=512, beyond="1024: timeout"),))
    assert is_beyond((513,), known)
    assert not is_beyond((512,), known)
    endless = spec((3,), ranges=(Range(parameter="x", unit="value", up_to=512),))
    assert not is_beyond((10**9,), endless)


def stocked() -> Bench:
    made = Bench(Registry)
    dossier = proposed(made, example=Example(args=(4,), result=8)).dossier
    made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9))
    return made


def answered(made: Bench, name: str, value: Any, error: str, client: str = "ada") -> tool.Raised:
    made.hears(call(name, value, client=client))
    result = Result(status="raised", error=f"{error}: no", error_type=error)
    said: tool.Raised = only(
        made.hears(sandbox.Ran(task=name, purpose="registry:call", results=(result,))), tool.Raised
    )
    return said


def test_the_registry_tells_whose_call_it_was_and_whether_its_arguments_were_to_blame() -> None:
    made = stocked()
    wrong = answered(made, "R1", -70, "ValueError")
    assert (wrong.misfed, wrong.rightly, wrong.client) == (True, False, "ada")
    assert not answered(made, "R2", 5, "ValueError").misfed
    figures = made.state.tools["double"].figures[0]
    assert (figures.calls, figures.failures) == (2, 1)


def test_a_level_that_one_client_caused_holds_for_that_client_alone() -> None:
    made = stocked()
    level = deployment.Changed(
        name="double", version=1, was="full", level="disabled", rate=0.0, executions=10, reason="",
        clients=("mallory",), only="mallory",
    )  # fmt: skip
    made.hears(level)
    refused = only(made.hears(call("R1", 4, client="mallory")), tool.Raised)
    assert "disabled for you alone" in refused.reason
    assert "kurultai tool enable double" in refused.reason
    only(made.hears(call("R2", 4, client="ada")), sandbox.Run)
    (entry,) = made.actor.answer_find(tool.Find(name="double")).tools
    assert (entry.level, entry.history[0].restricted, entry.history[0].clients) == (
        "full",
        {"mallory": "disabled"},
        ("mallory",),
    )
    assert [offer.name for offer in made.actor.answer_browse(tool.Browse()).tools] == ["double"]


def test_a_breaker_that_holds_for_everybody_names_who_caused_it() -> None:
    made = stocked()
    made.hears(
        deployment.Changed(
            name="double", version=1, was="full", level="disabled", rate=0.0, executions=10, reason="",
            clients=("ada", "bob"),
        )
    )  # fmt: skip
    assert "in calls of ada, bob" in only(made.hears(call("R", 4, client="cy")), tool.Raised).reason
