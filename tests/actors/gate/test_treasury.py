"""The treasury: what an agent may spend in a day, reserved before and settled after, and never twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.gate import treasury
from actors.gate.treasury import Treasury
from messages.gate import budget
from messages.gate.budget import MOST_USD
from messages.kernel import actor as life
from tests.actors.bench import START, Bench, only

DAY_S = 86_400


def reserve(act: str, usd: float, agent: str = "temujin") -> budget.Reserve:
    return budget.Reserve(act=act, task="L", agent=agent, usd=usd)


def settle(act: str, usd: float) -> budget.Settle:
    return budget.Settle(act=act, task="L", usd=usd)


def tomorrow(bench: Bench) -> float:
    return (START // DAY_S + 1) * DAY_S - bench.now


def test_what_the_day_can_pay_for_is_reserved() -> None:
    assert only(Bench(Treasury).hears(reserve("A", 50.0)), budget.Reserved) == budget.Reserved(
        act="A", task="L", agent="temujin", usd=50.0, day_usd=50.0, left_usd=0.0
    )


def test_what_is_reserved_nobody_else_can_spend() -> None:
    bench = Bench(Treasury, history=[reserve("A", 30.0)])
    exceeded = only(bench.hears(reserve("B", 20.01)), budget.Exceeded)
    assert "has 20.00 of 50.00 USD left" in exceeded.reason
    assert "usd_per_day under [actors.treasury]" in exceeded.reason
    only(bench.hears(reserve("C", 20.0)), budget.Reserved)
    assert set(bench.state.reserved) == {"A", "C"}


def test_two_that_ask_at_once_can_t_spend_the_same_dollar() -> None:
    said = Bench(Treasury).hears_at_once(reserve("A", 30.0), reserve("B", 30.0))
    assert [type(message) for message in said] == [budget.Reserved, budget.Exceeded]


def test_each_agent_has_a_day_of_its_own() -> None:
    bench = Bench(Treasury, history=[reserve("A", 50.0)])
    only(bench.hears(reserve("B", 50.0, "jochi")), budget.Reserved)


def test_what_was_not_needed_is_free_again() -> None:
    bench = Bench(Treasury, history=[reserve("A", 40.0)])
    assert only(bench.hears(settle("A", 1.5)), budget.Settled).spent_usd == 1.5
    only(bench.hears(reserve("B", 48.5)), budget.Reserved)


def test_an_act_that_cost_more_than_was_reserved_takes_it_from_the_day() -> None:
    bench = Bench(Treasury, history=[reserve("A", 1.0)])
    assert only(bench.hears(settle("A", 60.0)), budget.Settled).spent_usd == 60.0
    only(bench.hears(reserve("B", 0.01)), budget.Exceeded)


def test_a_cost_beyond_all_measure_can_still_be_told() -> None:
    bench = Bench(Treasury, history=[reserve("A", 1.0), reserve("B", 1.0), settle("A", MOST_USD)])
    assert only(bench.hears(settle("B", MOST_USD)), budget.Settled).spent_usd == MOST_USD


def test_an_act_is_settled_once() -> None:
    bench = Bench(Treasury, history=[reserve("A", 40.0), settle("A", 1.0)])
    assert bench.hears(settle("A", 1.0)) == ()
    assert bench.hears(settle("never-reserved", 1.0)) == ()
    assert bench.state.spent["temujin"].usd == 1.0


def test_an_act_is_reserved_once() -> None:
    bench = Bench(Treasury, history=[reserve("A", 40.0)])
    assert bench.hears(reserve("A", 40.0)) == ()
    assert bench.state.spent["temujin"].usd == 40.0


def test_an_act_that_is_never_settled_has_cost_its_reservation() -> None:
    bench = Bench(Treasury, history=[reserve("A", 40.0)])
    only(bench.hears(reserve("B", 10.01), after_s=3_600.0), budget.Exceeded)


def test_tomorrow_is_another_day() -> None:
    bench = Bench(Treasury, history=[reserve("A", 50.0)])
    only(bench.hears(reserve("B", 50.0), after_s=tomorrow(bench)), budget.Reserved)


@pytest.mark.parametrize("spent_first", [True, False])
def test_what_was_reserved_yesterday_gives_nothing_back_today(spent_first: bool) -> None:
    bench = Bench(Treasury, history=[reserve("A", 50.0)])
    after_s = tomorrow(bench)
    if spent_first:
        bench.hears(reserve("B", 10.0), after_s=after_s)
    settled = only(bench.hears(settle("A", 0.0), after_s=after_s), budget.Settled)
    assert settled.spent_usd == (10.0 if spent_first else 0.0)
    left = 40.0 if spent_first else 50.0
    only(bench.hears(reserve("C", left + 0.01)), budget.Exceeded)
    only(bench.hears(reserve("D", left)), budget.Reserved)


def test_the_oldest_of_too_many_reservations_stays_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(treasury, "RESERVATIONS", 2)
    bench = Bench(Treasury, history=[reserve(act, 10.0) for act in "ABC"])
    assert set(bench.state.reserved) == {"B", "C"}
    assert bench.hears(settle("A", 0.0)) == ()
    assert bench.state.spent["temujin"].usd == 30.0


ACTS = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 1), st.booleans()), max_size=20)


@settings(max_examples=60)
@given(ACTS)
def test_no_more_is_ever_open_and_spent_than_the_day_has(acts: list[tuple[float, float, bool]]) -> None:
    bench, gone_usd = Bench(Treasury), 0.0
    for number, (usd, share, is_settled) in enumerate(acts):
        (said,) = bench.hears(reserve(f"A{number}", usd))
        if isinstance(said, budget.Exceeded):
            assert gone_usd + usd > 50.0 - 1e-6
            continue
        gone_usd += usd
        if is_settled:
            gone_usd -= usd * (1 - share)
            settled = only(bench.hears(settle(f"A{number}", usd * share)), budget.Settled)
            assert settled.spent_usd == pytest.approx(gone_usd)
        assert gone_usd <= 50.0 + 1e-6


def test_what_is_never_settled_is_forgotten_after_the_day_that_follows() -> None:
    bench = Bench(Treasury, history=[reserve("A", 30.0)])
    bench.hears(reserve("B", 1.0), after_s=tomorrow(bench))
    assert set(bench.state.reserved) == {"A", "B"}
    bench.hears(reserve("C", 1.0), after_s=DAY_S)
    assert set(bench.state.reserved) == {"B", "C"}


def resolved(word: life.Word, intent: object, fault: str = "") -> life.Resolved:
    return life.Resolved(actor="model", input=7, word=word, intent=intent, fault=fault)


def test_an_act_that_a_person_knows_not_to_have_happened_has_cost_nothing() -> None:
    bench = Bench(Treasury, history=[reserve("A", 30.0)])
    said = only(bench.hears(resolved("did_not", {"act": "A", "task": "L", "host": "h"})), budget.Settled)
    assert (said.act, said.agent, said.usd, said.spent_usd) == ("A", "temujin", 0.0, 0.0)
    only(bench.hears(reserve("B", 50.0)), budget.Reserved)


@pytest.mark.parametrize(
    "word",
    [
        resolved("happened", {"act": "A", "task": "L"}),
        resolved("again", {"act": "A", "task": "L"}),
        resolved("did_not", {"act": "A", "task": "L"}, fault="nothing is held"),
        resolved("did_not", {"act": "other", "task": "L"}),
        resolved("did_not", ["no act"]),
    ],
)
def test_an_act_that_may_have_happened_stays_spent(word: life.Resolved) -> None:
    bench = Bench(Treasury, history=[reserve("A", 30.0)])
    assert bench.hears(word) == ()
    assert bench.state.spent["temujin"].usd == 30.0
