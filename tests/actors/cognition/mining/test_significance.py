"""Bounds on tails lie above the exact tails, and near them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.cognition.mining.significance import Tables, combined, log_bar, log_tail


def poisson_tail(count: int, mean: float) -> float:
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count, count + 400))


def table_tail(both: int, first: int, second: int, total: int) -> float:
    most = min(first, second)
    return sum(math.comb(first, k) * math.comb(total - first, second - k) for k in range(both, most + 1)) / math.comb(
        total, second
    )


@given(st.integers(1, 60), st.floats(0.01, 40))
def test_the_bound_of_a_count_lies_above_its_tail(count: int, mean: float) -> None:
    bound = float(log_tail(np.array([count]), np.array([mean]))[0])
    exact = math.log(max(poisson_tail(count, mean), 1e-300))
    assert exact <= bound + 1e-6
    assert bound <= max(0.0, exact + 3 + math.log(count) / 2)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 30))
def test_the_bound_of_a_table_lies_above_its_tail(first: int, second: int, others: int) -> None:
    total = max(first, second) + others
    low = max(0, first + second - total)
    for both in range(low, min(first, second) + 1):
        one = [np.array([value]) for value in (both, first, second, total)]
        bound = float(Tables(100).log_tail(*one)[0])
        assert math.log(table_tail(both, first, second, total)) <= bound + 1e-9


def test_fewer_in_common_than_there_must_be_are_no_surprise() -> None:
    one = [np.array([value]) for value in (5, 18, 15, 20)]
    assert float(Tables(50).log_tail(*one)[0]) == 0.0


def test_fifteen_of_fifteen_out_of_twenty_are_no_luck() -> None:
    bound = Tables(50).log_tail(np.array([15]), np.array([15]), np.array([15]), np.array([20]))
    assert float(bound[0]) == pytest.approx(math.log(1 / math.comb(20, 5)), abs=0.01)


@given(st.lists(st.floats(-40, 0), min_size=1, max_size=6))
def test_tests_together_are_no_surer_than_their_sum_and_one_alone_is_itself(values: list[float]) -> None:
    together = combined(np.array(values))
    assert sum(values) - 1e-9 <= together <= 0
    if len(values) == 1:
        assert together == pytest.approx(values[0])


def test_the_bar_keeps_the_share_of_false_findings() -> None:
    """Of 20 true and 5,000 false tests at a rate of 5 %, about so many of those found are false."""
    dice = np.random.default_rng(0)
    false = found = 0
    for _ in range(40):
        log_p = np.concatenate((np.log(dice.random(5_000)), np.full(20, -20.0)))
        bar = log_bar(log_p, len(log_p), 0.05)
        false += int((log_p[:5_000] <= bar).sum())
        found += int((log_p <= bar).sum())
    assert false / found < 0.08


def test_without_anything_surprising_there_is_no_bar() -> None:
    assert log_bar(np.zeros(10), 10, 0.001) == -np.inf
