"""Failures that travel: few and small."""

from actors.tools.validation.failures import fitting
from messages.tools.learning import Failure


def failure(size: int) -> Failure:
    return Failure(args=("x" * size,), expected=None)


def test_ten_travel_at_most() -> None:
    assert len(fitting([failure(1)] * 30)) == 10


def test_one_that_is_too_large_is_left_out_and_the_smaller_ones_travel() -> None:
    assert fitting([failure(200_000), failure(1)]) == (failure(1),)


def test_together_they_are_small_enough() -> None:
    assert len(fitting([failure(40_000)] * 5)) == 2
