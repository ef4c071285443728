"""A space of configurations: what it holds, and what is said of a mistake in it."""

import numpy as np
import pytest

from actors.cognition.evolution.space import MOST, Limit, likeness, read

SPACE = """
minimise = "energy"
[limits]
loss = { most = 10 }
[parameters]
power = { from = 0, to = 1, step = 0.5 }
queue = ["short", "long"]
"""


def test_all_configurations_are_weighed_where_they_are_few() -> None:
    space = read(SPACE)
    assert space.whole == 6
    assert space.configurations[0] == {"power": 0, "queue": "short"}
    assert {one["power"] for one in space.configurations} == {0, 0.5, 1}
    assert space.measures == ("energy", "loss")


def test_of_many_some_are_drawn_the_same_for_a_seed_and_none_twice() -> None:
    text = 'maximise = "x"\n[parameters]\na = { from = 1, to = 100, step = 1 }\nb = { from = 1, to = 100, step = 1 }\n'
    space = read(text, seed=3)
    assert (space.whole, len(space.configurations)) == (10_000, MOST)
    assert len({tuple(one.items()) for one in space.configurations}) == MOST
    assert space.configurations == read(text, seed=3).configurations != read(text, seed=4).configurations


def test_a_limit_may_hold_above_below_or_both() -> None:
    assert Limit(most=10).excess(12) == 2
    assert Limit(least=10).excess(12) == -2
    assert Limit(most=10, least=4).excess(3) == 1


def test_within_the_limits_comes_before_the_aim_and_the_sense_of_the_aim_counts() -> None:
    space = read(SPACE)
    cheap, kept = {"energy": 1.0, "loss": 11.0}, {"energy": 9.0, "loss": 10.0}
    assert space.better(kept, cheap)
    assert space.better({"energy": 8.0, "loss": 0.0}, kept)
    most = read(SPACE.replace("minimise", "maximise"))
    assert most.better({"energy": 10.0, "loss": 0.0}, kept)


def test_numbers_are_alike_by_distance_and_words_when_they_are_equal() -> None:
    power, queue = likeness(read(SPACE))
    assert power[0, 0] == 1
    assert power[0, 0] > power[0, 2] > power[0, 4] > 0
    assert (queue[0, 1], queue[0, 2]) == (0, 1)
    assert np.allclose(power, power.T)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('minimise = "energy"', "", "name one measure"),
        ('minimise = "energy"', 'minimise = "a"\nmaximise = "b"', "name one measure"),
        ("{ most = 10 }", "{}", "limits.loss: give `most`, `least` or both"),
        ("{ most = 10 }", "{ most = 1, least = 2 }", "least 2 is more than most 1"),
        ("{ most = 10 }", "{ at_most = 1 }", "unknown field `at_most`"),
        ('["short", "long"]', "[]", "parameters.queue: it has no value"),
        ('["short", "long"]', '["short", "short"]', "parameters.queue: a value stands twice"),
        ("to = 1,", "to = -1,", "parameters.power: from 0 to -1 by 0.5 has 0 values"),
        ("step = 0.5", "step = 0", "step"),
        ("[parameters]", "[parametres]", "parametres"),
        ("minimise", "minimise = ", "space is TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(before: str, after: str, told: str) -> None:
    assert before in SPACE
    with pytest.raises(ValueError, match=told):
        read(SPACE.replace(before, after))
