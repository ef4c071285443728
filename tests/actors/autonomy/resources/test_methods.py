"""Horizons, cascade, states and hindsight, at and around every boundary, and against a reference of their own."""

import math
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.resources import cascade, hindsight, horizon
from actors.autonomy.resources.actor import CRITICALS, WARNINGS
from actors.autonomy.resources.cascade import Dependency
from actors.autonomy.resources.state import ALLOWANCES, classify, modes
from messages.autonomy.foundation import Resource
from messages.autonomy.survival import Scenario, State
from messages.kernel.control import Mode
from tests.actors.autonomy.resources import reference

SHARES = st.floats(0, 1)
RATES = st.floats(0, 0.1)
NAMES = typing.get_args(Resource)
LEVELS = st.fixed_dictionaries(dict.fromkeys(NAMES, SHARES))
ORDER = typing.get_args(State)


@pytest.mark.parametrize(
    ("cycles", "state"),
    [
        (math.inf, "abundant"),
        (500.01, "abundant"),
        (500.0, "adequate"),
        (499.99, "adequate"),
        (200.01, "adequate"),
        (200.0, "adequate"),
        (199.99, "constrained"),
        (100.01, "constrained"),
        (100.0, "constrained"),
        (99.99, "warning"),
        (50.01, "warning"),
        (50.0, "warning"),
        (49.99, "critical"),
        (0.0, "critical"),
    ],
)
def test_the_state_at_and_around_each_boundary(cycles: float, state: State) -> None:
    assert classify(cycles) == state
    assert reference.state_of(cycles if math.isfinite(cycles) else None) == state


@pytest.mark.parametrize(
    ("state", "autonomy", "foundation", "exploration", "stability_effort", "goals"),
    [
        ("abundant", Mode.FULL, Mode.FULL, 1.0, 0.0, False),
        ("adequate", Mode.FULL, Mode.FULL, 1.0, 0.0, False),
        ("constrained", Mode.REDUCED, Mode.FULL, 0.7, 0.0, False),
        ("warning", Mode.ADVISORY, Mode.REDUCED, 0.5, 0.0, True),
        ("critical", Mode.FROZEN, Mode.ADVISORY, pytest.approx(0.2), 0.8, True),
    ],
)
def test_what_each_state_allows(
    state: State, autonomy: Mode, foundation: Mode, exploration: float, stability_effort: float, goals: bool
) -> None:
    assert tuple(ALLOWANCES[state]) == (autonomy, foundation, exploration, stability_effort, goals)
    assert modes(state) == (autonomy, foundation)


@pytest.mark.parametrize(
    ("scenario", "cycles"), [("baseline", 40), ("adverse", 25), ("optimistic", 66.6667), ("crisis", 13.3333)]
)
def test_a_scenario_scales_what_is_consumed_and_not_the_net_rate(scenario: Scenario, cycles: float) -> None:
    assert horizon.horizons(0.5, 0.1, 0.02, 0.01)[scenario] == pytest.approx(cycles, rel=1e-4)


@given(SHARES, st.sampled_from((0.0, 0.1)), RATES, RATES)
def test_horizons_are_those_of_the_reference(level: float, critical: float, used: float, gained: float) -> None:
    for scenario, cycles in horizon.horizons(level, critical, used, gained).items():
        expected = reference.horizon_of(level, critical, used, gained, scenario)
        assert cycles == pytest.approx(math.inf if expected is None else expected)


@given(st.floats(0.1, 1), RATES, RATES)
def test_without_depletion_a_horizon_is_infinite_and_never_negative(level: float, used: float, gained: float) -> None:
    cycles = horizon.horizon(level, 0.1, used, gained)
    assert cycles >= 0
    assert math.isinf(cycles) is (used <= gained or math.isinf((level - 0.1) / (used - gained)))


@given(SHARES, RATES, RATES)
def test_more_consumption_never_lasts_longer(level: float, used: float, gained: float) -> None:
    found = horizon.horizons(level, 0.1, used, gained)
    assert found["crisis"] <= found["adverse"] <= found["baseline"] <= found["optimistic"]


@pytest.mark.parametrize(("level", "cycles"), [(0.1001, math.inf), (0.1, math.inf), (0.0999, 0.0)])
def test_what_is_below_its_critical_level_has_no_time_left_even_while_it_recovers(level: float, cycles: float) -> None:
    assert horizon.horizon(level, 0.1, 0.0, 0.01) == cycles


def test_rates_are_means_of_the_window() -> None:
    assert horizon.rates([(0.1, 0.0), (0.3, 0.1)]) == (pytest.approx(0.2), pytest.approx(0.05))
    with pytest.raises(ValueError, match="window"):
        horizon.rates([])


def test_the_bottleneck_is_who_lasts_shortest_and_nobody_where_nothing_runs_out() -> None:
    assert horizon.shortest({"compute": 70.0, "memory": 30.0, "stability": math.inf}) == (30.0, "memory")
    assert horizon.shortest({"compute": math.inf}) == (math.inf, None)
    assert horizon.shortest({}) == (math.inf, None)


def test_the_strengths_are_those_of_the_specification() -> None:
    assert {(each.upstream, each.downstream): each.strength for each in cascade.DEPENDENCIES} == reference.STRENGTHS
    assert all(0 <= each.substitution < 1 and each.delay > 0 for each in cascade.DEPENDENCIES)


@pytest.mark.parametrize(("level", "lost"), [(0.31, 0.0), (0.30, 0.0), (0.29, 0.01), (0.0, 0.3)])
def test_a_resource_passes_a_loss_on_only_below_its_warning_level(level: float, lost: float) -> None:
    each = Dependency("compute", "observation", 0.6, 0.25, 1)
    assert cascade.loss(each, level, 0.30) == pytest.approx(0.6 * 0.75 * lost)


@given(LEVELS)
def test_losses_are_those_of_the_reference(levels: dict[Resource, float]) -> None:
    substitution = {(each.upstream, each.downstream): each.substitution for each in cascade.DEPENDENCIES}
    found = cascade.project(levels, WARNINGS)
    assert found == pytest.approx(reference.losses_of(levels, WARNINGS, substitution))


@given(LEVELS, st.sampled_from(NAMES), SHARES)
def test_a_loss_never_gains_and_never_shrinks_when_a_level_falls(
    levels: dict[Resource, float], name: Resource, factor: float
) -> None:
    lost = cascade.project(levels, WARNINGS)
    assert all(0 <= lost[each] <= levels[each] for each in levels)
    lower = cascade.project({**levels, name: levels[name] * factor}, WARNINGS)
    assert all(lower[each] >= lost[each] - 1e-12 for each in levels if each != name)


@pytest.mark.parametrize(
    ("short", "deep"),
    [
        ({}, 0),
        ({"stability": 0.0}, 0),
        ({"mutation": 0.0}, 0),
        ({"observation": 0.2}, 1),
        ({"compute": 0.2}, 1),
        ({"memory": 0.2}, 1),
        ({"memory": 0.2, "compute": 0.2}, 2),
        ({"compute": 0.2, "observation": 0.2}, 2),
        ({"memory": 0.2, "compute": 0.2, "observation": 0.2}, 3),
        ({"memory": 0.0, "compute": 0.31}, 2),
    ],
)
def test_depth_counts_the_resources_that_a_loss_passes_through(short: dict[Resource, float], deep: int) -> None:
    assert cascade.depth({**dict.fromkeys(NAMES, 1.0), **short}, WARNINGS) == deep


def test_a_resource_that_was_not_measured_takes_no_part() -> None:
    assert cascade.project({"compute": 0.0, "stability": 1.0}, WARNINGS) == {"compute": 0.0, "stability": 0.0}


def test_resources_that_depend_on_each_other_in_a_circle_are_refused() -> None:
    circle = (Dependency("compute", "memory", 0.1, 0, 1), Dependency("memory", "compute", 0.1, 0, 1))
    with pytest.raises(ValueError, match="circle"):
        cascade.project({"compute": 0.1, "memory": 0.1}, WARNINGS, circle)


def test_an_error_is_measured_against_the_room_that_there_was() -> None:
    assert hindsight.error(0.6, 0.5, 0.1) == pytest.approx(0.25)
    assert hindsight.error(0.12, 0.1, 0.1) == pytest.approx(0.02 / 0.05)


def test_a_level_is_foretold_within_its_bounds() -> None:
    assert hindsight.foretold(0.5, 0.02, 0.01, 20) == pytest.approx(0.3)
    assert hindsight.foretold(0.1, 0.02, 0.0, 20) == 0.0
    assert hindsight.foretold(0.9, 0.0, 0.02, 20) == 1.0


@pytest.mark.parametrize(("number", "known"), [(9, False), (10, True), (11, True)])
def test_few_errors_say_nothing(number: int, known: bool) -> None:
    assert hindsight.mean_error([0.1] * number) == (pytest.approx(0.1) if known else None)


@pytest.mark.parametrize(
    ("projections", "surprise"),
    [
        ([], False),
        ([(80, 39.9)], False),
        ([(80, 40.0)], False),
        ([(80, 40.1)], True),
        ([(80, math.inf)], True),
        ([(60, 500.0), (95, 8.0)], False),
    ],
)
def test_an_exhaustion_that_was_foretold_twice_as_late_is_no_surprise(
    projections: list[tuple[int, float]], surprise: bool
) -> None:
    assert hindsight.is_surprise(projections, 100) is surprise


def test_recall_is_the_share_of_losses_that_were_foreseen() -> None:
    assert hindsight.recall(7, 10) == 0.7
    assert hindsight.recall(0, 0) is None


def test_every_resource_has_its_levels() -> None:
    assert set(WARNINGS) == set(CRITICALS) == set(NAMES)
    assert all(0 <= CRITICALS[name] < WARNINGS[name] < 1 for name in NAMES)
