"""Changes of regime: found within 30 cycles in most kinds of signals, and hardly ever where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actors.autonomy.mirror.regime import FEWEST, SHORTEST, changed, persistence
from benchmarks.regime import CHANGES, SIGNALS, false_alarms, found

SEEDS = 12
QUIET = ("white", "persistence .3", "skewed", "counts")
"""Signals with little persistence and light tails."""


@pytest.mark.parametrize("signal", QUIET)
@pytest.mark.parametrize("change", ["step of 2", "ramp to 3", "spread x3"])
def test_a_plain_change_is_found_within_thirty_cycles(signal: str, change: str) -> None:
    assert change in CHANGES
    assert found(signal, change, SEEDS) >= 0.8


@pytest.mark.parametrize("signal", SIGNALS)
def test_there_is_hardly_an_alarm_without_a_change(signal: str) -> None:
    assert false_alarms(signal, SEEDS) <= 1.0


def test_a_step_is_told_with_its_place_and_its_levels() -> None:
    rng = np.random.default_rng(3)
    series = [*rng.normal(10.0, 1.0, 150), *rng.normal(16.0, 1.0, 20)]
    change = changed(series)
    assert change is not None
    assert abs(change.ago - 20) <= 1
    assert change.kind == "level"
    assert (round(change.before), round(change.after)) == (10, 16)


def test_a_spread_is_told_as_such() -> None:
    rng = np.random.default_rng(4)
    change = changed([*rng.normal(10.0, 1.0, 150), *rng.normal(10.0, 8.0, 25)])
    assert change is not None
    assert change.kind == "spread"
    assert change.before == pytest.approx(1.0, abs=0.4)
    assert change.after > 4


@pytest.mark.parametrize("values", [[], [1.0] * 300, [0.0, 1.0] * 20, [*[1.0] * 199, 50.0]])
def test_too_few_constant_and_single_values_are_no_change(values: list[float]) -> None:
    assert changed(values) is None


def test_before_there_are_enough_values_nothing_is_said() -> None:
    series = [*[0.0, 1.0] * ((FEWEST - SHORTEST - 1) // 2), *[9.0] * SHORTEST]
    assert len(series) < FEWEST
    assert changed(series) is None
    assert changed([0.5, *[0.0, 1.0, 0.3, 0.8] * 20, *[9.0, 8.5] * 10]) is not None


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6, 0.9])
def test_persistence_is_estimated(kept: float) -> None:
    rng, last, series = np.random.default_rng(5), 0.0, []
    for noise in rng.standard_normal(4_000):
        last = kept * last + noise
        series.append(last)
    assert persistence(np.array(series)) == pytest.approx(kept, abs=0.05)


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(arrays(np.float64, st.integers(0, 250), elements=NUMBERS))
@settings(max_examples=100, deadline=None)
def test_any_numbers_are_taken_and_a_change_lies_among_them(values: np.ndarray) -> None:
    change = changed(list(values))
    if change is not None:
        assert SHORTEST <= change.ago < len(values)
        assert change.statistic > 0


@given(st.integers(0, 1_000), st.floats(0.01, 100.0), st.floats(-100.0, 100.0))
@settings(max_examples=50, deadline=None)
def test_the_unit_of_a_signal_does_not_matter(seed: int, scale: float, offset: float) -> None:
    rng = np.random.default_rng(seed)
    series = np.concatenate([rng.standard_normal(120), rng.standard_normal(25) + 2.0])
    plain, scaled = changed(list(series)), changed(list(series * scale + offset))
    assert (plain is None) == (scaled is None)
    if plain is not None and scaled is not None:
        assert (plain.ago, plain.kind) == (scaled.ago, scaled.kind)
