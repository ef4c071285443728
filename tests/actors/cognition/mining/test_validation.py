"""The four tests tell what is carried through, comes again, is at home in several contexts and is of use."""

import msgspec
import numpy as np
import pytest

from actors.cognition.mining.evidence import Judged
from actors.cognition.mining.miner import Request, confidence, mine
from actors.cognition.mining.pieces import _overlapped
from actors.cognition.mining.proportions import difference, rate, share
from actors.cognition.mining.streams import PAUSE, Behaviour, streams
from actors.cognition.mining.validation import generality, halves, reproducibility
from benchmarks.mining import KINDS, Kind, made, mined, scored
from messages.cognition.mining import Pattern

STEPS = ("a", "b", "c", "d")


def log_of(well_after: float, well: float, events: int = 400, seed: int = 0) -> tuple[Behaviour, ...]:
    """Many short sessions that end well or not; in a third of them the habit stands somewhere."""
    dice = np.random.default_rng(seed)
    found: list[Behaviour] = []
    for session in range(events):
        steps = [str(step) for step in dice.choice(list("abcdefghijklmnop"), 10)]
        habit = session % 3 == 0
        if habit:
            steps[3:3] = STEPS
        good = float(dice.random() < (well_after if habit else well))
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            moment = session * 1_000.0 + place
            found.append(Behaviour(moment, f"w{session % 4}", step, f"s{session}", good if last else None))
    return tuple(found)


def only(log: tuple[Behaviour, ...]) -> Pattern:
    (pattern,) = [one for one in mine(Request(log)).patterns if one.scope == "agent"]
    assert pattern.steps == STEPS
    return pattern


def test_a_habit_after_which_things_come_out_well_is_a_capability() -> None:
    pattern = only(log_of(0.9, 0.4))
    assert pattern.verdict == "capability"
    assert pattern.tests.utility.passed
    assert pattern.tests.utility.figure == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize(("well_after", "well"), [(0.5, 0.5), (0.3, 0.8)])
def test_a_habit_that_is_of_no_use_or_does_harm_is_none(well_after: float, well: float) -> None:
    pattern = only(log_of(well_after, well))
    assert pattern.verdict == "habit"
    assert pattern.tests.utility.passed is False


def test_a_difference_of_luck_is_no_use() -> None:
    assert not any(only(log_of(0.5, 0.5, seed=seed)).tests.utility.passed for seed in range(1, 5))


def test_without_outcomes_use_is_not_measured() -> None:
    log = tuple(msgspec.structs.replace(one, outcome=None) for one in log_of(0.5, 0.5))
    assert only(log).tests.utility.passed is None


def test_a_habit_of_one_day_is_not_at_home_in_several_contexts() -> None:
    moments = np.array([1.0, 2.0, 3.0, 4.0])
    assert generality({"one": 4}, moments, (0.0, 1_000.0)).passed is False
    assert generality({"one": 4}, moments * 200, (0.0, 1_000.0)).passed is True
    assert generality({"one": 2, "two": 2}, moments, (0.0, 1_000.0)).passed is True
    assert generality({"one": 99, "two": 1}, moments, (0.0, 1_000.0)).passed is False


def test_what_only_half_of_the_log_shows_is_not_reproduced() -> None:
    planted = made(Kind(habits=1), seed=4)
    cut = streams(planted.log, together=False)
    parts = halves(cut, (1, 3))
    word = tuple(cut.names.index(step) for step in planted.habits[0])
    other = tuple(reversed(word))
    none = np.zeros((0, len(word)), np.int64)
    assert reproducibility(Judged(word, none, 0.1, 3, -9.0), parts).passed is True
    assert reproducibility(Judged(other, none, 0.1, 3, -9.0), parts).passed is False


def test_a_habit_that_is_seldom_carried_through_is_told_so() -> None:
    whole, half = (only_share(dropped) for dropped in (0.0, 0.6))
    assert whole > 0.9
    assert half < whole - 0.2


def only_share(dropped: float) -> float:
    found = mine(Request(tuple(made(Kind(habits=1, dropped=dropped, planted=0.3), seed=3).log))).patterns
    figure = found[0].tests.consistency.figure
    assert figure is not None
    return figure


def test_confidence_falls_with_what_chance_gives_and_rises_with_the_count() -> None:
    assert confidence(100, 1.0) > 0.98
    assert confidence(100, 50.0) < 0.5
    assert confidence(9, 1.0) < confidence(90, 10.0)
    assert confidence(2, 1.0) == 0.0


def test_chance_is_told_as_it_would_be_without_the_habit() -> None:
    """All agents do the habit most of the time: the chain of single steps alone would explain half of it."""
    planted = made(KINDS["large alphabet"], seed=3)
    for pattern in mine(Request(tuple(planted.log))).patterns:
        assert pattern.expected < 0.2 * pattern.count


def test_pieces_of_a_habit_that_was_broken_off_are_put_together() -> None:
    assert _overlapped((1, 2, 3), (2, 3, 4)) == (1, 2, 3, 4)
    assert _overlapped((1, 2, 3), (3, 4, 5)) is None
    planted = made(KINDS["long breaks"], seed=53)
    found, took = mined(planted.log)
    assert scored(planted, found, took).precision == 1.0
    assert len(found) == len(planted.habits)


def test_a_long_pause_ends_a_run_and_a_short_one_does_not() -> None:
    steps = [Behaviour(60.0 * at, "one", "x") for at in range(10)]
    later = Behaviour(steps[-1].time + 60.0 * PAUSE + 1, "one", "y")
    cut = streams([*steps, later], together=False)
    assert cut.run.tolist() == [0] * 10 + [1]


def test_intervals_of_shares_and_counts_hold_what_they_say() -> None:
    dice = np.random.default_rng(0)
    shares = [share(float(hits), 50) for hits in dice.binomial(50, 0.3, 500)]
    assert 0.92 <= np.mean([one.low <= 0.3 <= one.high for one in shares]) <= 0.98
    counts = [rate(int(count)) for count in dice.poisson(12, 500)]
    assert 0.92 <= np.mean([one.low <= 12 <= one.high for one in counts]) <= 0.98
    gaps = [
        difference(share(float(one), 60), share(float(other), 90))
        for one, other in zip(dice.binomial(60, 0.6, 500), dice.binomial(90, 0.4, 500), strict=True)
    ]
    assert 0.92 <= np.mean([one.low <= 0.2 <= one.high for one in gaps]) <= 0.985
