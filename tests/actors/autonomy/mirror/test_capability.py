"""The capability matrix: confidence follows success, quickly down and slowly up."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import capability
from actors.autonomy.mirror.capability import Skill
from actors.autonomy.mirror.skills import MOST, Skills
from tests.actors.autonomy.mirror import reference

SHARE = st.floats(0, 1)


@given(SHARE, SHARE)
def test_calibration_is_that_of_the_specification(confidence: float, success: float) -> None:
    assert capability.calibrated(confidence, success) == pytest.approx(reference.asymmetric(confidence, success))


@pytest.mark.parametrize(
    ("confidence", "success", "after"),
    [(0.61, 0.5, 0.56), (0.6, 0.5, 0.6), (0.59, 0.5, 0.59), (0.4, 0.5, 0.43), (0.49, 0.5, 0.5), (0.5, 0.5, 0.5)],
)
def test_over_and_under_confidence_at_their_bounds(confidence: float, success: float, after: float) -> None:
    assert capability.calibrated(confidence, success) == pytest.approx(after)


@given(SHARE, SHARE)
def test_any_over_confidence_is_corrected_within_20_cycles(confidence: float, success: float) -> None:
    for _ in range(20):
        confidence = capability.calibrated(confidence, success)
    assert confidence - success <= capability.OVER + 1e-9


@pytest.mark.parametrize(("executions", "counts"), [(9, False), (10, True), (11, True)])
def test_a_skill_counts_from_ten_executions_on(executions: int, counts: bool) -> None:
    skills = {"a": Skill(0.9, outcomes="1" * executions)}
    assert bool(capability.matrix(skills)) is counts
    assert (capability.mean_error(capability.matrix(skills).values()) is not None) is counts


def test_a_row_of_the_matrix_has_rate_error_and_trend() -> None:
    row = capability.matrix({"a": Skill(0.9, outcomes="1" * 10 + "e" * 5 + "2" * 5)})["a"]
    assert row == pytest.approx((0.9, 0.75, 0.15, -0.5))
    assert capability.trend("1" * 19) is None


def test_mce_is_the_mean_distance() -> None:
    skills = {"a": Skill(0.9, outcomes="1" * 10), "b": Skill(0.2, outcomes="e" * 5 + "1" * 5), "c": Skill(0.0)}
    assert capability.mean_error(capability.matrix(skills).values()) == pytest.approx((0.1 + 0.3) / 2)


def test_a_weakness_is_a_way_of_failing_that_comes_again() -> None:
    skills = {
        "slow": Skill(0.5, outcomes="1" * 12 + "t" * 3),
        "rare": Skill(0.5, outcomes="1" * 20 + "t" * 3),
        "twice": Skill(0.5, outcomes="1" * 8 + "t" * 2),
        "new": Skill(0.5, outcomes="t" * 9),
    }
    assert capability.weaknesses(skills) == {"slow": {"timeout": 3}}


def test_failing_while_the_council_is_busy_is_a_weakness_of_its_own() -> None:
    assert capability.weaknesses({"a": Skill(0.5, outcomes="1" * 20 + "2" * 3 + "MEK")}) == {"a": {"busy": 3}}


@pytest.mark.parametrize(
    ("status", "busy", "char"),
    [(None, False, "1"), (None, True, "2"), ("timeout", False, "t"), ("memory", True, "M"), ("odd", False, "x")],
)
def test_an_execution_is_one_character(status: str | None, busy: bool, char: str) -> None:
    assert capability.outcome(status, busy) == char


@given(st.lists(st.integers(1, 20), min_size=2, max_size=6))
def test_diversity_is_normalised_entropy(counts: list[int]) -> None:
    domains = [f"d{place}" for place, count in enumerate(counts) for _ in range(count)]
    assert capability.diversity(domains) == pytest.approx(reference.entropy(counts))


def test_diversity_of_one_domain_is_none_at_all_and_of_no_skill_is_unknown() -> None:
    assert capability.diversity(["a", "a"]) == 0.0
    assert capability.diversity([]) is None


def test_over_confidence_is_timed_from_first_seen_to_corrected() -> None:
    skills = Skills()
    skills.register("a", 0.95, "general", [], 1)
    for _ in range(10):
        skills.execute("a", "raised", False, 1)
    assert skills.corrected_in(1) is None
    for cycle in range(2, 30):
        skills.calibrate(cycle)
        if cycle == 10:
            assert skills.corrected_in(cycle) == 9.0
    assert skills.corrected_in(29) == 17.0
    assert skills.known["a"].confidence <= capability.OVER


def test_skills_that_are_used_least_lately_make_room() -> None:
    skills = Skills()
    gone = [skills.register(f"t{place}", 0.9, "general", [], place) for place in range(MOST + 1)]
    assert gone[:-1] == [None] * MOST
    assert gone[-1] == "t0"
    assert len(skills.known) == MOST


def test_confidence_of_many_skills_comes_close_to_their_success() -> None:
    rng = random.Random(5)
    skills, truth = Skills(), {f"t{place}": rng.uniform(0.2, 1.0) for place in range(40)}
    for name in truth:
        skills.register(name, 0.95, "general", [], 0)
    for cycle in range(1, 200):
        for name, success in truth.items():
            skills.execute(name, None if rng.random() < success else "raised", False, cycle)
        skills.calibrate(cycle)
    error = capability.mean_error(capability.matrix(skills.known).values())
    assert error is not None
    assert error < 0.08
