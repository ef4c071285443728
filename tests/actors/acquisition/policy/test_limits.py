"""The day's limits, and who may learn what."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.acquisition.policy.classes import RANKS
from actors.acquisition.policy.limits import (
    DAY_S,
    MOST_AGENTS,
    Limits,
    Spending,
    day_of,
    iterations,
    next_day,
    refusal,
    standing,
)

NOON = 20_000 * DAY_S + DAY_S / 2


def test_the_eleventh_attempt_of_a_day_is_refused_and_the_next_day_is_free() -> None:
    spending = Spending()
    for _ in range(10):
        assert refusal(spending, Limits(), "temujin", NOON) is None
        spending.attempt("temujin", NOON)
    assert refusal(spending, Limits(), "temujin", NOON) == "temujin has made its 10 attempts of this UTC day"
    assert refusal(spending, Limits(), "jochi", NOON) is None
    assert refusal(spending, Limits(), "temujin", next_day(NOON)) is None


def test_fifty_dollars_may_be_spent_to_the_cent() -> None:
    spending = Spending()
    for _ in range(500):
        spending.pay("jochi", 0.1, NOON)
    assert spending.used("jochi", NOON).micro_usd == 50_000_000
    assert refusal(spending, Limits(), "jochi", NOON) is not None
    assert refusal(Spending(), Limits(), "jochi", NOON, usd=50.0) is None
    assert refusal(Spending(), Limits(), "jochi", NOON, usd=50.01) is not None


@pytest.mark.parametrize("cost", [-1.0, float("nan"), float("inf")])
def test_a_cost_that_is_none_is_refused(cost: float) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        Spending().pay("jochi", cost, NOON)


def test_the_day_turns_at_midnight_utc() -> None:
    assert day_of(DAY_S - 0.001) == 0
    assert day_of(DAY_S) == 1
    assert next_day(NOON) == 20_001 * DAY_S


def test_a_clock_that_steps_back_over_midnight_gives_no_attempts_anew() -> None:
    spending = Spending()
    for _ in range(10):
        spending.attempt("temujin", next_day(NOON) + 1)
    assert refusal(spending, Limits(), "temujin", NOON) is not None


def test_old_days_are_forgotten_and_the_state_is_bounded() -> None:
    spending = Spending()
    for number in range(MOST_AGENTS + 5):
        spending.attempt(f"a{number}", NOON)
    assert len(spending.agents) == MOST_AGENTS
    spending.attempt("temujin", next_day(NOON))
    assert list(spending.agents) == ["temujin"]


def test_the_state_survives_a_snapshot() -> None:
    spending = Spending()
    spending.attempt("temujin", NOON)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spending), type=Spending) == spending


@pytest.mark.parametrize(("asked", "run"), [(0, 1), (5, 5), (20, 20), (500, 20)])
def test_practice_is_bounded(asked: int, run: int) -> None:
    assert iterations(asked, Limits()) == run


def test_more_than_twenty_iterations_can_not_be_set() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"iterations": 21}, Limits)


def test_who_may_learn_what() -> None:
    assert [standing("temujin", rank, {}) for rank in RANKS] == ["free", "free", "approval", "never", "never"]
    allowed = {"temujin": RANKS, "jochi": ("safe",)}
    assert [standing("temujin", rank, allowed) for rank in RANKS] == ["free", "free", "approval", "approval", "never"]
    assert [standing("jochi", rank, allowed) for rank in RANKS] == ["free", "never", "never", "never", "never"]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.floats(0, 30)), max_size=60))
def test_nobody_ever_exceeds_the_limits(steps: list[tuple[str, int, float]]) -> None:
    spending, limits = Spending(), Limits()
    attempts: dict[tuple[str, int], int] = {}
    spent: dict[tuple[str, int], float] = {}
    for agent, day, cost in sorted(steps, key=lambda step: step[1]):
        now = float(day * DAY_S)
        if refusal(spending, limits, agent, now, cost) is None:
            spending.attempt(agent, now)
            spending.pay(agent, cost, now)
            attempts[agent, day] = attempts.get((agent, day), 0) + 1
            spent[agent, day] = spent.get((agent, day), 0.0) + cost
    assert all(count <= 10 for count in attempts.values())
    assert all(cost <= 50.001 for cost in spent.values())
