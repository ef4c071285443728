"""The day's limits, and who may learn what."""

import msgspec

from actors.scan.classes import RANKS
from actors.scan.limits import DAY_S, MOST_AGENTS, Spending, day_of, standing

NOON = 20_000 * DAY_S + DAY_S / 2
TOMORROW = 20_001.0 * DAY_S


def test_attempts_are_counted_by_agent_and_day() -> None:
    spending = Spending()
    for _ in range(10):
        spending.attempt("temujin", NOON)
    assert spending.used("temujin", NOON).attempts == 10
    assert spending.used("jochi", NOON).attempts == 0
    assert spending.used("temujin", TOMORROW).attempts == 0


def test_the_day_turns_at_midnight_utc() -> None:
    assert day_of(DAY_S - 0.001) == 0
    assert day_of(DAY_S) == 1


def test_a_clock_that_steps_back_over_midnight_gives_no_attempts_anew() -> None:
    spending = Spending()
    for _ in range(10):
        spending.attempt("temujin", TOMORROW + 1)
    assert spending.used("temujin", NOON).attempts == 10


def test_old_days_are_forgotten_and_the_state_is_bounded() -> None:
    spending = Spending()
    for number in range(MOST_AGENTS + 5):
        spending.attempt(f"a{number}", NOON)
    assert len(spending.agents) == MOST_AGENTS
    spending.attempt("temujin", TOMORROW)
    assert list(spending.agents) == ["temujin"]


def test_the_state_survives_a_snapshot() -> None:
    spending = Spending()
    spending.attempt("temujin", NOON)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spending), type=Spending) == spending


def test_who_may_learn_what() -> None:
    assert [standing("temujin", rank, {}) for rank in RANKS] == ["free", "free", "approval", "never", "never"]
    allowed = {"temujin": RANKS, "jochi": ("safe",)}
    assert [standing("temujin", rank, allowed) for rank in RANKS] == ["free", "free", "approval", "approval", "never"]
    assert [standing("jochi", rank, allowed) for rank in RANKS] == ["free", "never", "never", "never", "never"]
