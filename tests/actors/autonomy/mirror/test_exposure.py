"""RES, and the parts that it is made of."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import exposure
from tests.actors.autonomy.mirror import reference

SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE)
def test_the_formula_is_that_of_the_specification(a: float, b: float, c: float, d: float) -> None:
    assert exposure.exposure(a, b, c, d) == pytest.approx(reference.res(a, b, c, d))


def test_infrastructure_is_as_exposed_as_its_scarcest_resource() -> None:
    assert exposure.infrastructure([0.9, 0.25, 0.6]) == pytest.approx(0.75)
    assert exposure.infrastructure([]) == 0.0


def test_white_innovations_violate_nothing_and_drifting_or_echoing_ones_do() -> None:
    rng = np.random.default_rng(3)
    white = rng.normal(size=200)
    drifted = white.copy()
    drifted[-50:] += 1.0
    echoing = np.convolve(rng.normal(size=201), [1, 0.9], "valid")
    assert exposure.violated({"white": white, "drifted": drifted, "echoing": echoing}) == ["drifted", "echoing"]
    assert exposure.violated({"short": np.array([1.0])}) == []


def test_a_true_law_is_seldom_taken_for_violated() -> None:
    rng = np.random.default_rng(4)
    assert len(exposure.violated({str(k): rng.normal(size=200) for k in range(200)})) <= 4


@pytest.mark.parametrize(("ages", "expected"), [([0, 0], 0.0), ([20, 0], 0.5), ([100, 100], 1.0), ([], 1.0)])
def test_staleness_is_the_mean_age_of_the_last_values(ages: list[float], expected: float) -> None:
    assert exposure.staleness(ages) == expected


def test_shocks_are_counted_among_the_latest_innovations() -> None:
    calm = np.zeros(100)
    old, recent = calm.copy(), calm.copy()
    old[10], recent[-1] = 9.0, 9.0
    assert exposure.shocks({"a": old}) == 0.0
    assert exposure.shocks({"a": recent}) == pytest.approx(0.5)
    assert exposure.shocks({"a": np.full(100, math.nan)}) == 0.0
    assert exposure.shocks({}) == 0.0
