"""Planted habits are found, in every kind of log; where nothing is planted nothing is found."""

import numpy as np
import pytest

from actors.cognition.mining.miner import Request, mine
from actors.cognition.mining.streams import Behaviour
from benchmarks.mining import KINDS, NOISE, Kind, made, mined, scored

SOME = (
    "easy",
    "much broken",
    "dropped",
    "small alphabet",
    "markov by agent",
    "overlapping",
    "one agent",
    "own alphabet",
    "handed over",
    "interleaved",
)


@pytest.mark.parametrize("name", SOME)
def test_planted_habits_are_found_and_nothing_else(name: str) -> None:
    planted = made(KINDS[name], seed=11)
    found, took = mined(planted.log)
    score = scored(planted, found, took)
    assert score.precision > 0.8
    assert score.recall >= 0.85


@pytest.mark.parametrize("name", sorted(NOISE))
def test_noise_holds_no_pattern_however_it_is_made(name: str) -> None:
    assert mined(made(NOISE[name]._replace(events=3_000), seed=5).log)[0] == []


def test_what_is_frequent_because_its_steps_are_is_no_habit() -> None:
    """A frequent sequence of frequent steps: `a b a b` fills the log, and says nothing."""
    dice = np.random.default_rng(3)
    steps = dice.choice(["a", "b", "c", "d"], 4_000, p=[0.45, 0.45, 0.05, 0.05])
    log = tuple(Behaviour(float(at), "one", str(step)) for at, step in enumerate(steps))
    assert mine(Request(log)).patterns == ()


def test_a_habit_is_told_whole_and_not_in_parts() -> None:
    planted = made(Kind(habits=1, broken=0.2), seed=2)
    found, _ = mined(planted.log)
    assert found == planted.habits


def test_the_same_log_gives_the_same_patterns() -> None:
    log = tuple(made(KINDS["handed over"], seed=1).log)
    assert mine(Request(log)) == mine(Request(log))


def test_an_empty_log_has_no_patterns() -> None:
    assert mine(Request(())).patterns == ()


def test_a_log_of_one_event_has_no_patterns() -> None:
    assert mine(Request((Behaviour(0.0, "one", "a"),))).patterns == ()


def test_habits_do_not_reach_over_the_end_of_a_session() -> None:
    """`a b` ends each session and `c` begins each: in one session they never follow each other."""
    dice = np.random.default_rng(1)
    log = []
    for session in range(120):
        steps = ["c", *dice.choice(list("uvwxyz"), 8), "a", "b"]
        log += [Behaviour(session * 100.0 + at, "one", str(step), f"s{session}") for at, step in enumerate(steps)]
    assert all("c" not in one.steps or "b" not in one.steps for one in mine(Request(tuple(log))).patterns)
