"""The goal stack: priorities, bounded tiers, and what may be wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import goalstack
from actors.autonomy.mirror.agenda import Pursuit, progress, stack
from actors.autonomy.mirror.goalstack import Goal, Pathology
from actors.autonomy.mirror.purpose import BASELINE
from tests.actors.autonomy.mirror import reference

SHARE = st.floats(0, 1)
PLAIN = Goal(0.5, 0.5, 0.5, 0.5, 0.5)


def goal(**more: object) -> Goal:
    return PLAIN._replace(**more)  # type: ignore[arg-type]


@given(st.lists(SHARE, min_size=5, max_size=5), st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
def test_a_priority_is_the_weighted_sum_of_five_terms(terms: list[float], raw: list[float]) -> None:
    values = {name: weight / sum(raw) for name, weight in zip(BASELINE, raw, strict=True)}
    goals = {"a": Goal(*terms), "b": goal(reward=1.0)}
    most = max(terms[2], 1.0)
    assert goalstack.priorities(goals, values)["a"] == pytest.approx(reference.priority(terms, most, values))


def test_the_weights_follow_the_values_and_every_dimension_weighs_something() -> None:
    assert sum(goalstack.weights(BASELINE).values()) == pytest.approx(1.0)
    for name in BASELINE:
        assert goalstack.weights({**BASELINE, name: 0.9}) != goalstack.weights(BASELINE)


@given(st.floats(0, 5), st.lists(st.floats(0, 5), max_size=30))
def test_evr_discounts_each_cycle(immediate: float, delayed: list[float]) -> None:
    assert goalstack.expected_reward(immediate, delayed) == pytest.approx(reference.evr(immediate, delayed))


@pytest.mark.parametrize(("tier", "most"), [("strategic", 3), ("operational", 7), ("tactical", 15)])
def test_a_tier_holds_so_many_goals_and_the_lowest_fall_out(tier: str, most: int) -> None:
    goals = {f"g{place:02}": goal(tier=tier, urgency=place / 20) for place in range(most + 1)}
    held = goalstack.stacked(goals, goalstack.priorities(goals, BASELINE))[tier]  # type: ignore[index]
    assert held == sorted(goals, reverse=True)[:most]


def test_overlapping_resources_are_a_conflict_that_the_lower_priority_gives_way_in() -> None:
    goals = {"a": goal(resources=frozenset("xy")), "b": goal(resources=frozenset("yz")), "c": goal()}
    found = goalstack.pathologies(goals, {"a": 0.9, "b": 0.3, "c": 0.1}, 0)
    assert found == [Pathology("conflict", ("a", "b"), "reallocate", "b")]


def test_a_circle_of_needs_is_broken_by_abandoning_its_lowest_goal() -> None:
    goals = {
        "a": goal(needs=frozenset("b")),
        "b": goal(needs=frozenset("c")),
        "c": goal(needs=frozenset("a")),
        "d": goal(needs=frozenset("a")),
    }
    found = goalstack.pathologies(goals, {"a": 0.9, "b": 0.3, "c": 0.5, "d": 0.1}, 0)
    assert found == [Pathology("circle", ("a", "b", "c"), "abandon", "b")]


def test_two_circles_are_both_broken() -> None:
    pairs = {"a": "b", "b": "a", "c": "d", "d": "c"}
    goals = {name: goal(needs=frozenset(need)) for name, need in pairs.items()}
    found = goalstack.pathologies(goals, {"a": 0.4, "b": 0.3, "c": 0.2, "d": 0.1}, 0)
    assert [one.subject for one in found] == ["b", "d"]


def test_a_way_without_return_is_no_circle() -> None:
    goals = {"a": goal(needs=frozenset("bc")), "b": goal(needs=frozenset("c")), "c": goal()}
    assert goalstack.pathologies(goals, dict.fromkeys(goals, 0.5), 0) == []


@pytest.mark.parametrize(("idle", "act"), [(99, None), (100, "review"), (199, "review"), (200, "abandon")])
def test_a_goal_without_progress_is_stale(idle: int, act: str | None) -> None:
    found = goalstack.pathologies({"a": goal(progressed=1_000)}, {"a": 0.5}, 1_000 + idle)
    assert [(one.kind, one.act) for one in found] == ([("stale", act)] if act else [])


def test_a_goal_that_waits_for_another_is_not_stale() -> None:
    goals = {"a": goal(needs=frozenset("b")), "b": goal(progressed=500)}
    assert goalstack.pathologies(goals, {"a": 0.5, "b": 0.5}, 500) == []


def pursuit(**more: object) -> Pursuit:
    plain: dict[str, object] = {
        "origin": "gap_filling",
        "subject": "a",
        "skills": ["s"],
        "tier": "tactical",
        "begun": 0,
        "duration": 100,
        "progressed": 0,
    }
    return Pursuit(**{**plain, **more})  # type: ignore[arg-type]


def test_goals_in_force_are_measured_by_what_is_known_of_their_skills() -> None:
    pursuits = {"one": pursuit(gain=0.5), "two": pursuit(subject="s", skills=[], origin="survival_driven")}
    found = stack(pursuits, {"s": 0.8}, BASELINE, (0.4, 50), 25)
    one, two = found["one"], found["two"]
    assert one.feasibility == pytest.approx(0.8)
    assert one.resilience == pytest.approx(1 - 0.4 * 0.5)
    assert one.reward == pytest.approx(0.5 * 0.95**20)
    assert one.urgency == pytest.approx(0.25)
    assert one.alignment == pytest.approx(reference.cosine({"growth": 1.0}, BASELINE))
    assert one.needs == {"two"}
    assert (two.feasibility, two.alignment) == (1.0, pytest.approx(reference.cosine({"stability": 1.0}, BASELINE)))


def test_a_goal_progresses_with_each_thing_that_comes_of_its_skills() -> None:
    pursuits = {"one": pursuit(), "two": pursuit(skills=["z"])}
    progress(pursuits, "s", 70)
    assert (pursuits["one"].progressed, pursuits["two"].progressed) == (70, 0)
    progress(pursuits, "a", 80)
    assert pursuits["two"].progressed == 80
