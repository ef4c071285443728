"""Steps of proficiency, and how near a capability lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tools.memory.capability import LATELY, Tally
from actors.tools.memory.proficiency import LADDER, proficiency
from messages.tools import memory
from tests.actors.tools.memory.story import Memory

DAY_S = 86_400.0
STEPS = ["novice", *[level for level, _, _ in reversed(LADDER)]]


@pytest.mark.parametrize(
    ("successes", "runs", "level"),
    [
        (0, 0, "novice"),
        (19, 20, "master"),
        (18, 18, "expert"),
        (18, 20, "expert"),
        (9, 10, "expert"),
        (9, 9, "proficient"),
        (8, 10, "proficient"),
        (4, 5, "proficient"),
        (4, 4, "competent"),
        (5, 10, "competent"),
        (1, 2, "competent"),
        (49, 100, "novice"),
    ],
)
def test_success_and_runs_make_the_level(successes: int, runs: int, level: str) -> None:
    assert proficiency(successes, runs) == level


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_more_success_never_lowers_the_level(successes: int, failures: int) -> None:
    runs = successes + failures
    before, after = proficiency(successes, runs), proficiency(successes + 1, runs + 1)
    assert STEPS.index(after) >= STEPS.index(before)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1e6)), max_size=200))
def test_a_tally_is_what_counting_all_runs_would_give(runs: list[tuple[bool, float]]) -> None:
    tally = Tally()
    for at, (ok, wall_ms) in enumerate(runs):
        tally.count(ok, wall_ms, float(at))
    walls = [wall_ms for ok, wall_ms in runs if ok]
    lately = [ok for ok, _ in runs[-LATELY:]]
    assert (tally.runs, tally.successes) == (len(runs), len(walls))
    assert tally.mean_ms == pytest.approx(sum(walls) / len(walls) if walls else 0.0)
    assert tally.rate_lately == (sum(lately) / len(lately) if lately else None)


def test_lately_is_the_last_fifty_runs() -> None:
    tally = Tally()
    for outcome in "+" * 40 + "-" * LATELY:
        tally.count(outcome == "+", 1.0, 0.0)
    assert (tally.rate_lately, tally.rate) == (0.0, 40 / 90)
    tally.count(True, 1.0, 0.0)
    assert tally.rate_lately == 1 / LATELY


def test_what_is_used_is_hot_what_was_learnt_lately_warm_and_the_rest_cold() -> None:
    made = Memory()
    made.learnt("double")

    def tier_after(days: float) -> str:
        found = made.asked(memory.Show(name="double", at=made.now + days * DAY_S))
        tier: str = found.capability.tier
        return tier

    assert [tier_after(days) for days in (0, 29, 31)] == ["warm", "warm", "cold"]
    made.ran("double", "+")
    assert [tier_after(days) for days in (0, 6.9, 7.1, 31)] == ["hot", "hot", "warm", "cold"]


def test_the_tiers_thresholds_are_settings() -> None:
    made = Memory(hot_s=10.0, warm_s=20.0)
    made.learnt("double")
    made.ran("double", "+")
    tiers = [made.asked(memory.Show(name="double", at=made.now + after_s)).capability.tier for after_s in (9, 15, 25)]
    assert tiers == ["hot", "warm", "cold"]


def test_what_does_not_stand_is_cold() -> None:
    made = Memory()
    made.accepted("double")
    assert made.asked(memory.Show(name="double")).capability.tier == "cold"


def test_without_a_moment_the_last_message_heard_is_now() -> None:
    made = Memory()
    made.learnt("double")
    made.ran("double", "+")
    made.missed("other")
    assert made.asked(memory.Show(name="double")).capability.tier == "hot"
    made.ran("other", "+", after_s=8 * DAY_S)
    assert made.asked(memory.Show(name="double")).capability.tier == "warm"
