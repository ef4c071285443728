"""The catalogue by messages: what is done is noted, searches are begun and answered, chains are tried."""

import asyncio
import random

import msgspec
import pytest

from actors.autonomy.goals.actor import Goals
from actors.cognition.mining import cultivation
from actors.cognition.mining.actor import FEWEST, PATIENCE_S, Habits
from actors.cognition.mining.worker import Miner
from messages import task
from messages.autonomy import goal
from messages.base import Message
from messages.cognition import mining
from messages.kernel import order
from messages.kernel.control import Mode
from messages.samples import sample
from messages.tools import learning, tool
from tests.actors.bench import Bench, only
from tests.actors.test_council import OPERATOR

SETTINGS = Habits.Settings(operator_key=OPERATOR.public)


def asked(name: str, kind: str, client: str = "c", tool_: str = "", value: object = None) -> task.Accepted:
    body = {"tool": tool_, "args": [value]} if kind == "run" else {"name": name}
    return task.Accepted(task=name, kind=kind, body=body, client=client)


def called(bench: Bench, name: str, tool_: str, value: object, result: object, client: str = "c") -> None:
    bench.hears(asked(name, "run", client, tool_, value))
    bench.hears(tool.Returned(task=name, tool=tool_, version=1, value=result, wall_ms=1.0))
    bench.hears(task.Answered(task=name, result=result))


def chained(bench: Bench, times: int, tools: tuple[str, ...] = ("cut", "sort", "join")) -> None:
    for number in range(times):
        value = f"value {number}"
        for place, name in enumerate(tools):
            result = f"{value}, {name}"
            called(bench, f"t{number}-{place}", name, value, result)
            value = result


def pattern(name: str = "p-1", **more: object) -> mining.Pattern:
    test = mining.Test(passed=True, figure=1.0, told="so")
    tests = mining.Tests(consistency=test, reproducibility=test, generality=test, utility=test)
    made = mining.Pattern(
        pattern=name,
        scope="agent",
        kind="routine",
        verdict="habit",
        steps=("run a", "run b", "run c"),
        by=("", "", ""),
        count=9,
        expected=0.1,
        log10_p=-9.0,
        confidence=0.95,
        novelty=1.0,
        tests=tests,
    )
    return msgspec.structs.replace(made, **more)


def test_what_clients_and_agents_do_is_noted_with_its_outcome() -> None:
    bench = Bench(Habits, SETTINGS)
    bench.hears(asked("r1", "run", tool_="slug", value="x"))
    bench.hears(sample(learning.Practised), speaker="temujin")
    bench.hears(task.Failed(task="r1", reason="no"))
    first, second = bench.state.diary.entries
    assert (first.who, first.what, first.outcome) == ("c", "run slug", 0.0)
    assert (second.who, second.what, second.outcome) == ("temujin", "learning.Practised", None)


def test_a_search_is_begun_once_a_period_over_what_was_done() -> None:
    bench = Bench(Habits, SETTINGS)
    for number in range(FEWEST - 1):
        bench.hears(asked(f"r{number}", "run", tool_="slug", value="x"))
    assert bench.actor.due() is None
    bench.hears(asked("last", "run", tool_="slug", value="x"))
    first = bench.state.diary.entries[0].time
    assert bench.actor.due() == first + SETTINGS.every_s
    begun = only(bench.at(first + SETTINGS.every_s), mining.Begun)
    assert (begun.search, begun.deeds.agents, begun.deeds.steps) == (1, ("c",), ("run slug",))
    assert len(begun.deeds.time) == FEWEST
    assert bench.state.searching


def test_an_order_begins_a_search_and_only_the_operator_s() -> None:
    bench = Bench(Habits, SETTINGS)
    bench.hears(asked("r", "run", tool_="slug", value="x"))
    assert only(bench.hears(mining.Search(reason="now")), order.Rejected).reason
    assert isinstance(bench.hears(mining.Search(reason="now"), key=OPERATOR)[0], mining.Begun)
    again = only(bench.hears(mining.Search(reason="now"), key=OPERATOR), order.Rejected)
    assert "search 1 is under way" in again.reason
    bench.now += PATIENCE_S
    assert isinstance(bench.hears(mining.Search(reason="now"), key=OPERATOR)[0], mining.Begun)


def test_what_is_new_and_proved_is_catalogued_once_with_a_recommendation() -> None:
    bench = Bench(Habits, SETTINGS)
    new = pattern()
    found = mining.Mined(
        search=1, events=9, patterns=(new, pattern("p-2", novelty=0.7), pattern("p-3", verdict="unproved"))
    )
    said = bench.hears(found)
    assert only(said, mining.Catalogued).pattern == new
    assert "run a > run b > run c is done in this order 9 times" in only(said, mining.Recommended).told
    later = pattern(count=12, novelty=0.0)
    assert bench.hears(mining.Mined(search=2, events=9, patterns=(later,))) == ()
    assert bench.state.patterns["p-1"].count == 12


def test_a_chain_of_three_calls_is_tried_as_one_tool_on_what_was_recorded() -> None:
    bench = Bench(Habits, SETTINGS)
    chained(bench, 6)
    said = bench.hears(mining.Mined(search=1, events=18))
    assert only(said, mining.Chained).chain.tools == ("cut", "sort", "join")
    tried = only(said, mining.Tried)
    commission = only(said, goal.Commission)
    assert commission.task == tried.task
    wish = msgspec.convert(commission.body, task.Learn)
    assert wish.requires == ("cut", "sort", "join")
    assert wish.candidate is not None
    assert "join(sort(cut(a0)))" in wish.candidate.source
    assert wish.examples[0] == task.Example(args=("value 0",), result="value 0, cut, sort, join")
    assert task.misfit_in(wish) is None


@pytest.mark.parametrize("deployed", [True, False])
def test_how_an_experiment_came_out_is_told_and_it_is_not_made_again(deployed: bool) -> None:
    bench = Bench(Habits, SETTINGS)
    chained(bench, 6)
    name = only(bench.hears(mining.Mined(search=1, events=18)), mining.Tried).task
    bench.hears(msgspec.structs.replace(sample(learning.Validated), task=name, mastery=0.9))
    end: Message = task.Answered(task=name, result=1) if deployed else task.Failed(task=name, reason="vetoed")
    ended = only(bench.hears(end), mining.Cultivated)
    assert (ended.deployed, ended.success) == (deployed, 0.9)
    assert ("recommendation: vetoed" in ended.reason) is not deployed
    assert bench.hears(mining.Mined(search=2, events=18)) == ()


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.ADVISORY])
def test_where_autonomy_has_no_effect_a_chain_is_recommended(mode: Mode) -> None:
    bench = Bench(Habits, SETTINGS)
    chained(bench, 6)
    said = bench.hears(mining.Mined(search=1, events=18), mode=mode)
    assert {type(one) for one in said} == {mining.Chained, mining.Recommended}
    assert "could be one tool" in only(said, mining.Recommended).told


def test_pairs_are_left_to_goals_and_goals_does_not_hear_another_s_commission() -> None:
    bench = Bench(Habits, SETTINGS)
    chained(bench, 6, ("cut", "sort"))
    assert bench.hears(mining.Mined(search=1, events=12)) == ()
    assert "goal.Commission" not in Bench(Goals).types


def test_calls_that_are_not_each_other_s_results_are_no_chain() -> None:
    bench = Bench(Habits, SETTINGS)
    for number in range(8):
        for place, name in enumerate(("cut", "sort", "join")):
            called(bench, f"t{number}-{place}", name, f"value {number} {place}", f"other {number} {place}")
    assert bench.hears(mining.Mined(search=1, events=24)) == ()


def test_a_part_of_a_longer_chain_is_not_told_beside_it() -> None:
    bench = Bench(Habits, SETTINGS)
    chained(bench, 6, ("cut", "sort", "join", "trim"))
    (whole,) = cultivation.chains(bench.state.chains.frequent())
    assert whole.tools == ("cut", "sort", "join", "trim")


def test_the_catalogue_is_told() -> None:
    bench = Bench(Habits, SETTINGS)
    bench.hears(mining.Mined(search=1, events=9, patterns=(pattern(),)))
    found = bench.actor.answer_find(mining.Find())
    assert [one.pattern for one in found.patterns] == ["p-1"]
    assert "p-1" in found.told


def test_the_worker_finds_in_a_child_what_was_done_in_the_council() -> None:
    """The same three calls in a row among others, noted by the actor and mined by the worker."""
    bench, dice = Bench(Habits, SETTINGS), random.Random(1)
    number = 0
    for round_ in range(120):
        names = ["a", "b", "c"] if round_ % 4 == 0 else [f"n{dice.randrange(11)}" for _ in range(3)]
        for name in names:
            number += 1
            bench.hears(asked(f"r{number}", "run", tool_=name, value=number))
    begun = only(bench.hears(mining.Search(reason="now"), key=OPERATOR), mining.Begun)

    async def searched() -> mining.Mined:
        async for said in Miner().on_begun(begun):
            return said
        raise AssertionError("no answer")

    mined = asyncio.run(searched())
    assert mined.reason == ""
    assert ("run a", "run b", "run c") in [one.steps for one in mined.patterns]
