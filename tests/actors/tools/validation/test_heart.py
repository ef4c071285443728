"""A program that answers its examples alone is told so, and honest ones are left in peace."""

from collections.abc import Callable
from typing import Any

import pytest

from actors.tools.validation.trials import trials_of
from actors.tools.validation.verdict import Verdict, judge
from messages.task import Case, Example
from messages.tools.sandbox import Result

DOUBLES = tuple(Example(args=(n,), result=2 * n) for n in (1, 2, 5, 7))
DOMAINS = tuple(Example(args=(f"{name}@{name}.org",), result=f"{name}.org") for name in ("ada", "bob", "cy"))
PRICES = tuple(Example(args=({"net": n, "tax": 1},), result=n + 1) for n in (1, 2, 3))


def verdict(program: Callable[..., Any], examples: tuple[Example, ...], tests: tuple[Case, ...] = ()) -> Verdict:
    """What the judge says of the program."""
    trials = trials_of(examples, tests)
    return judge(trials, [result(program, trial.args) for trial in trials])


def result(program: Callable[..., Any], args: tuple[Any, ...]) -> Result:
    try:
        return Result(status="returned", value=program(*args))
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration, UnboundLocalError) as error:
        return Result(status="raised", error=f"{type(error).__name__}: {error}", error_type=type(error).__name__)


def searched(number: int) -> int:
    return next(each.result for each in DOUBLES if each.args[0] == number)


def chained(number: int) -> int:
    if number == 1:
        found = 2
    elif number in (2, 5, 7):
        found = 2 * number
    return found


@pytest.mark.parametrize("program", [{1: 2, 2: 4, 5: 10, 7: 14}.__getitem__, searched, chained])
def test_a_table_of_the_examples_is_no_full_mastery_and_says_why(program: Callable[..., Any]) -> None:
    found = verdict(program, DOUBLES)
    (missed,) = [each for each in found.outcomes if each.outcome != "passed"]
    assert "it may know its examples by heart" in missed.detail
    assert not missed.critical
    assert found.critical == 0
    assert 0.85 <= found.mastery < 1.0


@pytest.mark.parametrize(
    ("program", "examples"),
    [
        (lambda number: 2 * number, DOUBLES),
        (lambda address: address.split("@")[1], DOMAINS),
        (lambda address: address[address.index("@") + 1 :], DOMAINS),
        (lambda price: price["net"] + price["tax"], PRICES),
    ],
)
def test_honest_programs_that_refuse_nonsense_are_left_in_peace(
    program: Callable[..., Any], examples: tuple[Example, ...]
) -> None:
    assert verdict(program, examples).mastery == 1.0


def test_a_table_whose_tests_want_it_to_refuse_what_it_does_not_list_is_right() -> None:
    tests = (Case(name="unknown", args=(9,), raises="KeyError"),)
    assert verdict({1: 2, 2: 4, 5: 10, 7: 14}.__getitem__, DOUBLES, tests).mastery == 1.0
