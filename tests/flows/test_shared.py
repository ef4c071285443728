"""Several instances of one worker share its inputs, whatever befalls them: each input comes to one end."""

import asyncio
import random
from collections import Counter

import pytest

from messages.kernel import actor as life
from runtime.actor import Worker, Works
from runtime.testing import CALM, STORM, Faults, Universe, run
from tests.flows.council import Began, Book, Clerk, Doer, Finished, Guard, Once, Planned, Planner, Sum
from tests.flows.story import RETRIES_S, ended, freeze_and_thaw, publish_some

SEEDS = range(25)
TASKS = 12


def shared(seed: int, worker: type[Worker], faults: Faults = CALM, instances: int = 2) -> Universe:
    """A council whose worker runs several times."""
    Planner.falls = 3
    members = (Clerk, Planner, Book, Guard)
    return Universe(
        members, kinds=(Sum,), seed=seed, faults=faults, retries=RETRIES_S, workers=(worker,), instances=instances
    )


def ends_of(universe: Universe) -> Counter[int]:
    """How often each input of the worker has come to an end, by its place."""
    found: Counter[int] = Counter()
    for kind in (Finished, life.Held, life.DeadLettered):
        for record in universe.said_records(kind):
            if record.subject.endswith(".doer"):
                found[int(record.headers["ce-input"])] += 1
    return found


async def stormy(seed: int, worker: type[Worker]) -> Universe:
    """A council after tasks, freezes and every accident, with both instances where all of them came from."""
    dice = random.Random(f"{seed}-story")
    async with shared(seed, worker, STORM) as universe:
        async with asyncio.TaskGroup() as group:
            group.create_task(publish_some(universe, dice, TASKS, over_s=20.0))
            group.create_task(freeze_and_thaw(universe, dice, 2, every_s=6.0))
        await universe.calm()
        await universe.settled()
    return universe


@pytest.mark.parametrize("worker", [Doer, Once])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_input_comes_to_one_end_whatever_befalls_the_instances(seed: int, worker: type[Worker]) -> None:
    universe = run(stormy(seed, worker))
    inputs = {record.seq for record in universe.said_records(Planned)}
    assert ends_of(universe) == Counter(inputs)
    assert set(ended(universe).values()) == {1}


class Slow(Doer):
    """Takes longer than it takes to be killed."""

    name = "doer"

    async def on_planned(self, m: Planned) -> Works[Began | Finished]:
        yield Began(task=m.task, part=m.part)
        await asyncio.sleep(5.0)
        yield Finished(task=m.task, part=m.part)


class SlowOnce(Slow):
    """The same, and what it began must not be done again by itself."""

    name = "doer"
    idempotent = False


async def one_killed(worker: type[Worker]) -> Universe:
    """A council after a task with four parts, one of whose two instances was killed for good at work."""
    async with shared(1, worker) as universe:
        await universe.publish_task(Sum(id="one", parts=(1, 2, 3, 4)), identity="one")
        await universe.until(lambda: len(universe.said(Began)) == 4)
        await universe.seats["doer"].end()
        await universe.until(lambda: sum(ends_of(universe).values()) == 4)
        await asyncio.sleep(60)
    return universe


def test_what_a_killed_instance_had_announced_is_held_by_the_other_and_not_repeated() -> None:
    universe = run(one_killed(SlowOnce))
    assert len(universe.said(Began)) == 4
    assert (len(universe.said(Finished)), len(universe.said(life.Held))) == (2, 2)


def test_what_a_killed_instance_had_in_hand_is_done_by_the_other_if_it_may_be_done_twice() -> None:
    universe = run(one_killed(Slow))
    assert len(universe.said(Finished)) == 4
    assert universe.said(life.Held) == []
