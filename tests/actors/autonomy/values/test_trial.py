"""The mutation sandbox and the evidence for a mutation: both rest on what was measured."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.values import trial
from actors.autonomy.values.evidence import FEWEST, Row, statistics, suggestion
from actors.autonomy.values.simplex import BASELINE, DIMENSIONS, moved
from actors.autonomy.values.trial import Outcome, Scene
from messages.gate.evidence import Dimension

WELL = Scene(diversity=0.8, identity=0.95, goals={}, violated=())


def rows(gain: float, count: int = 40, seed: int = 0) -> list[Row]:
    """Cycles in which performance follows the share of growth by `gain`, beside noise."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        growth = dice.uniform(0.1, 0.5)
        performance = min(1.0, max(0.0, 0.6 + gain * (growth - 0.3) + dice.gauss(0, 0.02)))
        found.append(Row(performance, {"growth": growth, "safety": 1 - growth}))
    return found


def tried(
    step: float, gain: float = 0.0, dimension: Dimension = "growth", scene: Scene = WELL, seed: int = 1
) -> Outcome:
    after = moved(BASELINE, dimension, step)
    return trial.run(rows(gain), scene, BASELINE, after, BASELINE, random.Random(seed))


def test_more_weight_for_what_helps_raises_the_objective_and_for_what_harms_lowers_it() -> None:
    assert (
        tried(0.05, gain=0.8).objective_change > tried(0.05).objective_change > tried(0.05, gain=-0.8).objective_change
    )


def test_a_trial_gives_the_same_for_the_same_dice() -> None:
    assert tried(0.05, seed=7) == tried(0.05, seed=7)


def test_no_change_of_weights_changes_nothing() -> None:
    same = trial.run(rows(0.5), WELL, BASELINE, BASELINE, BASELINE, random.Random(1))
    assert same.objective_change == 0
    assert same.goal_rate_change == 0
    assert same.reason == ""


def test_a_fall_of_the_objective_beyond_the_bound_fails() -> None:
    found = tried(0.05, gain=-8.0)
    assert found.objective_change < trial.LEAST_OBJECTIVE
    assert "objective" in found.reason


@pytest.mark.parametrize(("step", "passes"), [(-0.02, True), (-0.0201, False), (-0.05, False)])
def test_the_rate_of_goals_may_fall_by_a_tenth(step: float, passes: bool) -> None:
    found = tried(step, scene=WELL._replace(goals={"growth": 10}))
    assert found.goal_rate_change == pytest.approx(step / 0.2)
    assert (found.reason == "") is passes


def test_an_invariant_that_does_not_hold_fails_the_trial_and_is_named() -> None:
    found = tried(0.01, scene=WELL._replace(violated=("identity",)))
    assert not found.stable
    assert "identity" in found.reason


def test_a_vector_whose_drift_is_elevated_fails() -> None:
    far = moved(moved(moved(BASELINE, "growth", 0.05), "growth", 0.05), "growth", 0.03)
    found = trial.run(rows(0.0), WELL, far, moved(far, "growth", 0.01), BASELINE, random.Random(1))
    assert "value_drift" in found.reason


def test_too_few_cycles_are_no_trial() -> None:
    with pytest.raises(ValueError, match="too few"):
        trial.run(rows(0.0, count=9), WELL, BASELINE, BASELINE, BASELINE, random.Random(1))


@given(st.integers(0, 10**6), st.sampled_from(DIMENSIONS), st.floats(-0.05, 0.05))
def test_a_trial_is_finite_whatever_is_tried(seed: int, dimension: Dimension, step: float) -> None:
    after = moved(BASELINE, dimension, step)
    found = trial.run(rows(0.3), WELL, BASELINE, after, BASELINE, random.Random(seed))
    assert -2 <= found.objective_change <= 2


def improving(sign: float, count: int = 40) -> list[Row]:
    """The more growth got in a cycle, the better (or worse) the next one is."""
    dice = random.Random(3)
    found, performance = [], 0.5
    for _ in range(count):
        growth = dice.uniform(0.1, 0.5)
        found.append(Row(performance, {"growth": growth, "safety": dice.uniform(0.1, 0.3)}))
        performance = min(1.0, max(0.0, performance + sign * (growth - 0.3) + dice.gauss(0, 0.02)))
    return found


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_performance_follows_is_suggested_with_its_sign(sign: float) -> None:
    found = suggestion(improving(sign), DIMENSIONS)
    assert found is not None
    assert found.dimension == "growth"
    assert found.step * sign > 0


def test_too_few_cycles_suggest_nothing() -> None:
    assert suggestion(improving(1.0, FEWEST), DIMENSIONS) is None
    assert suggestion(improving(1.0, FEWEST + 1), DIMENSIONS) is not None


def test_noise_seldom_suggests_anything() -> None:
    said = 0
    for seed in range(200):
        dice = random.Random(seed)
        noise = [Row(dice.uniform(0.4, 0.9), {name: dice.uniform(0.05, 0.3) for name in DIMENSIONS}) for _ in range(40)]
        said += suggestion(noise, DIMENSIONS) is not None
    assert said <= 15


def test_a_dimension_that_never_varied_has_no_statistic() -> None:
    assert "safety" not in statistics(
        [Row(0.1 * (n % 3), {"safety": 0.5, "growth": n / 99}) for n in range(40)], DIMENSIONS
    )
