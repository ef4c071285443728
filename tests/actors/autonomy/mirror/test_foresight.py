"""Forecasts are judged by what came, counts as fairly as readings."""

import numpy as np
import pytest

from actors.autonomy.mirror import foresight
from actors.autonomy.mirror.foresight import Component, Value

NORMAL = (Component(1.0, 0.0, 1.0),)


@pytest.mark.parametrize(
    ("value", "level", "expected"),
    [(0.0, 0.5, 1.0), (0.67, 0.5, 1.0), (0.68, 0.5, 0.0), (-1.28, 0.8, 1.0), (-1.29, 0.8, 0.0), (1.95, 0.95, 1.0)],
)
def test_a_reading_is_in_the_interval_or_not(value: float, level: float, expected: float) -> None:
    assert foresight.hit(Value(value), NORMAL, level) == expected


def test_a_count_is_in_it_by_the_part_of_its_probability() -> None:
    wide = (Component(1.0, 0.0, 0.3),)
    assert 0.4 < foresight.hit(Value(0.0, 1.0), wide, 0.5) < 0.6
    assert foresight.hit(Value(5.0, 1.0), wide, 0.5) == 0.0


def test_rare_counts_are_not_taken_for_badly_calibrated() -> None:
    rng = np.random.default_rng(1)
    hits = [
        foresight.hit(Value(float(rng.poisson(0.2)), 1.0), (Component(1.0, 0.2, 0.2**0.5),), 0.5) for _ in range(500)
    ]
    assert np.mean(hits) == pytest.approx(0.5, abs=0.1)


def test_a_mixture_covers_what_any_of_it_holds() -> None:
    both = (Component(0.5, -3.0, 1.0), Component(0.5, 3.0, 1.0))
    assert foresight.hit(Value(3.0), both, 0.9) == 1.0
    assert foresight.hit(Value(9.0), both, 0.9) == 0.0


def test_a_component_without_spread_is_a_point() -> None:
    point = (Component(1.0, 1.0, 0.0),)
    assert foresight.below(0.5, point) == 0.0
    assert foresight.below(1.5, point) == 1.0


def test_the_figures_wait_for_enough_rounds_and_are_then_means() -> None:
    rows = [(0.5, 0.7, 1.0)] * 9
    assert foresight.foresight(rows, [1.0] * 9, 10) is None
    found = foresight.foresight([*rows, (0.5, 1.0, 1.0)], [1.0] * 9 + [0.0], 10)
    assert found is not None
    assert found.accuracy == pytest.approx(0.73)
    assert found.calibration == pytest.approx((0.0 + 0.07 + 0.05) / 3)
    assert found.coverage == pytest.approx(0.9)


def test_no_forecast_no_score() -> None:
    assert foresight.scored([]) is None
    assert foresight.foresight([], [], 0) is None
