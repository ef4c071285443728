"""Every task ends exactly once, nothing is lost and nothing done twice, however often everybody dies meanwhile."""

import asyncio
import random
from collections import Counter

import msgspec
import pytest

from messages import task
from messages.kernel import actor as life
from messages.kernel.control import Mode, Set
from runtime.envelope import INPUT
from runtime.testing import CALM, STORM, Faults, Universe, run
from tests.flows.council import CURSED, Began, Book, Clerk, Doer, Finished, Guard, Once, Planned, Planner, Sum
from tests.flows.story import ended, freeze_and_thaw, publish_some, universe_of
from tests.seeds import blocks

SEEDS = 120
BLOCK = 10
TASKS = 8
FAULTS = msgspec.structs.replace(
    STORM, partition_every_s=1.5, pause_every_s=1.0, crash_every_s=1.0, restart_every_s=3.0, away_s=(0.01, 1.0)
)
"""Deaths outnumber tasks. *chosen*"""
FORGETFUL = msgspec.structs.replace(FAULTS, forgotten_window=1.0, forgotten_acknowledgements=1.0, restart_every_s=1.0)
"""The server never remembers an id or an acknowledgement for longer than a second. *chosen*"""


@pytest.fixture(autouse=True)
def _snapshots_are_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.delivery.snapshot.SNAPSHOT_EVERY", 2)


def frozen(universe: Universe) -> set[str]:
    """The levels that are frozen now."""
    modes = {control.level: control.mode for control in universe.said(Set)}
    return {level for level, mode in modes.items() if mode is Mode.FROZEN}


async def all_end(seed: int, faults: Faults, worker: type[Doer]) -> Universe:
    """The run, with all tasks ended and every actor at rest."""
    dice = random.Random(seed)
    async with universe_of(seed, (Guard, Clerk, Planner, worker, Book), faults, snapshots=seed % 2 == 0) as universe:
        await asyncio.gather(
            publish_some(universe, dice, TASKS, over_s=3.0), freeze_and_thaw(universe, dice, 2, every_s=0.5)
        )
        await universe.calm()
        assert frozen(universe) == set()
        await universe.until(lambda: all(ended(universe).values()), limit_s=300)
        await universe.settled(limit_s=300)
    assert set(universe.rested) == {"guard", "clerk", "planner", "book"}
    return universe


def check_once(universe: Universe, worker: type[Doer]) -> None:
    """Each task has one end, and each part that was planned for an answered task was finished once."""
    ends = ended(universe)
    assert len(ends) == TASKS
    assert set(ends.values()) == {1}, ends
    planned = Counter((m.task, m.part) for m in universe.said(Planned))
    finished = Counter((m.task, m.part) for m in universe.said(Finished))
    assert not finished - planned, "something was done that nobody asked for, or twice"
    begun = Counter(record.headers[INPUT] for record in universe.said_records(Began))
    if worker is Once:
        assert set(begun.values()) <= {1}, "an effect that must not be repeated was begun twice"
    if worker is Doer:
        assert finished == planned, "something was asked for and never done"
    for answer in universe.said(task.Answered):
        (parts,) = (m.parts for m in universe.said(Sum) if m.id == answer.task)
        assert answer.result == sum(parts)


@pytest.mark.parametrize("first", blocks(range(0, SEEDS, BLOCK), 4 * SEEDS))
def test_every_task_ends_once_amid_accidents(first: int) -> None:
    for seed in range(first, first + BLOCK):
        worker = (Doer, Once)[seed // 2 % 2]
        check_once(run(all_end(seed, FAULTS, worker)), worker)


@pytest.mark.parametrize("first", blocks(range(1_000, 1_000 + SEEDS // 2, BLOCK), 2 * SEEDS))
def test_every_task_ends_once_when_the_duplicate_window_is_always_over(first: int) -> None:
    for seed in range(first, first + BLOCK):
        worker = (Doer, Once)[seed // 2 % 2]
        check_once(run(all_end(seed, FORGETFUL, worker)), worker)


async def interrupted(worker: type[Doer]) -> Universe:
    async with universe_of(0, (Clerk, Planner, worker, Book), CALM) as universe:
        await universe.publish_task(Sum(id="long", parts=(1,)), identity="long")
        began = "toy.Began"
        await universe.until(lambda: any(began in record.subject for record in universe.records))
        await universe.crash("doer")
        await universe.until(lambda: ended(universe)["long"] > 0)
        await universe.settled()
    return universe


def test_an_interrupted_effect_is_held_and_its_task_fails() -> None:
    universe = run(interrupted(Once))
    assert [held.intent["task"] for held in universe.said(life.Held)] == ["long"]
    assert universe.said(Finished) == []
    assert len(universe.said(task.Failed)) == 1


def test_an_interrupted_effect_that_may_be_repeated_is_repeated() -> None:
    universe = run(interrupted(Doer))
    assert universe.said(life.Held) == []
    assert len(universe.said(Finished)) == 1
    assert len(universe.said(task.Answered)) == 1


async def link_lost_with_inputs_on_their_way() -> Universe:
    async with universe_of(0, (Clerk, Planner, Doer, Book), CALM) as universe:
        await universe.settled()
        await universe.publish_task(Sum(id="first", parts=(1,)), identity="first")
        universe.log.partition("clerk")
        await asyncio.sleep(0.1)
        universe.log.heal("clerk")
        await universe.publish_task(Sum(id="second", parts=(2,)), identity="second")
        await universe.until(lambda: all(ended(universe).values()))
    return universe


def test_an_input_lost_with_the_link_is_not_passed_over_by_one_that_comes_before_the_notice() -> None:
    assert ended(run(link_lost_with_inputs_on_their_way())) == {"first": 1, "second": 1}


async def a_dead_input_is_revived() -> Universe:
    async with universe_of(0, (Clerk, Planner, Doer, Book), CALM) as universe:
        await universe.publish_task(Sum(id="cursed", parts=(CURSED,)), identity="cursed")
        await universe.until(lambda: bool(universe.said(life.DeadLettered)))
        dead = universe.said(life.DeadLettered)[0]
        await universe.command(life.Replay(actor=dead.actor, input=dead.input))
        await universe.until(lambda: len(universe.said(life.DeadLettered)) == 2)
        await universe.settled()
    return universe


def test_a_dead_input_is_tried_again_on_order_and_dies_again() -> None:
    universe = run(a_dead_input_is_revived())
    first, second = universe.said(life.DeadLettered)
    assert (first.actor, first.input) == (second.actor, second.input)
    assert ended(universe) == {"cursed": 1}
