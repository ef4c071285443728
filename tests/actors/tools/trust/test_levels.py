"""The level that a success rate gives, and that it does not flap."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tools.trust.levels import BOUNDS, HYSTERESIS, ORDER, level_of
from messages.tools.deployment import DeploymentLevel

LEVEL = st.sampled_from(ORDER)
RATE = st.floats(0, 1)


@pytest.mark.parametrize(
    ("rate", "level"),
    [
        (1.0, "full"),
        (0.95, "full"),
        (0.94, "limited"),
        (0.80, "limited"),
        (0.79, "sandbox_only"),
        (0.50, "sandbox_only"),
        (0.49, "disabled"),
        (0.0, "disabled"),
    ],
)
def test_a_version_that_stood_well_falls_at_the_bounds(rate: float, level: DeploymentLevel) -> None:
    assert level_of(rate, "full") == level


@pytest.mark.parametrize(
    ("rate", "standing", "level"),
    [
        (0.96, "limited", "limited"),
        (0.97, "limited", "full"),
        (0.81, "sandbox_only", "sandbox_only"),
        (0.82, "sandbox_only", "limited"),
        (0.96, "sandbox_only", "limited"),
        (0.51, "disabled", "disabled"),
        (1.0, "disabled", "full"),
    ],
)
def test_it_rises_only_beyond_the_bound(rate: float, standing: DeploymentLevel, level: DeploymentLevel) -> None:
    assert level_of(rate, standing) == level


@given(st.sampled_from(BOUNDS), LEVEL, st.lists(st.floats(0, HYSTERESIS, exclude_max=True), min_size=1))
def test_within_the_band_above_a_bound_nothing_flaps(
    bound: tuple[DeploymentLevel, float], standing: DeploymentLevel, above: list[float]
) -> None:
    seen = [standing]
    for over in above:
        rate = bound[1] + over
        if rate < bound[1] + HYSTERESIS:
            seen.append(level_of(rate, seen[-1]))
    changes = sum(one != other for one, other in itertools.pairwise(seen))
    assert changes <= 1


@given(RATE, LEVEL)
def test_the_same_rate_again_changes_nothing(rate: float, standing: DeploymentLevel) -> None:
    once = level_of(rate, standing)
    assert level_of(rate, once) == once


@given(RATE, RATE, LEVEL)
def test_a_better_rate_is_never_worse(one: float, other: float, standing: DeploymentLevel) -> None:
    worse, better = sorted((one, other))
    assert ORDER.index(level_of(better, standing)) <= ORDER.index(level_of(worse, standing))
