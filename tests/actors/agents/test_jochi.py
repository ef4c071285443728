"""Jochi: what he has run, and what his judgement comes to."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from actors.agents.jochi import Jochi
from messages import learning, sandbox
from messages.sandbox import Result
from messages.task import Example
from tests.actors.bench import Bench, only

SEEN = tuple(Example(args=(n,), result=2 * n) for n in range(2))
UNSEEN = (Example(args=(7,), result=14),)


def validate(round_number: int = 1) -> learning.Validate:
    return learning.Validate(task="L", round=round_number, source="", entry="double", seen=SEEN, unseen=UNSEEN)


def judged(answer: Callable[[int, tuple[Any, ...]], Result]) -> learning.Validated:
    bench = Bench(Jochi)
    run = only(bench.hears(validate()), sandbox.Run)
    results = tuple(answer(place, args) for place, args in enumerate(run.calls))
    said: learning.Validated = only(
        bench.hears(sandbox.Ran(task="L", purpose=run.purpose, results=results)), learning.Validated
    )
    assert bench.state.cases == {}
    return said


def right(_place: int, args: tuple[Any, ...]) -> Result:
    if not isinstance(args[0], int | str | list):
        return Result(status="raised", error="TypeError: unsupported operand")
    return Result(status="returned", value=2 * args[0])


def test_at_least_ten_tests_are_made_with_unseen_examples_and_edges_among_them() -> None:
    calls = only(Bench(Jochi).hears(validate()), sandbox.Run).calls
    assert len(calls) >= 10
    assert (7,) in calls
    assert (-1,) in calls
    assert calls.count((0,)) == 2


def test_what_is_right_everywhere_is_mastered() -> None:
    said = judged(right)
    assert (said.mastery, said.failed, said.critical, said.failures) == (1.0, 0, 0, ())


def test_what_fails_only_on_the_unseen_example_is_found_out() -> None:
    said = judged(lambda place, args: Result(status="returned", value=0) if args == (7,) else right(place, args))
    assert said.critical == 1
    assert said.failures[0].args == (7,)
    assert (said.failures[0].expected, said.failures[0].got) == (14, 0)
    assert said.mastery < 1.0


def test_an_example_counts_twice() -> None:
    wrong = Result(status="returned", value=-1)
    example_wrong = judged(lambda place, args: wrong if place == 0 else right(place, args))
    edge_wrong = judged(lambda place, args: Result(status="timeout") if args == (-1,) else right(place, args))
    assert 1 - example_wrong.mastery > 1 - edge_wrong.mastery


def test_what_gives_something_else_the_second_time_is_not_repeatable() -> None:
    said = judged(lambda place, args: Result(status="returned", value=place))
    assert any("called again" in failure.error for failure in said.failures)


def test_a_test_that_kills_its_process_costs_the_others_nothing() -> None:
    bench = Bench(Jochi)
    run = only(bench.hears(validate()), sandbox.Run)
    place = list(run.calls).index((-1,))
    made = tuple(right(0, args) for args in run.calls[:place])
    lost = tuple(Result(status="killed", error="not run: no answer within 10 s") for _ in run.calls[place + 1 :])
    results = (*made, Result(status="timeout", error="no answer within 10 s"), *lost)
    again = only(bench.hears(sandbox.Ran(task="L", purpose=run.purpose, results=results)), sandbox.Run)
    assert again.calls == run.calls[place + 1 :]
    rest = tuple(Result(status="raised", error="TypeError: no") for _ in again.calls)
    said = only(bench.hears(sandbox.Ran(task="L", purpose=again.purpose, results=rest)), learning.Validated)
    assert [outcome.outcome for outcome in said.outcomes].count("timed_out") == 1
    assert said.failed == 1


def test_a_suite_runs_after_the_examples_in_a_process_of_its_own() -> None:
    bench = Bench(Jochi)
    order = msgspec.structs.replace(validate(), suite="def test_a():\n    assert double(1) == 2\n", name="double")
    run = only(bench.hears(order), sandbox.Run)
    results = tuple(
        right(0, args) if args[0] in (0, 1, 7) else Result(status="raised", error="TypeError: no") for args in run.calls
    )
    suite = only(bench.hears(sandbox.Ran(task="L", purpose=run.purpose, results=results)), sandbox.Run)
    assert suite.calls == (("test_a", None),)
    assert suite.entry == "run_test"
    passed = (Result(status="returned"),)
    said = only(bench.hears(sandbox.Ran(task="L", purpose=suite.purpose, results=passed)), learning.Validated)
    assert (said.mastery, said.outcomes[-1].name) == (1.0, "test_a")


def test_a_suite_that_can_not_be_read_fails_at_once_with_its_line() -> None:
    order = msgspec.structs.replace(validate(), suite="def test_a(:\n")
    said = only(Bench(Jochi).hears(order), learning.Validated)
    assert said.mastery == 0.0
    assert "line 1" in said.failures[0].error


def test_what_changes_its_arguments_is_told() -> None:
    said = judged(lambda place, args: msgspec.structs.replace(right(place, args), mutated=True))
    assert {failure.error for failure in said.failures} == {"changes its arguments"}
    assert said.critical == 0
    assert said.mastery < 0.85


def test_an_exception_at_an_edge_is_a_proper_answer() -> None:
    said = judged(
        lambda place, args: right(place, args) if args[0] in (0, 1, 7) else Result(status="raised", error="ValueError")
    )
    assert said.mastery == 1.0


@pytest.mark.parametrize("status", ["timeout", "killed", "memory", "flood", "protocol"])
def test_an_edge_that_kills_the_process_is_a_failure(status: str) -> None:
    said = judged(
        lambda place, args: right(place, args) if args[0] in (0, 1, 7) else Result(status=status, error="too long")
    )
    assert said.mastery < 0.85
    assert all(status in failure.error for failure in said.failures)


def test_an_example_that_raises_is_wrong() -> None:
    said = judged(lambda place, args: Result(status="raised", error="KeyError") if place == 1 else right(place, args))
    assert said.critical == 1
    assert "KeyError" in said.failures[0].error


def test_missing_results_count_as_failed() -> None:
    bench = Bench(Jochi, history=[validate()])
    said = only(bench.hears(sandbox.Ran(task="L", purpose="jochi:tests:1:0", results=())), learning.Validated)
    assert said.mastery == 0.0
    assert said.critical == 3


def test_results_for_others_are_ignored() -> None:
    bench = Bench(Jochi, history=[validate(2)])
    assert bench.hears(sandbox.Ran(task="L", purpose="jochi:tests:1:0", results=())) == ()
    assert bench.hears(sandbox.Ran(task="L", purpose="registry:call", results=())) == ()
