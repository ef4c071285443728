"""Practice: which calls are made, what failed, and what the failures have in common."""

import pytest

from actors.tools.practice import attempts_in, calls_of, failures_in, kind_of_error, patterns_of, told
from messages.task import Example
from messages.tools.learning import Failure
from messages.tools.sandbox import Result

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(3))


def returned(*values: object) -> tuple[Result, ...]:
    return tuple(Result(status="returned", value=value, wall_ms=1.5) for value in values)


def test_each_example_is_called_and_again_until_there_are_enough_calls() -> None:
    assert calls_of(EXAMPLES, 5) == ((0,), (1,), (2,), (0,), (1,))
    assert calls_of(EXAMPLES, 1) == ((0,), (1,), (2,))


def test_what_gives_what_is_wanted_each_time_has_no_failures() -> None:
    assert failures_in(EXAMPLES, returned(0, 2, 4, 0, 2)) == ()


def test_an_example_that_fails_twice_is_one_failure_and_two_attempts() -> None:
    results = returned(1, 2, 4, 1, 2)
    assert [failure.args for failure in failures_in(EXAMPLES, results)] == [(0,)]
    attempts = attempts_in(EXAMPLES, results)
    assert [attempt.error for attempt in attempts] == ["wrong result", "", "", "wrong result", ""]
    assert attempts[0].wall_ms == 1.5


def test_a_result_that_changes_from_call_to_call_is_unsteady() -> None:
    failures = failures_in(EXAMPLES, returned(0, 2, 4, 7, 2))
    assert [(failure.args, failure.error) for failure in failures] == [((0,), "unsteady result")]


def test_errors_are_folded_into_patterns_with_cause_and_workaround() -> None:
    boom = Result(status="raised", error="KeyError: 'age' (line 2)")
    patterns = patterns_of(attempts_in(EXAMPLES, (boom, boom, *returned(5))))
    assert [(pattern.kind, pattern.count) for pattern in patterns] == [("KeyError", 2), ("wrong result", 1)]
    assert "default" in patterns[0].workaround


def test_an_end_by_the_sandbox_is_its_own_kind() -> None:
    assert kind_of_error("timeout: no answer within 10 s") == "timeout"
    assert kind_of_error("raised: ValueError: no") == "ValueError"


def test_attempts_too_large_for_one_record_are_left_out() -> None:
    large = returned("x" * 150_000, "y" * 150_000)
    assert len(attempts_in((Example(args=(1,), result=""), Example(args=(2,), result="")), large)) == 1


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(args=(1,), expected=2, got=3, error="wrong result"), "wrong result for the arguments [1]: 3, not 2"),
        (Failure(args=(1,), expected=2, error="wrong result"), "wrong result for the arguments [1]: null, not 2"),
        (Failure(args=(1,), expected=2, error="timeout: slow"), "timeout: slow (for the arguments [1])"),
        (
            Failure(args=([1],), expected=[1], got=[1], error="changes its arguments"),
            "changes its arguments (for the arguments [[1]])",
        ),
        (Failure(args=(), expected=None, error="line 1: no test"), "line 1: no test"),
    ],
)
def test_a_failure_is_told_with_its_arguments_and_where_it_fits_with_both_results(failure: Failure, said: str) -> None:
    assert told(failure) == said


def test_what_is_told_of_a_failure_is_short_however_long_its_parts_are() -> None:
    failure = Failure(args=("x" * 10_000,), expected="y" * 10_000, got="z" * 10_000, error="e" * 10_000)
    assert len(told(failure)) < 1_000
