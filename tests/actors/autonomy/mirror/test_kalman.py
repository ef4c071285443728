"""The filter is exact, and the law of a dimension is found again in what it has made."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.autonomy.mirror import kalman
from actors.autonomy.mirror.kalman import Belief, Law
from tests.actors.autonomy.mirror import reference

LAWS = st.builds(
    Law, st.floats(-5, 5), st.floats(-0.95, 0.95), st.floats(0.01, 4), st.one_of(st.just(0.0), st.floats(0.01, 4))
)


def series(law: Law, length: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    state, found = rng.normal() * math.sqrt(law.variance), []
    for _ in range(length):
        state = law.persistence * state + math.sqrt(law.process) * rng.normal()
        found.append(law.mean + state + math.sqrt(law.noise) * rng.normal())
    return np.array(found)


@settings(max_examples=100, deadline=None)
@given(LAWS, st.integers(1, 12), st.integers(0, 10_000), st.sets(st.integers(0, 11)))
def test_the_posterior_is_that_of_the_joint_gaussian(law: Law, length: int, seed: int, gaps: set[int]) -> None:
    values = series(law, length, seed)
    values[[place for place in gaps if place < length]] = math.nan
    belief, _ = kalman.filtered(law, values)
    mean, variance = reference.joint_posterior(*law, values.tolist())
    assert belief.mean == pytest.approx(mean, abs=1e-7)
    assert belief.variance == pytest.approx(variance, abs=1e-7)


@settings(max_examples=50, deadline=None)
@given(LAWS, st.integers(0, 10_000))
def test_innovations_are_white_and_standard(law: Law, seed: int) -> None:
    _, innovations = kalman.filtered(law, series(law, 2_000, seed))
    assert abs(innovations.mean()) < 0.15
    assert 0.85 < innovations.std() < 1.15
    assert abs(np.corrcoef(innovations[1:], innovations[:-1])[0, 1]) < 0.15


def test_a_gap_gives_no_innovation_and_more_doubt() -> None:
    law = Law(0.0, 0.8, 1.0, 0.5)
    values = series(law, 50, 1)
    sure, _ = kalman.filtered(law, values)
    values[-3:] = math.nan
    unsure, innovations = kalman.filtered(law, values)
    assert np.isnan(innovations[-3:]).all()
    assert unsure.variance > 2 * sure.variance


@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_the_law_is_found_again(persistence: float, noise: float) -> None:
    law = Law(3.0, persistence, 1.0, noise if persistence >= 0.6 else 0.0)
    found = kalman.estimate(np.array([series(law, 1_000, seed) for seed in range(20)]))
    assert all(one is not None for one in found)
    assert np.median([one.persistence for one in found]) == pytest.approx(persistence, abs=0.06)
    assert np.median([one.mean for one in found]) == pytest.approx(3.0, abs=0.3)
    assert np.median([one.variance + one.noise for one in found]) == pytest.approx(law.variance + law.noise, rel=0.2)
    if law.noise:
        assert np.median([one.noise for one in found]) == pytest.approx(noise, rel=0.5)


def test_a_window_of_200_cycles_is_enough_for_the_persistence() -> None:
    for persistence in (0.3, 0.6, 0.9):
        law = Law(0.0, persistence, 1.0, 0.0)
        found = kalman.estimate(np.array([series(law, 200, seed) for seed in range(200)]))
        errors = [one.persistence - persistence for one in found if one is not None]
        assert abs(float(np.mean(errors))) < 0.04
        assert float(np.sqrt(np.mean(np.square(errors)))) < 0.12


def test_what_never_moves_and_what_is_mostly_missing_has_no_law() -> None:
    patchy = series(Law(0.0, 0.5, 1.0, 0.0), 200, 1)
    patchy[::3] = math.nan
    whole = series(Law(0.0, 0.5, 1.0, 0.0), 200, 1)
    whole[::5] = math.nan
    found = kalman.estimate(np.array([np.full(200, 7.0), patchy, whole]))
    assert found[0] is None
    assert found[1] is None
    assert found[2] is not None


@pytest.mark.parametrize("ahead", [1, 5, 20])
def test_intervals_of_forecasts_hold_as_often_as_they_say(ahead: int) -> None:
    held = []
    for seed in range(300):
        law = Law(2.0, 0.7, 1.0, 0.5)
        values = series(law, 200 + ahead, seed)
        (found,) = kalman.estimate(values[None, :200])
        assert found is not None
        belief, _ = kalman.filtered(found, values[:200])
        mean, variance = kalman.foretold(found, belief, ahead, 200)
        held.append(abs(values[-1] - mean) <= 1.2816 * math.sqrt(variance))
    assert 0.74 <= np.mean(held) <= 0.86


def test_far_ahead_nothing_is_known_but_the_long_run() -> None:
    law = Law(2.0, 0.7, 1.0, 0.5)
    mean, variance = kalman.foretold(law, Belief(9.0, 0.1), 500, 10**9)
    assert mean == pytest.approx(2.0)
    assert variance == pytest.approx(law.variance + 0.5)


def test_uncertainty_is_in_units_of_each_dimension_s_own_variance() -> None:
    laws = [Law(0.0, 0.0, 4.0, 0.0), Law(0.0, 0.6, 0.64, 0.0)]
    assert kalman.uncertainty(laws, [Belief(0.0, 1.0), Belief(0.0, 0.5)]) == pytest.approx((0.25 + 0.5) / 2)
    assert kalman.uncertainty([], []) is None
