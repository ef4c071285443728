"""What the five resources are: levels in [0, 1], and what a cycle takes of them and gives back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.agents.kublai.delegation import JUDGE, MAKER, MAKERS
from actors.gate.observer import resources
from actors.gate.observer.actor import LEARNERS
from messages.autonomy.foundation import Reading

SHARES = st.floats(0, 1)


def test_use_of_the_processors_is_the_time_used_over_the_time_there_was() -> None:
    assert resources.processor_share(13.0, 10.0, 5.0, 2.0) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("cpu_s", "elapsed_s", "processors"),
    [(9.99, 5.0, 2.0), (11.0, 0.0, 2.0), (11.0, -1.0, 2.0), (11.0, 5.0, 0.0), (25.1, 5.0, 2.0), (math.inf, 5.0, 2.0)],
    ids=["runs back", "no time passed", "the clock ran back", "no processors", "more than there are", "infinite"],
)
def test_a_use_that_can_not_be_is_none(cpu_s: float, elapsed_s: float, processors: float) -> None:
    assert resources.processor_share(cpu_s, 10.0, elapsed_s, processors) is None


def test_a_use_slightly_above_the_budget_is_the_whole_budget() -> None:
    assert resources.processor_share(24.9, 10.0, 5.0, 2.0) == 1.0


@pytest.mark.parametrize(("share", "falls"), [(0.79, False), (0.8, False), (0.81, True), (1.0, True)])
def test_compute_falls_only_above_the_use_that_can_be_kept_up(share: float, falls: bool) -> None:
    read = resources.compute(share, 1.0, 0.8, 60)
    assert (read.level < 1.0) is falls
    assert read.used == pytest.approx(share / 60, abs=1e-5)


def test_compute_at_full_use_is_gone_after_the_cycles_that_its_docstring_says() -> None:
    level, cycles = 1.0, 0
    while level > 0 and cycles < 1_000:
        level, cycles = resources.compute(1.0, level, 0.8, 60).level, cycles + 1
    assert cycles == pytest.approx(60 / 0.2, rel=0.01)


@pytest.mark.parametrize(("lag", "level"), [(0, 1.0), (1, 0.9999), (5_000, 0.5), (9_999, 0.0001), (10_000, 0.0)])
def test_observation_is_how_close_the_slowest_reader_is(lag: int, level: float) -> None:
    assert resources.observation(lag, 10_000, None) == Reading(level=level)


def test_observation_beyond_the_bound_is_none_left_and_not_less() -> None:
    assert resources.observation(1_000_000, 10_000, 0.25) == Reading(level=0.0, used=0.25)


def test_memory_is_headroom_and_its_change_is_the_flow() -> None:
    assert resources.memory(0.3, 0.8) == Reading(level=0.7, used=0.1)
    assert resources.memory(0.1, 0.8) == Reading(level=0.9, gained=0.1)


def test_mutation_is_the_scarcer_of_the_budgets() -> None:
    assert resources.mutation([(20, 30), (45.0, 50.0)], 1.0) == Reading(level=0.66667, used=0.33333)
    assert resources.mutation([(30, 30), (5.0, 50.0)], None).level == 0.1
    assert resources.mutation([(0, 0), (5.0, 50.0)], None).level == 0.0
    assert resources.mutation([(-1, 30), (50.0, 50.0)], None).level == 0.0


def test_an_incident_costs_what_the_table_says_and_the_budget_fills_up_again() -> None:
    read = resources.stability({"crash": 1, "dead": 2, "broken": 2}, 1.0, 20, 720)
    assert read.used == pytest.approx((1 + 2 + 0.5) / 20)
    level = read.level
    for _ in range(720):
        level = resources.stability({}, level, 20, 720).level
    assert level == 1.0


@given(SHARES, SHARES, st.floats(0, 10), st.floats(0, 1))
def test_a_level_never_leaves_its_bounds_and_moves_by_what_is_told(
    level: float, share: float, used: float, refill: float
) -> None:
    for read in (resources.spent(level, used, refill), resources.moved(share, level)):
        assert 0 <= read.level <= 1
        assert read.used >= 0
        assert read.gained >= 0
        assert read.level == pytest.approx(level - read.used + read.gained, abs=3e-5)


def test_the_learners_are_those_who_make_tools() -> None:
    assert set(LEARNERS) == {MAKER, JUDGE, *MAKERS.values()}
