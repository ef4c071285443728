"""Conditions, margins, score and identity at their bounds, beside formulas written apart from the specification."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.gate.stability import conditions as five
from actors.gate.stability import identity, invariants
from actors.gate.stability.score import SCALES, band, margin, score

GOOD = five.State(radius=(0.7, 0.6, 0.8), identity=1.0, altered=False, drift=0.0, horizon=five.NEVER, depth=0)


def verdicts(state: five.State, bound: float = five.RADIUS) -> dict[str, str]:
    return {one.name: one.verdict for one in five.conditions(state, bound)}


@pytest.mark.parametrize(
    ("changed", "name", "holds"),
    [
        ({"radius": (0.98, 0.9799, 1.0)}, "spectral_radius", True),
        ({"radius": (0.99, 0.98, 1.0)}, "spectral_radius", False),
        ({"radius": (0.99, 0.9801, 1.0)}, "spectral_radius", False),
        ({"identity": 0.8799}, "identity", False),
        ({"identity": 0.88}, "identity", True),
        ({"identity": 0.8801}, "identity", True),
        ({"altered": True}, "identity", False),
        ({"drift": 0.2499}, "value_drift", True),
        ({"drift": 0.25}, "value_drift", False),
        ({"drift": 0.2501}, "value_drift", False),
        ({"horizon": 29.9}, "horizon", False),
        ({"horizon": 30.0}, "horizon", False),
        ({"horizon": 30.1}, "horizon", True),
        ({"depth": 2}, "cascade", True),
        ({"depth": 3}, "cascade", False),
    ],
)
def test_each_condition_is_violated_from_its_bound_on(changed: dict[str, object], name: str, holds: bool) -> None:
    found = verdicts(GOOD._replace(**changed))
    assert (found[name] == "holds") is holds
    assert all(verdict == "holds" for other, verdict in found.items() if other != name)


def test_what_was_not_measured_is_no_condition_and_is_named_as_unknown() -> None:
    state = GOOD._replace(radius=None, identity=None, horizon=None, depth=None)
    assert set(verdicts(state)) == {"value_drift"}
    for word in ("radius", "identity", "resources"):
        assert word in five.unknown(state, five.RADIUS)
    assert five.unknown(GOOD, five.RADIUS) == ""


@pytest.mark.parametrize(("high", "unknown"), [(0.979, False), (0.98, True), (1.2, True)])
def test_an_interval_that_holds_the_bound_leaves_it_undetermined(high: float, unknown: bool) -> None:
    assert bool(five.unknown(GOOD._replace(radius=(0.9, 0.8, high)), five.RADIUS)) is unknown


NOMINAL = {"spectral_radius": 0.80, "identity": 1.0, "value_drift": 0.0, "horizon": 60.0, "cascade": 0.0}
ZERO = {"spectral_radius": 0.98, "identity": 0.88, "value_drift": 0.25, "horizon": 30.0, "cascade": 3.0}


def apart(name: str, value: float) -> float:
    """The margin as the specification says it, written without the product's code."""
    return min(1.0, max(0.0, (value - ZERO[name]) / (NOMINAL[name] - ZERO[name])))


@given(st.sampled_from(sorted(SCALES)), st.floats(-5, 1_000))
def test_margins_are_those_of_the_specification(name: str, value: float) -> None:
    assert margin(name, value) == pytest.approx(apart(name, value))


@pytest.mark.parametrize("name", sorted(SCALES))
def test_a_margin_is_whole_at_its_nominal_point_and_none_at_its_threshold(name: str) -> None:
    assert margin(name, NOMINAL[name]) == 1.0
    assert margin(name, ZERO[name]) == 0.0
    assert 0 < margin(name, (NOMINAL[name] + ZERO[name]) / 2) < 1


def test_an_infinite_horizon_has_a_whole_margin_and_an_infinite_radius_none() -> None:
    assert margin("horizon", math.inf) == 1.0
    assert margin("spectral_radius", math.inf) == 0.0


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.integers(0, 4), st.floats(0, 1))
def test_the_score_never_rises_when_one_margin_shrinks(margins: list[float], place: int, by: float) -> None:
    smaller = [*margins]
    smaller[place] *= by
    assert score(smaller) <= score(margins)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.0, "critical"),
        (0.0499, "critical"),
        (0.05, "marginal"),
        (0.1999, "marginal"),
        (0.20, "adequate"),
        (0.50, "adequate"),
        (0.5001, "healthy"),
        (1.0, "healthy"),
    ],
)
def test_bands_of_the_score(value: float, name: str) -> None:
    assert band(value) == name


def test_identity_weighs_its_four_parts() -> None:
    assert identity.identity(1, 1, 1, 1) == pytest.approx(1.0)
    assert identity.identity(0.5, 1, 1, 1) == pytest.approx(0.8)
    assert identity.identity(1, 0.5, 1, 1) == pytest.approx(0.85)
    assert identity.identity(1, 1, 0.5, 1) == pytest.approx(0.95)
    assert identity.identity(1, 1, 1, 0.5) == pytest.approx(0.9)


def test_a_purpose_that_was_not_measured_is_left_out_and_neither_helps_nor_harms() -> None:
    assert identity.identity(1, 1, 1, None) == pytest.approx(1.0)
    assert identity.identity(0.5, 1, 1, None) == pytest.approx(0.6 / 0.8)


def test_parts_of_the_identity() -> None:
    assert identity.kept({"a": "1", "b": "2"}, {"a": "1", "b": "x"}) == 0.5
    assert identity.kept({}, {"a": "1"}) == 1.0


UNIT = st.floats(0, 1)


@given(UNIT, UNIT, UNIT, UNIT)
def test_the_lyapunov_function_is_that_of_the_specification(s: float, u: float, i: float, c: float) -> None:
    expected = 0.357 * (1 - s) ** 2 + 0.286 * u**2 + 0.214 * (1 - i) ** 2 + 0.143 * (c - 1) ** 2
    assert invariants.lyapunov(s, u, i, c) == pytest.approx(expected)


def test_the_share_of_cycles_without_growth() -> None:
    assert invariants.settled([0.5] * 9) is None
    assert invariants.settled([0.5] * 10) == 1.0
    assert invariants.settled([0.1 * number for number in range(11)]) == 0.0
    assert invariants.settled([0.005 * number for number in range(11)]) == 1.0, "noise is no growth"
