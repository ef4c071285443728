"""The intake: what is accepted, what is refused, and what the refusal says."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from actors.edge.intake import Intake
from messages import task
from messages.autonomy import goal
from messages.task import Cancel, Learn, Run
from tests.actors.bench import START, Bench, only


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(START + seconds, UTC)


def refused(bench: Bench, data: bytes, kind: str = "run") -> task.Refused:
    said: task.Refused = only(bench.receives(f"kurultai.task.{kind}", data, {}), task.Refused)
    return said


def test_a_task_is_accepted_as_it_was_published() -> None:
    bench = Bench(Intake)
    said = only(bench.publishes(Run(id="mine", tool="slug", args=("A b",))), task.Accepted)
    assert (said.task, said.kind, said.sequence, said.deadline) == ("mine", "run", 1, None)
    assert said.body["tool"] == "slug"
    assert said.body["args"] == ["A b"]


def test_the_id_is_the_payloads_then_the_headers_then_the_place_on_the_log() -> None:
    bench = Bench(Intake)
    run = Run(tool="slug")
    named = [
        bench.publishes(Run(id="payload", tool="slug"), {"ce-id": "header"}),
        bench.publishes(run, {"ce-id": "header"}),
        bench.publishes(run),
    ]
    assert [only(said, task.Accepted).task for said in named] == ["payload", "header", "t-5"]


def test_a_second_task_with_an_id_is_refused_under_its_place_and_the_first_is_named() -> None:
    bench = Bench(Intake)
    bench.publishes(Run(id="mine", tool="slug"))
    said = only(bench.publishes(Run(id="mine", tool="slug")), task.Refused)
    assert said.task == "t-3"
    assert "accepted at 1" in said.reason
    assert bench.state.accepted == {"mine": 1}


def test_an_id_is_forgotten_after_a_hundred_thousand_others() -> None:
    bench = Bench(Intake)
    bench.publishes(Run(id="mine", tool="slug"))
    for number in range(99_999):
        accepted = task.Accepted(task=f"other-{number}", kind="run", body=None, sequence=number)
        bench.actor.apply_accepted(accepted)
    assert "mine" in bench.actor.state.accepted
    bench.actor.apply_accepted(task.Accepted(task="last", kind="run", body=None))
    assert "mine" not in bench.actor.state.accepted
    assert len(bench.actor.state.accepted) == 100_000


def test_an_id_of_the_form_the_intake_gives_is_refused() -> None:
    said = only(Bench(Intake).publishes(Run(id="t-99", tool="slug")), task.Refused)
    assert said.path == "$.id"
    assert said.task == "t-1"


def test_a_header_id_that_could_stand_nowhere_is_refused() -> None:
    said = only(Bench(Intake).publishes(Run(tool="slug"), {"ce-id": "no spaces, please"}), task.Refused)
    assert "ce-id" in said.reason
    assert said.task == "t-1"


def test_an_unknown_field_is_refused_and_the_known_ones_are_named() -> None:
    said = refused(Bench(Intake), b'{"id": "mine", "tool": "slug", "arguments": []}')
    assert said.task == "mine"
    assert "arguments" in said.reason
    for field in ("tool", "args (optional)", "version (optional)", "deadline (optional)"):
        assert field in said.mend


def test_a_fault_deep_inside_is_refused_with_its_path_and_the_fields_of_that_place() -> None:
    data = b'{"name": "x", "goal": "abc", "examples": [{"args": [1], "result": 1, "note": 2}]}'
    said = refused(Bench(Intake), data, "learn")
    assert said.path == "$.examples[0]"
    assert said.mend == "fields of $.examples[0]: args, result"


def test_a_candidate_with_an_unknown_field_names_the_candidates_fields() -> None:
    data = b'{"name": "x", "goal": "abc", "candidate": {"source": "", "entry": "f", "language": "py"}, "examples": []}'
    said = refused(Bench(Intake), data, "learn")
    assert said.mend == "fields of $.candidate: source, entry"


def test_a_value_of_the_wrong_type_names_the_fields_around_it() -> None:
    said = refused(Bench(Intake), b'{"name": "x", "goal": "abc", "examples": 3}', "learn")
    assert said.path == "$.examples"
    assert said.mend.startswith("fields of the whole message: ")


def test_an_unknown_kind_is_refused_and_the_subjects_of_the_known_ones_are_named() -> None:
    said = refused(Bench(Intake), b"{}", "dance")
    assert said.reason == "unknown kind 'task.dance'"
    for kind in ("learn", "run", "cancel"):
        assert f"kurultai.task.{kind}" in said.mend


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[1]", b"null", b'{"tool": 3}', b"[" * 100_000])
def test_what_can_not_be_read_is_refused_aloud(data: bytes) -> None:
    said = refused(Bench(Intake), data)
    assert said.task == "t-1"
    assert said.reason


def test_an_unreadable_task_does_not_take_the_id_of_another() -> None:
    bench = Bench(Intake)
    bench.publishes(Run(id="mine", tool="slug"))
    assert refused(bench, b'{"id": "mine", "unknown": 1}').task == "t-3"


def test_a_task_that_is_too_large_is_refused() -> None:
    said = only(Bench(Intake).publishes(Run(tool="slug", args=("x" * 262_144,))), task.Refused)
    assert "262144" in said.reason


def test_an_integer_beyond_64_bits_is_refused() -> None:
    said = refused(Bench(Intake), b'{"tool": "slug", "args": [123456789012345678901234567890]}')
    assert "64 bits" in said.reason


def test_a_task_that_is_late_already_is_refused() -> None:
    said = only(Bench(Intake).publishes(Cancel(task="x", deadline=at(-10))), task.Refused)
    assert said.path == "$.deadline"


def test_a_deadline_without_an_offset_is_refused() -> None:
    said = refused(Bench(Intake), b'{"tool": "slug", "deadline": "2099-01-01T00:00:00"}')
    assert "offset" in said.reason


@pytest.mark.parametrize(
    ("deadline", "timeout_s", "expected"), [(10, 100, 10), (100, 10, 11), (None, 10, 11), (10, None, 10)]
)
def test_the_earlier_of_deadline_and_timeout_holds(
    deadline: float | None, timeout_s: float | None, expected: float
) -> None:
    run = Run(tool="slug", deadline=at(deadline) if deadline else None, timeout_s=timeout_s)
    assert only(Bench(Intake).publishes(run), task.Accepted).deadline == at(expected)


def test_the_body_of_a_learning_task_converts_back_to_it() -> None:
    examples = tuple(task.Example(args=(n,), result=2 * n) for n in range(3))
    learn = Learn(name="double", goal="double it", examples=examples)
    said = only(Bench(Intake).publishes(learn), task.Accepted)
    assert Learn(**{**said.body, "examples": learn.examples}) == learn


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999-00:01"])
def test_a_deadline_that_no_calendar_holds_in_utc_is_refused(text: str) -> None:
    said = refused(Bench(Intake), f'{{"tool": "slug", "deadline": "{text}"}}'.encode())
    assert (said.path, "year 9999" in said.reason) == ("$.deadline", True)


def test_the_last_moment_that_there_is_may_be_a_deadline() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert only(Bench(Intake).publishes(Run(tool="slug", deadline=last)), task.Accepted).deadline == last


def test_identical_examples_count_once() -> None:
    examples = (task.Example(args=(1,), result=2),) * 3
    said = only(Bench(Intake).publishes(Learn(name="twice", goal="twice it", examples=examples)), task.Refused)
    assert said.path == "$.examples"
    assert "1 example that is not given twice" in said.reason


def test_who_published_a_task_is_told_as_far_as_it_is_known() -> None:
    run = Run(tool="slug")
    assert only(Bench(Intake).publishes(run, {"ce-source": "/shop/till-3"}), task.Accepted).client == "/shop/till-3"
    assert only(Bench(Intake).publishes(run), task.Accepted).client == ""
    assert only(Bench(Intake).publishes(run, {"ce-source": "x" * 500}), task.Accepted).client == ""


LEARN = {"name": "double", "goal": "double a number", "examples": [{"args": [n], "result": 2 * n} for n in (1, 2, 3)]}


def commission(body: Any = LEARN, kind: str = "learn", deadline: float = START + 60) -> goal.Commission:
    return goal.Commission(goal="g-1", task="autonomy-g-1", kind=kind, body=body, deadline=deadline)  # type: ignore[arg-type]


def test_a_task_of_a_goal_is_accepted_for_the_autonomy_level_with_the_goals_deadline() -> None:
    accepted = only(Bench(Intake).hears(commission()), task.Accepted)
    assert (accepted.task, accepted.kind, accepted.client) == ("autonomy-g-1", "learn", goal.CLIENT)
    assert accepted.body == LEARN
    assert accepted.deadline == at(60)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (commission(body={**LEARN, "nmae": "x"}), "unknown field `nmae`"),
        (commission(body={"tool": "double", "args": 1}, kind="run"), "Expected `array`"),
        (commission(body={**LEARN, "examples": []}), "examples"),
        (commission(deadline=START), "deadline has passed"),
    ],
)
def test_a_task_of_a_goal_is_held_to_what_any_task_is_held_to(message: goal.Commission, told: str) -> None:
    assert told in only(Bench(Intake).hears(message), task.Refused).reason


def test_a_task_of_a_goal_is_accepted_once_and_withdrawn_once() -> None:
    bench = Bench(Intake)
    assert bench.hears(goal.Withdraw(goal="g-1", task="autonomy-g-1", reason="r")) == ()
    bench.hears(commission())
    assert "accepted already" in only(bench.hears(commission()), task.Refused).reason
    withdrawn = only(bench.hears(goal.Withdraw(goal="g-1", task="autonomy-g-1", reason="r")), task.Accepted)
    assert withdrawn.kind == "cancel"
    assert withdrawn.body == {"task": "autonomy-g-1", "reason": "r"}
    assert bench.hears(goal.Withdraw(goal="g-1", task="autonomy-g-1", reason="r")) == ()


def recheck(deadline: float = START + 60) -> goal.Recheck:
    return goal.Recheck(goal="g-1", task="autonomy-g-1", tool="double", deadline=deadline)


def test_a_recheck_for_a_goal_is_a_task_of_the_autonomy_level_and_accepted_once() -> None:
    bench = Bench(Intake)
    accepted = only(bench.hears(recheck()), task.Accepted)
    assert (accepted.kind, accepted.client, accepted.deadline) == ("recheck", goal.CLIENT, at(60))
    assert msgspec.convert(accepted.body, task.Recheck).tool == "double"
    assert "accepted already" in only(bench.hears(recheck()), task.Refused).reason
    assert "deadline" in only(Bench(Intake).hears(recheck(START)), task.Refused).reason
