"""Which configurations are verified and used: against worlds whose best configuration is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.cognition.evolution.belief import Belief, chance_within, prior
from actors.cognition.evolution.space import Matrix, Space, likeness, read
from actors.cognition.evolution.tuner import Tuner

SPACE = read(
    'minimise = "cost"\n[limits]\nloss = { most = 10 }\n[parameters]\n'
    "a = { from = 0, to = 9, step = 1 }\nb = { from = 0, to = 9, step = 1 }\n"
)
A = np.array([one["a"] for one in SPACE.configurations], dtype=float)
B = np.array([one["b"] for one in SPACE.configurations], dtype=float)
COUNT = 8


def world(cycle: int) -> dict[str, Matrix]:
    """Cost falls with both settings, loss rises with them; how fast drifts."""
    steep = 1 + 0.5 * np.sin(cycle / 8)
    return {"cost": 100 - 3 * A - 2 * B + 0.1 * A * B, "loss": steep * A + 0.5 * B}


def cycle(tuner: Tuner, space: Space, seen: dict[str, Matrix]) -> int:
    places = tuner.places(COUNT)
    assert len(set(places)) == len(places) == COUNT
    tuner.see({place: {name: float(seen[name][place]) for name in space.measures} for place in places})
    return tuner.chosen


def test_in_a_world_that_drifts_the_cost_comes_close_to_the_best_and_the_limit_holds() -> None:
    tuner = Tuner(SPACE, seed=1)
    lost, broken = [], 0
    for number in range(40):
        true = world(number)
        used = cycle(tuner, SPACE, true)
        best = true["cost"][true["loss"] <= 10].min()
        if number >= 5:
            lost.append(true["cost"][used] / best - 1)
            broken += true["loss"][used] > 10
    assert np.mean(lost) < 0.01
    assert broken <= 1


def test_verifying_at_random_is_far_behind_in_the_same_worlds() -> None:
    rng = np.random.default_rng(1)
    lost = []
    for number in range(5, 40):
        true = world(number)
        drawn = rng.choice(len(A), COUNT, replace=False)
        within = [place for place in drawn if true["loss"][place] <= 10]
        lost.append(min(true["cost"][within]) / true["cost"][true["loss"] <= 10].min() - 1)
    assert np.mean(lost) > 0.05


def test_the_same_seed_verifies_the_same_configurations() -> None:
    one, other = Tuner(SPACE, seed=2), Tuner(SPACE, seed=2)
    assert [cycle(one, SPACE, world(n)) for n in range(4)] == [cycle(other, SPACE, world(n)) for n in range(4)]


def test_where_no_configuration_is_within_the_limits_the_least_outside_is_used() -> None:
    tuner = Tuner(SPACE)
    seen = {"cost": 100 - A, "loss": 20 + A + B}
    for _ in range(3):
        used = cycle(tuner, SPACE, seen)
    assert used == int(np.argmin(seen["loss"]))


def test_of_what_was_verified_the_cheapest_within_the_limits_is_used() -> None:
    tuner, true = Tuner(SPACE), {"cost": 100 - 3 * A - 2 * B, "loss": 1.4 * A + 0.7 * B}
    places = tuner.places(2 * COUNT)
    tuner.see({place: {name: float(true[name][place]) for name in true} for place in places})
    within = [place for place in places if true["loss"][place] <= 10]
    assert 2 < len(within) < len(places)
    assert tuner.chosen == min(within, key=lambda place: true["cost"][place])


def test_what_is_surely_outside_the_limits_is_not_verified_while_there_is_something_else() -> None:
    tuner, true = Tuner(SPACE, seed=3), {"cost": 100 - 3 * A - 2 * B, "loss": 2 * A + 2 * B}
    for _ in range(6):
        places = tuner.places(18)
        tuner.see({place: {name: float(true[name][place]) for name in true} for place in places})
    assert np.mean(true["loss"][places] <= 10) > 0.8


def test_what_could_not_be_verified_is_not_used_and_nothing_at_all_is_refused() -> None:
    tuner = Tuner(SPACE)
    places = tuner.places(COUNT)
    tuner.see({places[0]: {"cost": 1.0, "loss": 0.0}})
    assert tuner.chosen == places[0]
    with pytest.raises(ValueError, match="nothing was verified"):
        tuner.see({})


def test_the_aim_may_be_to_have_more() -> None:
    space = read('maximise = "x"\n[parameters]\na = { from = 0, to = 20, step = 1 }\n')
    values = np.array([-((float(one["a"]) - 13) ** 2) for one in space.configurations])
    tuner = Tuner(space, seed=0)
    for _ in range(4):
        used = cycle(tuner, space, {"x": values})
    assert space.configurations[used]["a"] == 13


# The belief.


def test_what_was_verified_exactly_is_believed_and_its_neighbours_are_expected_to_be_like_it() -> None:
    belief = Belief(prior(likeness(SPACE)))
    places = [0, 9, 90, 99]
    true = 3 * A + 2 * B
    belief.see(places, [float(true[place]) for place in places])
    assert belief.mean()[places] == pytest.approx(true[places], abs=0.05)
    assert belief.sd()[0] < 0.1 * belief.sd()[55]
    assert abs(belief.mean()[1] - true[1]) < abs(belief.mean()[1] - true[98])


def test_a_world_that_drifts_is_told_from_one_that_stands_still() -> None:
    rng = np.random.default_rng(0)
    still, moving = Belief(prior(likeness(SPACE))), Belief(prior(likeness(SPACE)))
    place_sets = [rng.choice(len(A), 10, replace=False) for _ in range(30)]
    for number, places in enumerate(place_sets):
        for belief, slope in ((still, 3.0), (moving, 3.0 + 2 * np.sin(number))):
            belief.pass_on()
            belief.see(list(places), [float(slope * A[place] + B[place]) for place in places])
    assert still.sd().mean() < 0.3 * moving.sd().mean()


def test_possible_worlds_spread_as_the_belief_does() -> None:
    belief = Belief(prior(likeness(SPACE)))
    belief.see([0, 99], [0.0, 50.0])
    drawn = belief.draws(4_000, np.random.default_rng(0))
    assert drawn.mean(axis=0) == pytest.approx(belief.mean(), abs=0.15 * belief.sd().max())
    assert drawn.std(axis=0) == pytest.approx(belief.sd(), rel=0.1, abs=0.05)


@given(mean=st.floats(-5, 5), sd=st.floats(0, 3), low=st.floats(-5, 5), width=st.floats(0, 5))
@settings(max_examples=50)
def test_the_chance_of_being_within_is_a_probability_that_grows_with_the_room(
    mean: float, sd: float, low: float, width: float
) -> None:
    narrow, wide = chance_within(mean, sd, low + width, low), chance_within(mean, sd, low + width + 1, low - 1)
    assert 0 <= narrow <= wide <= 1
    if sd > 0.01:
        rng = np.random.default_rng(0)
        sample = mean + sd * rng.standard_normal(4_000)
        assert narrow == pytest.approx(np.mean((sample >= low) & (sample <= low + width)), abs=0.04)
