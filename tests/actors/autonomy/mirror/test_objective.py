"""SEOF, and how the values shift it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import objective
from actors.autonomy.mirror.purpose import BASELINE
from tests.actors.autonomy.mirror import reference

SHARE = st.floats(0, 1)
VALUES = st.lists(st.floats(0.01, 1), min_size=7, max_size=7).map(
    lambda raw: {name: weight / sum(raw) for name, weight in zip(BASELINE, raw, strict=True)}
)


@given(st.floats(-1, 1), SHARE, SHARE, SHARE, SHARE)
def test_at_the_baseline_it_is_the_formula(a: float, b: float, c: float, d: float, e: float) -> None:
    assert objective.seof(a, b, c, d, e) == pytest.approx(reference.seof_at_baseline(a, b, c, d, e))


@given(st.floats(-1, 1), SHARE, SHARE, SHARE, SHARE, VALUES)
def test_it_stays_in_its_range_under_any_values(
    a: float, b: float, c: float, d: float, e: float, values: dict[str, float]
) -> None:
    assert -1 <= objective.seof(a, b, c, d, e, values) <= 1
    assert sum(objective.weights(values).values()) == pytest.approx(1.0)


def test_each_dimension_moves_a_weight() -> None:
    for name in BASELINE:
        shifted = {other: weight * (0.9 if other != name else 1.0) for other, weight in BASELINE.items()}
        shifted[name] += 1 - sum(shifted.values())
        assert objective.weights(shifted) != pytest.approx(objective.weights(BASELINE))


def test_a_trend_is_the_newer_half_less_the_older() -> None:
    assert objective.trend([0.2] * 10 + [0.6] * 10) == pytest.approx(0.4)
    assert objective.trend([0.5]) == 0.0


@pytest.mark.parametrize(
    ("series", "expected"), [([0.0, 1.0] * 50, 0.99), ([0.5] * 50, 0.0), ([0.0] * 25 + [1.0] * 25, 0.0), ([1.0], 0.0)]
)
def test_oscillation_is_swinging_from_one_value_to_the_next(series: list[float], expected: float) -> None:
    assert objective.oscillation(series) == pytest.approx(expected, abs=0.01)
