"""The posterior says how sure one may be of an effect."""

import numpy as np
import pytest

from actors.cognition.incubator.posterior import posterior


def test_without_an_effect_few_trials_pass_and_with_a_large_one_almost_all() -> None:
    rng = np.random.default_rng(0)

    def passed(effect: float) -> float:
        trials = [posterior(rng.normal(effect, 0.1, 30), 0.15, rng).exceeds > 0.75 for _ in range(150)]
        return float(np.mean(trials))

    assert passed(0.0) == 0.0
    assert passed(0.10) < 0.05
    assert 0.1 < passed(0.15) < 0.45
    assert passed(0.25) > 0.97


def test_intervals_hold_the_true_effect_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        found = posterior(rng.standard_t(3, 30) * 0.1 + 0.2, 0.0, rng)
        held += found.low <= 0.2 <= found.high
    assert 0.88 <= held / 300 <= 0.99


def test_one_measurement_that_is_far_off_decides_nothing() -> None:
    rng = np.random.default_rng(2)
    effects = np.r_[np.full(29, 0.3) + rng.normal(0, 0.01, 29), -500.0]
    assert posterior(effects, 0.2, rng).exceeds > 0.99


def test_too_few_pairs_say_nothing() -> None:
    with pytest.raises(ValueError, match="3 pairs are too few"):
        posterior(np.ones(3), 0.0, np.random.default_rng(0))
