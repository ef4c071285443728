"""The simplex, the drift, the coherence and the pre-check: the tables of the specification at their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.values import coherence, drift, precheck
from actors.autonomy.values.simplex import BASELINE, DIMENSIONS, cosine, moved, normalised
from messages.gate.evidence import Dimension

STEPS = st.lists(st.tuples(st.sampled_from(DIMENSIONS), st.floats(-0.05, 0.05)), max_size=60)


@given(STEPS)
def test_the_weights_stay_on_the_simplex_under_any_sequence_of_mutations(steps: list[tuple[Dimension, float]]) -> None:
    weights = dict(BASELINE)
    for dimension, step in steps:
        weights = moved(weights, dimension, step)
        assert abs(sum(weights.values()) - 1) < 1e-9
        assert all(0 <= weight <= 1 for weight in weights.values())


def test_a_step_moves_its_dimension_by_just_that_and_the_others_in_proportion() -> None:
    after = moved(BASELINE, "safety", 0.05)
    assert after["safety"] == pytest.approx(0.15)
    assert after["stability"] / after["growth"] == pytest.approx(1.0)
    assert after["stability"] / after["exploration"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    "weights",
    [
        dict.fromkeys(DIMENSIONS, 0.0),
        {**BASELINE, "safety": -0.1},
        {**BASELINE, "safety": float("nan")},
        {**BASELINE, "safety": float("inf")},
        {"safety": 1.0},
    ],
)
def test_weights_that_are_none_are_refused(weights: dict[Dimension, float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        normalised(weights)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (0.0, "nominal"),
        (0.0999, "nominal"),
        (0.10, "moderate"),
        (0.1001, "moderate"),
        (0.2499, "moderate"),
        (0.25, "elevated"),
        (0.2501, "elevated"),
        (0.3999, "elevated"),
        (0.40, "critical"),
        (2.0, "critical"),
    ],
)
def test_a_drift_at_a_bound_belongs_to_the_class_above(value: float, kind: str) -> None:
    assert drift.kind_of(value) == kind


@given(st.floats(0, 2), st.floats(0, 2))
def test_classes_of_drift_are_monotone(one: float, other: float) -> None:
    order = [name for _, name in drift.CLASSES] + ["critical"]
    low, high = sorted((one, other))
    assert order.index(drift.kind_of(low)) <= order.index(drift.kind_of(high))


def test_drift_is_the_sum_of_distances() -> None:
    assert drift.drift(BASELINE, BASELINE) == 0
    assert drift.drift(moved(BASELINE, "safety", 0.05), BASELINE) == pytest.approx(0.10)


def steady(step: float, until: int) -> list[tuple[int, float]]:
    """A weight that moves by `step` every 20 cycles."""
    return [(-(10**9), 0.1), *((cycle, 0.1 + step * cycle / 20) for cycle in range(20, until + 1, 20))]


@pytest.mark.parametrize(("step", "lasts"), [(0.0199, False), (0.0201, True), (-0.0201, True), (0.03, True)])
def test_a_velocity_above_the_bound_for_200_cycles_lasts(step: float, lasts: bool) -> None:
    history = steady(step, 400)
    assert drift.velocity(history, 400) == pytest.approx(5 * step / 100)
    assert drift.lasts(history, 400) is lasts


def test_a_velocity_that_paused_or_has_not_lasted_yet_is_none() -> None:
    paused = [entry for entry in steady(0.03, 400) if not 220 < entry[0] < 360]
    assert not drift.lasts(paused, 400)
    assert not drift.lasts(steady(0.03, 200), 200)


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), max_size=12), st.integers(200, 900))
def test_a_velocity_lasts_if_it_does_in_each_cycle(gaps: list[tuple[int, float]], cycle: int) -> None:
    history, at = [(-(10**9), 0.5)], 150
    for gap, weight in gaps:
        at += gap
        history.append((at, weight))
    each = all(abs(drift.velocity(history, one)) > drift.FAST for one in range(cycle - drift.LASTING + 1, cycle + 1))
    assert drift.lasts(history, cycle) is each


def test_coherence_is_whole_until_two_competing_values_are_more_than_one_together() -> None:
    assert coherence.coherence(BASELINE) == 1.0
    extreme = normalised({**dict.fromkeys(DIMENSIONS, 1e-09), "growth": 0.7, "safety": 0.3})
    assert coherence.coherence(extreme) == pytest.approx(1.0, abs=1e-6)
    assert coherence.coherence({**BASELINE, "growth": 0.9, "safety": 0.7}) == pytest.approx(1 - 0.6 / 3)


def test_pressure_rises_before_there_is_a_tension() -> None:
    after = moved(moved(BASELINE, "growth", 0.05), "safety", 0.05)
    assert coherence.coherence(after) == 1.0
    assert coherence.pressure(BASELINE, BASELINE) == dict.fromkeys(coherence.PAIRS, 0.0)
    found = coherence.pressure(after, BASELINE)
    together = after["growth"] + after["safety"] - 0.30
    assert found["growth", "safety"] == pytest.approx(together / 0.70)


@pytest.mark.parametrize(
    ("step", "drifted", "recent", "pending", "fits"),
    [
        (0.05, 0.0, 0, 0, True),
        (-0.05, 0.0, 0, 0, True),
        (0.0501, 0.0, 0, 0, False),
        (0.05, 0.10, 0, 0, True),
        (0.05, 0.1001, 0, 0, False),
        (0.01, 0.0, 2, 0, True),
        (0.01, 0.0, 3, 0, False),
        (0.01, 0.0, 0, 1, True),
        (0.01, 0.0, 0, 2, False),
    ],
)
def test_the_precheck_holds_each_bound(step: float, drifted: float, recent: int, pending: int, fits: bool) -> None:
    assert (precheck.fault(step, drifted, [1_000] * recent, 1_000, pending) == "") is fits


@pytest.mark.parametrize(("age", "fits"), [(199, False), (200, True), (201, True)])
def test_mutations_count_for_200_cycles(age: int, fits: bool) -> None:
    assert (precheck.fault(0.01, 0.0, [1_000 - age] * 3, 1_000, 0) == "") is fits


def test_the_cosine_of_two_directions() -> None:
    assert cosine({"a": 1.0}, {"a": 3.0}) == pytest.approx(1.0)
    assert cosine({"a": 1.0}, {"a": -3.0}) == pytest.approx(-1.0)
    assert cosine({"a": 1.0}, {"b": 1.0}) == 0.0
    assert cosine({}, {"b": 1.0}) == 0.0
