"""Scenarios gain and lose probability by how well they foretold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import scenarios
from actors.autonomy.mirror.foresight import Value
from actors.autonomy.mirror.scenarios import Outlook

FORECAST = {"latency": (2.0, 1.0), "memory": (0.5, 0.1), "arrivals": (4.0, 2.0)}
OUTLOOKS = {"latency": Outlook(2.0, 1.0, 2.0, 1.0), "memory": Outlook(0.5, 0.1, 0.5, 0.1)}


def after(steps: int, came: dict[str, float]) -> dict[str, float]:
    weights = scenarios.priors()
    for _ in range(steps):
        weights = scenarios.updated(weights, FORECAST, {name: Value(value) for name, value in came.items()})
    return weights


def test_priors_are_those_of_the_specification() -> None:
    wanted = {"baseline": 0.5, "optimistic": 0.15, "pessimistic": 0.2, "disruption": 0.1, "alternative": 0.05}
    assert scenarios.priors() == wanted
    assert sum(wanted.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("came", "winner"),
    [
        ({"latency": 2.0, "memory": 0.5}, "baseline"),
        ({"latency": 0.8, "memory": 0.62}, "optimistic"),
        ({"latency": 3.2, "memory": 0.38}, "pessimistic"),
        ({"latency": 6.0, "memory": 0.1}, "disruption"),
        ({"latency": 6.0, "memory": 0.9}, "alternative"),
    ],
)
def test_the_scenario_that_foretells_best_wins(came: dict[str, float], winner: str) -> None:
    weights = after(20, came)
    assert max(weights, key=lambda name: weights[name]) == winner


def test_what_is_good_goes_up_for_resources_and_down_for_trouble() -> None:
    assert scenarios.component("optimistic", "memory", 0.5, 0.1).mean == pytest.approx(0.6)
    assert scenarios.component("optimistic", "latency", 2.0, 1.0).mean == pytest.approx(1.0)
    assert scenarios.component("optimistic", "arrivals", 4.0, 2.0).mean == pytest.approx(4.0)


@given(st.dictionaries(st.sampled_from(sorted(FORECAST)), st.floats(-1e6, 1e6)), st.integers(1, 30))
def test_probabilities_stay_probabilities_and_none_dies(came: dict[str, float], steps: int) -> None:
    weights = after(steps, came)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert all(weights[name] >= 0.05 * prior * 0.99 for name, prior in scenarios.priors().items())


@pytest.mark.parametrize(
    ("gain", "kind"),
    [(0.051, "opportunistic"), (0.05, "neutral"), (0.0, "neutral"), (-0.05, "neutral"), (-0.051, "threat")],
)
def test_the_kind_follows_the_gain(gain: float, kind: str) -> None:
    assert scenarios.kind_of(gain) == kind


def test_gains_are_over_the_baseline() -> None:
    gains = scenarios.gains(OUTLOOKS)
    assert gains["baseline"] == 0.0
    assert gains["optimistic"] == pytest.approx(0.3413, abs=1e-3)
    assert gains["pessimistic"] == pytest.approx(-0.3413, abs=1e-3)
    assert gains["disruption"] < gains["pessimistic"]


def test_without_a_dimension_that_is_good_or_bad_nothing_is_gained() -> None:
    assert set(scenarios.gains({"arrivals": Outlook(4.0, 2.0, 4.0, 2.0)}).values()) == {0.0}


@pytest.mark.parametrize(("persistence", "cycles"), [(0.0, 5), (0.5, 5), (0.9, 7), (0.98, 35), (0.9999, 200)])
def test_a_scenario_lasts_for_a_half_life(persistence: float, cycles: int) -> None:
    assert scenarios.duration([persistence, 0.1]) == cycles
