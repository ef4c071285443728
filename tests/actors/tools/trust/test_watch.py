"""The watch: each version is judged by its last executions, and a new one that disappoints is rolled back."""

from typing import Any

import msgspec
import pytest

from actors.tools.trust.actor import TOOLS, Watch
from actors.tools.trust.sketch import sketches
from messages.base import Message
from messages.task import Example
from messages.tools import deployment, tool
from messages.tools.tool import Spec
from tests.actors.bench import Bench, only

SPEC = Spec(
    name="double",
    description="double it",
    domain="general",
    source="def f(n):\n    return 2 * n\n",
    entry="f",
    parameters=("n",),
    origin="candidate",
    mastery=1.0,
    digest="0" * 64,
    example=Example(args=(1,), result=2),
)


def watching(*versions: int) -> Bench:
    return Bench(Watch, history=[tool.Registered(task=f"L{n}", version=n, spec=SPEC) for n in versions or (1,)])


def returned(value: Any = 1, version: int = 1) -> tool.Returned:
    told = sketches({"n": value})
    return tool.Returned(task="R", tool="double", version=version, value=2, wall_ms=1.0, sketches=told)


def raised(value: Any = 1, version: int = 1, status: str = "raised", reason: str = "ValueError: no") -> tool.Raised:
    told = sketches({"n": value})
    return tool.Raised(
        task="R", tool="double", version=version, reason=f"{status}: {reason}", status=status, sketches=told
    )


def after(made: Bench, *messages: Message) -> list[Message]:
    return [said for message in messages for said in made.hears(message)]


def changed(said: list[Message]) -> list[tuple[str, str]]:
    return [(message.was, message.level) for message in said if isinstance(message, deployment.Changed)]


def backs(said: list[Message]) -> list[tool.RollBack]:
    return [message for message in said if isinstance(message, tool.RollBack)]


def test_below_ten_executions_a_version_keeps_its_level() -> None:
    made = watching()
    assert changed(after(made, *[raised()] * 9)) == []
    assert changed(after(made, raised())) == [("full", "disabled")]


def test_a_call_that_was_rightly_refused_says_nothing_about_the_version() -> None:
    made = watching()
    rightly = msgspec.structs.replace(raised(), rightly=True)
    assert after(made, *[rightly] * 20, returned(), *[raised()] * 8) == []
    assert changed(after(made, raised())) == [("full", "disabled")]


def test_a_level_is_told_with_the_figures_it_rests_on() -> None:
    made = watching()
    told = only(tuple(after(made, *[returned()] * 18, raised(), raised())), deployment.Changed)
    assert (told.name, told.version, told.level, told.executions) == ("double", 1, "limited", 19)
    assert told.rate == pytest.approx(18 / 19)
    assert told.reason == "1 of the last 19 executions failed"


def test_a_version_falls_level_by_level_and_rises_again_only_beyond_the_band() -> None:
    made = watching()
    assert changed(after(made, *[returned()] * 16, *[raised()] * 4)) == [("full", "limited")]
    assert changed(after(made, *[raised()] * 3)) == [("limited", "sandbox_only")]
    assert changed(after(made, *[returned()] * 15)) == []
    assert changed(after(made, returned())) == [("sandbox_only", "limited")]
    assert changed(after(made, *[returned()] * 50)) == [("limited", "full")]


def test_only_the_last_fifty_executions_count() -> None:
    made = watching()
    after(made, *[returned()] * 60)
    assert changed(after(made, raised(), raised())) == []
    assert changed(after(made, raised())) == [("full", "limited")]
    standing = made.state.tools["double"][1]
    assert (len(standing.last), standing.total) == (50, 63)


@pytest.mark.parametrize(
    "message",
    [
        tool.Raised(task="R", tool="double", reason="$.n: expected number"),
        raised(status="refused", reason="no walls"),
        tool.Raised(task="R", tool="nobody", reason="no tool"),
    ],
)
def test_what_was_never_run_does_not_count(message: tool.Raised) -> None:
    made = watching()
    assert after(made, *[message] * 20) == []
    assert made.state.tools["double"][1].total == 0


@pytest.mark.parametrize("status", ["raised", "timeout", "memory", "killed", "flood", "protocol"])
def test_whatever_ends_the_code_without_a_value_counts_as_a_failure(status: str) -> None:
    assert changed(after(watching(), *[raised(status=status)] * 10)) == [("full", "disabled")]


# Known failing conditions.


def test_a_condition_is_told_with_a_workaround_once_and_given_up_when_a_success_meets_it() -> None:
    made = watching()
    said = after(made, returned("a"), returned("b"), *[raised("", reason="IndexError: out of range")] * 4)
    (condition,) = only(tuple(said), deployment.Diagnosed).conditions
    assert condition.text == "n is empty"
    assert condition.workaround == "IndexError: a place beyond the end; check the length first"
    assert only(tuple(after(made, returned(""))), deployment.Diagnosed).conditions == ()


def test_a_condition_is_given_up_when_its_failures_are_long_past() -> None:
    made = watching()
    after(made, *[returned("a")] * 8, *[raised("")] * 3)
    said = after(made, *[returned("b")] * 50)
    assert [message.conditions for message in said if isinstance(message, deployment.Diagnosed)] == [()]


# Rolling back.


def test_a_new_version_that_falls_to_disabled_is_rolled_back_without_anyone_asking() -> None:
    made = watching(1, 2)
    said = after(made, *[raised(version=2)] * 12)
    back = only(tuple(said), tool.RollBack)
    assert (back.version, back.to) == (2, 1)
    assert "disabled" in back.reason


def test_a_new_version_that_is_clearly_worse_than_the_one_before_is_rolled_back() -> None:
    made = watching(1, 2)
    after(made, *[returned()] * 20)
    assert not [
        m for m in after(made, *[returned(version=2)] * 8, *[raised(version=2)] * 2) if type(m) is tool.RollBack
    ]
    back = only(tuple(after(made, raised(version=2))), tool.RollBack)
    assert (back.version, back.to) == (2, 1)
    assert "73%" in back.reason
    assert "100%" in back.reason


def test_a_version_that_grows_worse_after_its_first_executions_is_no_disappointment() -> None:
    made = watching(1, 2)
    after(made, *[returned()] * 20, *[returned(version=2)] * 50)
    assert backs(after(made, *[raised(version=2)] * 20)) == []


def test_a_version_is_compared_with_one_that_was_called_often_enough() -> None:
    made = watching(1, 2)
    after(made, *[returned()] * 9)
    assert not [
        m for m in after(made, *[returned(version=2)] * 6, *[raised(version=2)] * 4) if type(m) is tool.RollBack
    ]


def test_the_only_version_is_not_rolled_back_nor_one_whose_elders_are_worse() -> None:
    assert backs(after(watching(1), *[raised()] * 10)) == []
    made = watching(1, 2)
    after(made, *[raised()] * 10)
    assert backs(after(made, *[raised(version=2)] * 10)) == []


def test_a_withdrawn_version_is_nothing_to_roll_back_to() -> None:
    made = watching(1, 2)
    made.hears(tool.Withdrawn(task="L1", name="double", version=1))
    assert backs(after(made, *[raised(version=2)] * 10)) == []


def test_what_an_operator_enables_starts_anew() -> None:
    made = watching()
    after(made, *[raised()] * 10)
    after(made, tool.Enabled(name="double", reason="mended"))
    standing = made.state.tools["double"][1]
    assert (standing.level, standing.total, standing.last) == ("full", 0, [])
    assert changed(after(made, *[returned()] * 10)) == []


def test_versions_that_are_kept_are_bounded() -> None:
    assert sorted(watching(*range(1, 31)).state.tools["double"]) == list(range(11, 31))


def test_tools_that_are_watched_are_bounded_and_one_that_stands_badly_is_not_forgotten() -> None:
    watch = Watch()
    for number in range(TOOLS + 1):
        spec = msgspec.structs.replace(SPEC, name=f"t{number}")
        watch.apply_registered(tool.Registered(task="L", version=1, spec=spec))
        watch.state.tools["t0"][1].level = "limited"
    assert len(watch.state.tools) == TOOLS
    assert "t0" in watch.state.tools
    assert "t1" not in watch.state.tools


# Whose calls they are.


def by(client: str, *messages: Any) -> list[Any]:
    return [msgspec.structs.replace(message, client=client) for message in messages]


def told(said: list[Message]) -> list[tuple[str, str, str]]:
    return [(m.was, m.level, m.only) for m in said if isinstance(m, deployment.Changed)]


def test_calls_whose_arguments_are_to_blame_say_nothing_about_the_version() -> None:
    made = watching(1, 2)
    misfed = msgspec.structs.replace(raised(version=2), misfed=True)
    assert after(made, *[misfed] * 40) == []
    assert made.state.tools["double"][2].total == 0


def test_one_client_s_calls_move_the_level_for_that_client_alone_and_it_is_named() -> None:
    made = watching()
    said = after(made, *by("mallory", *[raised()] * 12))
    assert told(said) == [("full", "disabled", "mallory")]
    assert "mallory" in only(tuple(said), deployment.Changed).reason
    assert made.state.tools["double"][1].level == "full"


def test_one_client_s_failures_do_not_outweigh_what_others_see() -> None:
    made = watching()
    said = after(made, *by("ada", *[returned()] * 20), *by("mallory", *[raised()] * 20))
    assert {(level, client) for _, level, client in told(said)} == {
        ("limited", "mallory"),
        ("sandbox_only", "mallory"),
    }
    assert made.state.tools["double"][1].level == "full"


def test_two_clients_whose_calls_fail_move_the_level_for_everybody() -> None:
    made = watching()
    said = after(made, *by("ada", *[raised()] * 5), *by("bob", *[raised()] * 5))
    assert ("full", "disabled", "") in told(said)
    changed_for_all = next(m for m in said if isinstance(m, deployment.Changed) and not m.only)
    assert set(changed_for_all.clients) == {"ada", "bob"}


def test_a_restricted_client_is_free_again_when_its_calls_return() -> None:
    made = watching()
    after(made, *by("ada", *[raised()] * 10))
    after(made, *by("ada", *[returned()] * 50))
    assert made.state.tools["double"][1].restricted == {}


def test_one_client_s_calls_do_not_roll_a_version_back_that_others_use() -> None:
    made = watching(1, 2)
    after(made, *by("ada", *[returned()] * 20))
    said = after(made, *by("ada", *[returned(version=2)] * 2), *by("mallory", *[raised(version=2)] * 20))
    assert backs(said) == []
    assert backs(after(made, *by("ada", *[raised(version=2)] * 5)))


def test_where_nobody_else_calls_a_tool_its_one_client_s_calls_roll_it_back() -> None:
    made = watching(1, 2)
    after(made, *by("ada", *[returned()] * 20))
    assert len(backs(after(made, *by("ada", *[raised(version=2)] * 12)))) == 1


def rechecked(held: int, broken: int, version: int | None = 1) -> tool.Rechecked:
    return tool.Rechecked(task="R", tool="double", version=version, held=held, broken=broken)


def test_an_example_that_does_not_hold_any_more_counts_as_a_failed_call() -> None:
    assert changed(after(watching(), rechecked(6, 0), rechecked(6, 0))) == []
    found = after(watching(), rechecked(0, 6), rechecked(0, 6))
    assert changed(found)[0][0] == "full"
    assert changed(found)[0][1] != "full"


@pytest.mark.parametrize("message", [rechecked(0, 0), rechecked(0, 9, None), rechecked(0, 9, 7)])
def test_a_recheck_that_tried_nothing_of_a_version_that_is_watched_changes_nothing(message: tool.Rechecked) -> None:
    assert after(watching(), *[message] * 3) == []
